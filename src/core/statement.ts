/** Statements for a store's transaction. */

import type { Statement, Value } from './env.ts'

/** `yield sql('SELECT … WHERE key = ?', key)` gives the rows. */
export function sql(text: string, ...values: Value[]): Statement {
  return { sql: text, values }
}
