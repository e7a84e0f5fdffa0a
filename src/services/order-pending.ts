/**
 * Orders that a fallback has put off: kept with their next moment, tried again in the background under the keys that they always
 * had, and given up when they were tried too often. No order is lost by a crash: tries are counted durably before they are made.
 */

import type { Env, Row, Statement, Work } from '../core/env.ts'
import type { Order, Outcome, Postponed, Postponing } from '../core/pattern.ts'
import { query, sql } from '../core/statement.ts'
import { numberOf, orderOf } from './order-book.ts'

/** `next_at_ms` is null while a try is on its way. */
export const PENDING_TABLES: readonly Statement[] = [
  sql('CREATE TABLE pending (n INTEGER PRIMARY KEY, tries INTEGER NOT NULL, next_at_ms REAL)'),
  sql('CREATE INDEX pending_by_time ON pending (next_at_ms)'),
]

/** So many orders are tried at once, and no more than these are looked at. */
const MOST_AT_ONCE = 16

export interface PendingOrders {
  /** Belongs into the commit that makes the order pending. */
  postponed(placed: Order): Statement
  /** Call it after that commit, and when the node listens. Works until nothing is pending. */
  wake(): void
}

interface PendingWork {
  readonly env: Env
  /** Undefined: the workflow postpones nothing. */
  readonly postponing: Postponing | undefined
  /** How long one try may take. */
  readonly deadlineMs: number
  /** The commit that makes an order final, with what that commit takes along. */
  end(placed: Order, outcome: Outcome): Promise<unknown>
}

/** A try that is counted and not yet made. */
interface Try {
  readonly placed: Order
  readonly number: number
}

export function runPending({ env, postponing, deadlineMs, end }: PendingWork): PendingOrders {
  if (!postponing) {
    return {
      postponed: ({ id }) => {
        throw new Error(`${id} was postponed by a workflow that does not say how it goes on`)
      },
      wake() {},
    }
  }
  const { tries: mostTries, firstPauseMs, mostPauseMs } = postponing
  let released = false
  let looking = false
  let more = false
  let busy = 0

  const nextAtMs = (tried: number) => env.clock.nowMs() + Math.min(mostPauseMs, firstPauseMs * 2 ** tried)

  /** Tries that an earlier incarnation was making have nobody to end them. They stay counted. */
  async function release(): Promise<void> {
    await query(env.store, 'UPDATE pending SET next_at_ms = ? WHERE next_at_ms IS NULL', nextAtMs(0))
    released = true
  }

  async function carry(placed: Order, number: number): Promise<void> {
    const order = { ...placed, deadlineAtMs: env.clock.nowMs() + deadlineMs }
    const outcome = number <= mostTries ? await postponing?.again(order) : undefined
    if (outcome?.state === 'pending' && number < mostTries) return putOff(placed, outcome, number)
    const final = outcome && outcome.state !== 'pending' ? outcome : await postponing?.giveUp(order)
    if (final) await end(placed, { ...final, records: [...(final.records ?? []), forgotten(placed)] })
  }

  async function putOff({ id, purchase }: Order, { state, reason }: Postponed, number: number): Promise<void> {
    await query(env.store, 'UPDATE pending SET next_at_ms = ? WHERE n = ?', nextAtMs(number), numberOf(id))
    env.record({ type: 'order', purchase, effect: 'order', order: id, state, reason })
  }

  function begin({ placed, number }: Try): void {
    busy += 1
    env.background(`pending ${placed.id}, try ${number}`, async () => {
      try {
        await carry(placed, number)
      } finally {
        busy -= 1
      }
      wake()
    })
  }

  async function look(): Promise<void> {
    if (!released) await release()
    for (;;) {
      more = false
      const free = MOST_AT_ONCE - busy
      for (const each of await env.store.transaction(() => takeDue(env.clock.nowMs(), free))) begin(each)
      const [row] = await query(env.store, 'SELECT MIN(next_at_ms) AS at FROM pending')
      const at = row?.at ?? null
      // Whoever ends a try, or postpones an order after this look, begins another one.
      if (busy >= MOST_AT_ONCE || (at === null && !more)) {
        looking = false
        return
      }
      // An order that is postponed meanwhile is due after the first pause, and not before.
      if (at !== null) await env.clock.sleep(Math.min(firstPauseMs, Math.max(0, Number(at) - env.clock.nowMs())))
    }
  }

  function wake(): void {
    more = true
    if (looking) return
    looking = true
    env.background('pending orders', look)
  }

  return {
    postponed: ({ id }) => sql('INSERT INTO pending VALUES (?, 0, ?)', numberOf(id), nextAtMs(0)),
    wake,
  }
}

/** Counts a try of each order that is due, those first that have waited longest. */
function* takeDue(nowMs: number, most: number): Work<Try[]> {
  const due = yield sql(
    `SELECT pending.tries, orders.* FROM pending JOIN orders USING (n)
     WHERE next_at_ms <= ? ORDER BY next_at_ms, n LIMIT ?`,
    nowMs,
    most,
  )
  for (const { n } of due) {
    yield sql('UPDATE pending SET tries = tries + 1, next_at_ms = NULL WHERE n = ?', n ?? null)
  }
  return due.map((row: Row) => ({ placed: orderOf(row), number: Number(row.tries) + 1 }))
}

function forgotten({ id }: Order): Statement {
  return sql('DELETE FROM pending WHERE n = ?', numberOf(id))
}
