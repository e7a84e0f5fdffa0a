/** Claims: who has asked for what under which idempotency key, how far it is, and the answer that is given again. */

import { type JsonObject, type PurchaseId, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Row, Statement, Work } from '../core/env.ts'
import { sql } from '../core/statement.ts'
import { addEntry, type Movement } from './books.ts'

/** `undone` is also the tombstone of something that was never done. */
export type ClaimState = 'running' | 'prepared' | 'done' | 'refused' | 'undone'

export interface Claim {
  readonly key: string
  /** Of the request that made the claim: whatever follows from it is booked under the same ones. */
  readonly purchase: PurchaseId
  readonly effect: string
  readonly fingerprint: string
  readonly state: ClaimState
  readonly status: number
  readonly answer: JsonObject
  readonly movements: readonly Movement[]
}

export const CLAIM_TABLES: readonly Statement[] = [
  sql(`CREATE TABLE claims (
    key TEXT PRIMARY KEY, purchase TEXT NOT NULL, effect TEXT NOT NULL, fingerprint TEXT NOT NULL, state TEXT NOT NULL,
    status INTEGER NOT NULL, answer TEXT NOT NULL, movements TEXT NOT NULL, at_ms REAL NOT NULL) WITHOUT ROWID`),
  // Few are in doubt at a time, and they are looked for again and again.
  sql("CREATE INDEX claims_in_doubt ON claims (at_ms, key) WHERE state = 'prepared'"),
]

export function keyOf(request: Request): string {
  if (request.key) return request.key
  throw new Refusal(400, 'key_missing', 'this needs an Idempotency-Key header')
}

/**
 * Where keys are ignored, each arrival is an effect of its own and gets a key nobody else has. A duplicate delivery is the
 * same attempt once more, so arrivals are counted as well.
 */
export function unsharedKeys(env: Env): (request: Request) => string {
  let arrivals = 0
  return ({ purchase, effect, attempt }) => {
    arrivals += 1
    return `${purchase}/${effect}#${attempt}.${env.incarnation}.${arrivals}`
  }
}

/**
 * The payload, as far as it must be the same under the same key. The members of a JSON object have no order (RFC 8259): a caller
 * that writes them differently the second time still asks for the same. A hold is not a charge, so the operation counts.
 */
export function fingerprintOf({ operation, effect, body }: Request): string {
  const members = Object.entries(body).sort(([one], [other]) => (one < other ? -1 : 1))
  return `${operation} ${effect} ${JSON.stringify(members)}`
}

/** Claims the key of `request`. Gives the claim that was there before, or undefined when the key is now ours. */
export function* newClaim(env: Env, request: Request, state: ClaimState): Work<Claim | undefined> {
  const key = keyOf(request)
  const inserted = yield sql(
    `INSERT INTO claims VALUES (?, ?, ?, ?, ?, 0, '{}', '[]', ?) ON CONFLICT DO NOTHING RETURNING 1`,
    key,
    request.purchase,
    request.effect,
    fingerprintOf(request),
    state,
    env.clock.nowMs(),
  )
  return inserted.length > 0 ? undefined : yield* claimOf(key)
}

export function* claimOf(key: string): Work<Claim | undefined> {
  const [row] = yield sql('SELECT * FROM claims WHERE key = ?', key)
  return row && toClaim(row)
}

/** The oldest claims in doubt, after the one that voted at `votedAtMs` under `key`; from the first one without it. */
export function* preparedAfter(most: number, votedAtMs = -1, key = ''): Work<Row[]> {
  return yield sql(
    `SELECT key, purchase, effect, at_ms FROM claims WHERE state = 'prepared' AND (at_ms, key) > (?, ?)
    ORDER BY at_ms, key LIMIT ?`,
    votedAtMs,
    key,
    most,
  )
}

function toClaim(row: Row): Claim {
  return {
    key: String(row.key),
    purchase: String(row.purchase),
    effect: String(row.effect),
    fingerprint: String(row.fingerprint),
    state: row.state as ClaimState,
    status: Number(row.status),
    answer: JSON.parse(String(row.answer)) as JsonObject,
    movements: JSON.parse(String(row.movements)) as Movement[],
  }
}

/** Throws `Refusal` where the key of `request` is undone, or stands for something else. */
export function requireSame(claim: Claim, request: Request): void {
  if (claim.state === 'undone') throw new Refusal(410, 'undone', `${claim.key} was undone; it cannot be done any more`)
  if (claim.fingerprint !== fingerprintOf(request)) {
    throw new Refusal(422, 'key_reused', `${claim.key} was used with another payload`)
  }
}

/** The stored answer of an existing claim. */
export function replay(claim: Claim, request: Request): Reply {
  requireSame(claim, request)
  if (claim.state === 'running') throw new Refusal(409, 'in_progress', `${claim.key} is still being worked on`)
  return storedAnswer(claim)
}

export function storedAnswer({ status, answer }: Claim): Reply {
  return { status, body: answer }
}

/** The answer to every commit: the stored one stays the vote's, for a `prepare` that is delivered again. */
export const COMMITTED: Reply = { status: 200, body: { committed: true } }

/** Stores how the claim stands now and since when, with the answer for whoever asks again. */
export function* settle(
  env: Env,
  key: string,
  state: ClaimState,
  reply: Reply,
  movements: readonly Movement[],
): Work<void> {
  yield sql(
    'UPDATE claims SET state = ?, status = ?, answer = ?, movements = ?, at_ms = ? WHERE key = ?',
    state,
    reply.status,
    JSON.stringify(reply.body),
    JSON.stringify(movements),
    env.clock.nowMs(),
    key,
  )
}

/** Records that `key` is undone before it was ever done. */
export function* tombstone(env: Env, request: Pick<Request, 'purchase' | 'effect'>, key: string): Work<Reply> {
  const reply = { status: 200, body: { undone: false } }
  yield sql(
    `INSERT INTO claims VALUES (?, ?, ?, '', 'undone', ?, ?, '[]', ?)`,
    key,
    request.purchase,
    request.effect,
    reply.status,
    JSON.stringify(reply.body),
    env.clock.nowMs(),
  )
  yield addEntry(env, request, 'tombstone', { account: '', amount: 0, unit: '' }, key)
  return reply
}
