/** The saga's log in the order service's store: how far each step of each order is. */

import type { Env, Statement } from '../../core/env.ts'
import type { Order } from '../../core/pattern.ts'
import { query, sql } from '../../core/statement.ts'
import { STEPS, type Step } from './steps.ts'

export const SAGA_TABLES: readonly Statement[] = [
  sql(`CREATE TABLE saga_steps (
    order_id TEXT NOT NULL, effect TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (order_id, effect)) WITHOUT ROWID`),
]

/**
 * `begun`: it will be asked for, perhaps was, and must be resolved. `done`: it answered. `refused`: it certainly did not
 * happen. `compensating`: the saga goes backward, and this step must be undone; then `compensated`, or `stuck`.
 */
export type StepState = 'begun' | 'done' | 'refused' | 'compensating' | 'compensated' | 'stuck'

/** One line of the log: from now on the step of the order is in this state. */
export function mark({ id }: Order, { effect }: Step, state: StepState): Statement {
  return sql('INSERT OR REPLACE INTO saga_steps VALUES (?, ?, ?)', id, effect, state)
}

/** Several lines as one commit. */
export function write(env: Env, lines: readonly Statement[]): Promise<void> {
  return env.store.transaction(function* () {
    yield* lines
  })
}

/** Every step that was ever begun, in the order of the steps. */
export async function readSteps(env: Env, { id }: Order): Promise<{ step: Step; state: StepState }[]> {
  const rows = await query(env.store, 'SELECT effect, state FROM saga_steps WHERE order_id = ?', id)
  return STEPS.flatMap((step) => {
    const row = rows.find(({ effect }) => effect === step.effect)
    return row ? [{ step, state: row.state as StepState }] : []
  })
}
