import { TracelessError } from '../../core/traceless-error.ts'

/** Why there is no answer. `refused` and `full`: it certainly never left. */
export class NoAnswer extends TracelessError {
  readonly kind: 'refused' | 'reset' | 'timeout' | 'aborted' | 'full'

  constructor(kind: NoAnswer['kind'], detail: string) {
    super(detail)
    this.name = 'NoAnswer'
    this.kind = kind
  }
}
