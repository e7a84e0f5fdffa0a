import { TracelessError } from '../../core/traceless-error.ts'

/** Thrown at whoever writes after its node was reset: it belongs to a life that is over. */
export class Fenced extends TracelessError {
  constructor() {
    super('this node was reset; its store takes no more writes')
    this.name = 'Fenced'
  }
}
