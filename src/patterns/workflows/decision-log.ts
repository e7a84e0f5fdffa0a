/** The coordinator's log of two-phase commit: one decision for each order, the first one wins. */

import type { Env, Row, Statement } from '../../core/env.ts'
import type { Order } from '../../core/pattern.ts'
import { query, sql } from '../../core/statement.ts'

export const DECISION_TABLES: readonly Statement[] = [
  sql(`CREATE TABLE decisions (
    order_id TEXT PRIMARY KEY, decision TEXT NOT NULL, placed TEXT NOT NULL, delivered INTEGER NOT NULL) WITHOUT ROWID`),
]

export type Decided = 'commit' | 'abort'

export interface DecisionLog {
  /** Makes `wish` the decision about an order, unless there is one already; gives the one that stands. */
  decide(order: Order | string, wish: Decided): Promise<Decided>
  find(orderId: string): Promise<Decided | undefined>
  /** Orders that are to be committed, and whose participants have perhaps not all heard of it. */
  undelivered(): Promise<Order[]>
}

/** Every participant has heard: nobody will ask any more. */
export function delivered(orderId: string): Statement {
  return sql('UPDATE decisions SET delivered = 1 WHERE order_id = ?', orderId)
}

export function openDecisionLog(env: Env): DecisionLog {
  return {
    decide(order, wish) {
      const id = typeof order === 'string' ? order : order.id
      // Presumed abort: an abort is told by nobody and needs no delivery; who wants to know asks.
      const placed = wish === 'commit' ? JSON.stringify(order) : '{}'
      return env.store.transaction(function* () {
        yield sql(
          'INSERT INTO decisions VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          id,
          wish,
          placed,
          wish === 'commit' ? 0 : 1,
        )
        const [row] = yield sql('SELECT decision FROM decisions WHERE order_id = ?', id)
        return decisionOf(row) ?? wish
      })
    },
    async find(orderId) {
      const [row] = await query(env.store, 'SELECT decision FROM decisions WHERE order_id = ?', orderId)
      return decisionOf(row)
    },
    async undelivered() {
      const rows = await query(env.store, 'SELECT placed FROM decisions WHERE delivered = 0')
      return rows.map(({ placed }) => JSON.parse(String(placed)) as Order)
    },
  }
}

function decisionOf(row: Row | undefined): Decided | undefined {
  return row?.decision as Decided | undefined
}
