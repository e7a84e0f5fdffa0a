import { GREMLINS } from '../../gremlins/catalogue.ts'

/** Whether a gremlin of this kind strikes a service at a time, whatever is called: its strikes are about no purchase. */
export function isWindowed(kind: string): boolean {
  return GREMLINS[kind]?.place === 'window'
}
