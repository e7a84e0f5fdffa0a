/** What a leaf does with each request, each as the body of one transaction: claim, effect, ledger entry and answer together. */

import { type JsonObject, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Work } from '../core/env.ts'
import type { ParticipantOptions } from '../core/pattern.ts'
import { addEntry, apply, hold, type Movement, type Obstacle, release } from './books.ts'
import { type Claim, COMMITTED, claimOf, keyOf, newClaim, replay, settle, storedAnswer, tombstone } from './claims.ts'

/** What an effect comes to: which balances move and what to answer, or a "no" that is stored like an answer. */
export interface Plan {
  readonly movements: readonly Movement[]
  readonly answer: JsonObject
  /** The word for a balance that would fall under its floor, such as `insufficient_stock`. None where nothing has a floor. */
  readonly tooLittle?: string
  /** The word for one that suffices, but for what others hold of it, such as `stock_locked`. */
  readonly locked?: string
}

export interface Leaf {
  /** Checks the body and says what the effect comes to. Throws `Refusal` (400) on a malformed body: nothing is stored then. */
  plan(request: Request): Plan
  /** Questions without an effect. */
  query?(request: Request): Work<JsonObject>
}

export interface LeafWork {
  readonly leaf: Leaf
  readonly env: Env
  readonly holds: ParticipantOptions['holds']
}

export function* doOnce({ leaf, env }: LeafWork, request: Request): Work<Reply> {
  const key = keyOf(request)
  const plan = leaf.plan(request)
  const existing = yield* newClaim(env, request, 'running')
  if (existing) return replay(existing, request)
  const broken = yield* apply(plan.movements)
  if (broken) return yield* refuse(env, key, plan, broken)
  for (const movement of plan.movements) yield addEntry(env, request, 'effect', movement, key)
  const reply = { status: 200, body: plan.answer }
  yield* settle(env, key, 'done', reply, plan.movements)
  return reply
}

function* refuse(env: Env, key: string, plan: Plan, broken: Obstacle): Work<Reply> {
  const reason = reasonOf(plan, broken)
  const reply = { status: 422, body: { type: 'about:blank', title: 'Refused', status: 422, reason } }
  yield* settle(env, key, 'refused', reply, [])
  return reply
}

function reasonOf({ tooLittle, locked }: Plan, broken: Obstacle): string {
  const reason = { unknown: 'unknown_account', 'too-little': tooLittle, locked }[broken]
  if (reason === undefined) throw new Error(`this plan has no word for '${broken}'`)
  return reason
}

/** Idempotent; succeeds when there was nothing to undo, and leaves a tombstone that refuses a late `do`. */
export function* undo({ env }: LeafWork, request: Request): Work<Reply> {
  const key = keyOf(request)
  const claim = yield* claimOf(key)
  if (!claim) return yield* tombstone(env, request, key)
  if (claim.state === 'undone') return storedAnswer(claim)
  if (claim.state === 'done') yield* reverse(env, claim)
  else if (claim.state === 'prepared') yield* unlock(env, claim)
  const reply = { status: 200, body: { undone: claim.state !== 'refused' } }
  yield* settle(env, key, 'undone', reply, claim.movements)
  return reply
}

function* reverse(env: Env, claim: Claim): Work<void> {
  const back = claim.movements.map((movement) => ({ ...movement, amount: -movement.amount, floor: null }))
  yield* apply(back)
  for (const movement of back) yield addEntry(env, claim, 'reversal', movement, claim.key)
}

function* unlock(env: Env, claim: Claim): Work<void> {
  for (const movement of claim.movements) {
    if (movement.floor === null) continue
    yield release(movement)
    yield addEntry(env, claim, 'release', { ...movement, amount: -movement.amount }, claim.key)
  }
}

/** A vote: success is COMMIT and locks what is needed; a refusal is ABORT with its reason. */
export function* prepare({ leaf, env, holds }: LeafWork, request: Request): Work<Reply> {
  const key = keyOf(request)
  const plan = leaf.plan(request)
  const existing = yield* newClaim(env, request, 'prepared')
  if (existing) return replay(existing, request)
  for (const movement of plan.movements) {
    if (movement.floor === null) continue
    const broken = yield* hold(movement, holds)
    // The claim is kept as a stored "no"; holds of earlier movements cannot exist: only the first one has a floor.
    if (broken) return yield* refuse(env, key, plan, broken)
    yield addEntry(env, request, 'hold', { ...movement, amount: -movement.amount }, key)
  }
  const reply = { status: 200, body: { vote: 'commit', ...plan.answer } }
  yield* settle(env, key, 'prepared', reply, plan.movements)
  return reply
}

export function* commit({ env }: LeafWork, request: Request): Work<Reply> {
  const key = keyOf(request)
  const claim = yield* claimOf(key)
  if (claim?.state === 'done') return COMMITTED
  if (claim?.state === 'undone') throw new Refusal(410, 'undone', `${key} was aborted`)
  if (claim?.state !== 'prepared') throw new Refusal(404, 'not_prepared', `${key} was never prepared`)
  yield* unlock(env, claim)
  yield* apply(claim.movements.map((movement) => ({ ...movement, floor: null })))
  for (const movement of claim.movements) yield addEntry(env, claim, 'effect', movement, key)
  yield* settle(env, key, 'done', storedAnswer(claim), claim.movements)
  return COMMITTED
}

export function* abort(work: LeafWork, request: Request): Work<Reply> {
  const claim = yield* claimOf(keyOf(request))
  if (claim?.state === 'done') throw new Refusal(422, 'already_committed', `${claim.key} was committed`)
  return yield* undo(work, request)
}
