/** Why there is no answer. `refused` and `full`: it certainly never left. */
export class NoAnswer extends Error {
  readonly kind: 'refused' | 'reset' | 'timeout' | 'aborted' | 'full'

  constructor(kind: NoAnswer['kind'], detail: string) {
    super(detail)
    this.name = 'NoAnswer'
    this.kind = kind
  }
}
