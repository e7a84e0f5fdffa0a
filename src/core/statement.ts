/** Statements for a store's transaction. */

import type { Row, Statement, Store, Value, Work } from './env.ts'

/** `yield sql('SELECT … WHERE key = ?', key)` gives the rows. */
export function sql(text: string, ...values: Value[]): Statement {
  return { sql: text, values }
}

/** One statement as a transaction of its own; gives its rows. */
export function query(store: Store, text: string, ...values: Value[]): Promise<Row[]> {
  return store.transaction(function* (): Work<Row[]> {
    return yield sql(text, ...values)
  })
}
