/** Balances and the ledger of a service: the tables, and the statements that move them together. */

import type { Request } from '../core/call.ts'
import type { Env, Statement, Work } from '../core/env.ts'
import type { EntryKind } from '../core/ledger.ts'
import type { ParticipantOptions } from '../core/pattern.ts'
import { sql } from '../core/statement.ts'

/** One balance that an effect moves by a signed amount. */
export interface Movement {
  readonly account: string
  readonly amount: number
  readonly unit: string
  /**
   * What must remain, holds of others counted in; null: unconditional. Only a plan's first movement may have one, so that a
   * refusal leaves nothing half done.
   */
  readonly floor: number | null
  /** Whether the account has a balance; a mere count in the ledger has none. */
  readonly tracked: boolean
}

export const BOOK_TABLES: readonly Statement[] = [
  sql(`CREATE TABLE ledger (
    seq INTEGER PRIMARY KEY, at_ms REAL NOT NULL, purchase TEXT NOT NULL, effect TEXT NOT NULL, kind TEXT NOT NULL,
    account TEXT NOT NULL, amount INTEGER NOT NULL, unit TEXT NOT NULL, key TEXT NOT NULL)`),
  sql(`CREATE TABLE balances (
    account TEXT PRIMARY KEY, unit TEXT NOT NULL, opening INTEGER NOT NULL, balance INTEGER NOT NULL, held INTEGER NOT NULL
    ) WITHOUT ROWID`),
]

export function openBalance(account: string, unit: string, opening: number): Statement {
  return sql('INSERT INTO balances VALUES (?, ?, ?, ?, 0)', account, unit, opening, opening)
}

export function addEntry(
  env: Env,
  about: Pick<Request, 'purchase' | 'effect'>,
  kind: EntryKind,
  movement: Pick<Movement, 'account' | 'amount' | 'unit'>,
  key: string,
): Statement {
  return sql(
    'INSERT INTO ledger (at_ms, purchase, effect, kind, account, amount, unit, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    env.clock.nowMs(),
    about.purchase,
    about.effect,
    kind,
    movement.account,
    movement.amount,
    movement.unit,
    key,
  )
}

/** What stands in the way of a movement. `locked`: there would be enough if others did not hold a part of it. */
export type Obstacle = 'unknown' | 'too-little' | 'locked'

/** Moves every tracked balance. Says what stood in the way, in which case nothing has moved. */
export function* apply(movements: readonly Movement[]): Work<Obstacle | undefined> {
  for (const [index, movement] of movements.entries()) {
    if (!movement.tracked) continue
    const { account, amount, floor } = movement
    const moved = yield floor === null
      ? sql('UPDATE balances SET balance = balance + ? WHERE account = ? RETURNING account', amount, account)
      : sql(
          'UPDATE balances SET balance = balance + ? WHERE account = ? AND balance - held + ? >= ? RETURNING account',
          amount,
          account,
          amount,
          floor,
        )
    if (moved.length > 0) continue
    const why = yield* whyNot(movement)
    if (index > 0) throw new Error(`account '${account}' cannot take part in a transfer: ${why}`)
    return why
  }
  return undefined
}

/**
 * Locks what `movement` will take (its amount is negative). `ignored`: looks at the balance alone, as if nobody else held
 * anything of it.
 */
export function* hold(movement: Movement, othersHolds: ParticipantOptions['holds']): Work<Obstacle | undefined> {
  const { account, amount, floor } = movement
  const available = othersHolds === 'counted' ? 'balance - held' : 'balance'
  const held = yield sql(
    `UPDATE balances SET held = held - ? WHERE account = ? AND ${available} + ? >= ? RETURNING account`,
    amount,
    account,
    amount,
    floor,
  )
  return held.length > 0 ? undefined : yield* whyNot(movement)
}

/** Unlocks what `hold` locked for the same movement. */
export function release(movement: Movement): Statement {
  return sql('UPDATE balances SET held = held + ? WHERE account = ?', movement.amount, movement.account)
}

function* whyNot({ account, amount, floor }: Movement): Work<Obstacle> {
  const [row] = yield sql('SELECT balance FROM balances WHERE account = ?', account)
  if (!row) return 'unknown'
  return Number(row.balance) + amount >= (floor ?? 0) ? 'locked' : 'too-little'
}
