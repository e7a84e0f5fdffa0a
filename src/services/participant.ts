/**
 * The participant contract, for services whose whole work is one local transaction: do, undo, prepare, commit and abort,
 * idempotency keys, tombstones, a ledger. A leaf says only which balances an effect moves.
 *
 * Keys follow the IETF draft "The Idempotency-Key HTTP Header Field" (httpapi): same key and payload, the stored answer; same
 * key and another payload, 422; while the first runs, 409. Claim, effect, entry and answer are one transaction.
 */

import { type JsonObject, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Statement, Work } from '../core/env.ts'
import type { KeyMode } from '../core/pattern.ts'
import type { RunningService, Service, ServiceSetup } from '../core/service.ts'
import type { ServiceName } from '../core/topology.ts'
import { addEntry, apply, BOOK_TABLES, hold, type Movement, openBalance, release } from './books.ts'
import {
  CLAIM_TABLES,
  type Claim,
  COMMITTED,
  claimOf,
  keyOf,
  newClaim,
  replay,
  settle,
  storedAnswer,
  tombstone,
  unsharedKeys,
} from './claims.ts'
import { doAsTaught, TAUGHT_KEY_TABLES } from './taught-keys.ts'

/** What an effect comes to: which balances move and what to answer, or a "no" that is stored like an answer. */
export interface Plan {
  readonly movements: readonly Movement[]
  readonly answer: JsonObject
  /** The word for a balance that would fall under its floor, such as `insufficient_stock`. */
  readonly tooLittle: string
}

export interface Leaf {
  /** Checks the body and says what the effect comes to. Throws `Refusal` (400) on a malformed body: nothing is stored then. */
  plan(request: Request): Plan
  /** Questions without an effect. */
  query?(request: Request): Work<JsonObject>
}

export interface LeafService {
  readonly name: ServiceName
  openings?(
    setup: ServiceSetup,
  ): readonly { readonly account: string; readonly unit: string; readonly opening: number }[]
  leaf(setup: ServiceSetup): Leaf
}

/** Makes a whole service from its domain: the balances it opens with and what its effects come to. */
export function leafService({ name, openings, leaf }: LeafService): Service {
  return {
    name,
    tables: (setup) => [
      ...BOOK_TABLES,
      ...CLAIM_TABLES,
      ...TAUGHT_KEY_TABLES,
      ...(openings?.(setup) ?? []).map(({ account, unit, opening }) => openBalance(account, unit, opening)),
    ],
    start: (env, setup) => runLeaf(leaf(setup), env, setup.participants.keys),
  }
}

function runLeaf(leaf: Leaf, env: Env, keys: KeyMode): RunningService {
  const work = { leaf, env }
  const unsharedKey = unsharedKeys(env)

  async function change(request: Request, body: () => Work<Reply>): Promise<Reply> {
    await env.point('before-work', request)
    const reply = await env.store.transaction(body)
    env.record({
      type: 'committed',
      purchase: request.purchase,
      effect: request.effect,
      operation: request.operation,
    })
    await env.point('after-commit', request)
    return reply
  }

  function workAsTaught(request: Request, remember: (reply: Reply) => Statement): Promise<Reply> {
    return change(request, function* () {
      const reply = yield* doOnce(work, { ...request, key: unsharedKey(request) })
      yield remember(reply)
      return reply
    })
  }

  return {
    async handle(request) {
      switch (request.operation) {
        case 'query': {
          const { query } = leaf
          if (!query) throw new Refusal(404, 'unknown_query', `there is no query '${request.effect}' here`)
          return { status: 200, body: await env.store.transaction(() => query(request)) }
        }
        case 'do':
          if (keys === 'as-taught') return doAsTaught(env, request, (remember) => workAsTaught(request, remember))
          if (keys === 'ignored') return change(request, () => doOnce(work, { ...request, key: unsharedKey(request) }))
          return change(request, () => doOnce(work, request))
        case 'undo':
          return change(request, () => undo(work, request))
        case 'prepare':
          return change(request, () => prepare(work, request))
        case 'commit':
          return change(request, () => commit(work, request))
        case 'abort':
          return change(request, () => abort(work, request))
        case 'place':
        case 'inquire':
          throw new Refusal(404, 'unknown_operation', 'orders are placed at the order service')
      }
    },
    recover() {},
  }
}

interface LeafWork {
  readonly leaf: Leaf
  readonly env: Env
}

function* doOnce({ leaf, env }: LeafWork, request: Request): Work<Reply> {
  const key = keyOf(request)
  const plan = leaf.plan(request)
  const existing = yield* newClaim(request, 'running')
  if (existing) return replay(existing, request)
  const broken = yield* apply(plan.movements)
  if (broken) return yield* refuse(key, plan, broken)
  for (const movement of plan.movements) yield addEntry(env, request, 'effect', movement, key)
  const reply = { status: 200, body: plan.answer }
  yield* settle(key, 'done', reply, plan.movements)
  return reply
}

function* refuse(key: string, plan: Plan, broken: 'unknown' | 'too-little'): Work<Reply> {
  const reason = broken === 'unknown' ? 'unknown_account' : plan.tooLittle
  const reply = { status: 422, body: { type: 'about:blank', title: 'Refused', status: 422, reason } }
  yield* settle(key, 'refused', reply, [])
  return reply
}

/** Idempotent; succeeds when there was nothing to undo, and leaves a tombstone that refuses a late `do`. */
function* undo({ env }: LeafWork, request: Request): Work<Reply> {
  const key = keyOf(request)
  const claim = yield* claimOf(key)
  if (!claim) return yield* tombstone(env, request, key)
  if (claim.state === 'undone') return storedAnswer(claim)
  if (claim.state === 'done') yield* reverse(env, claim)
  else if (claim.state === 'prepared') yield* unlock(env, claim)
  const reply = { status: 200, body: { undone: claim.state !== 'refused' } }
  yield* settle(key, 'undone', reply, claim.movements)
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

/** A vote: success is COMMIT and locks what is needed; a refusal is ABORT with its reason. Counts what others hold. */
function* prepare({ leaf, env }: LeafWork, request: Request): Work<Reply> {
  const key = keyOf(request)
  const plan = leaf.plan(request)
  const existing = yield* newClaim(request, 'prepared')
  if (existing) return replay(existing, request)
  for (const movement of plan.movements) {
    if (movement.floor === null) continue
    const broken = yield* hold(movement)
    // The claim is kept as a stored "no"; holds of earlier movements cannot exist: only the first one has a floor.
    if (broken) return yield* refuse(key, plan, broken)
    yield addEntry(env, request, 'hold', { ...movement, amount: -movement.amount }, key)
  }
  const reply = { status: 200, body: { vote: 'commit', ...plan.answer } }
  yield* settle(key, 'prepared', reply, plan.movements)
  return reply
}

function* commit({ env }: LeafWork, request: Request): Work<Reply> {
  const key = keyOf(request)
  const claim = yield* claimOf(key)
  if (claim?.state === 'done') return COMMITTED
  if (claim?.state === 'undone') throw new Refusal(410, 'undone', `${key} was aborted`)
  if (claim?.state !== 'prepared') throw new Refusal(404, 'not_prepared', `${key} was never prepared`)
  yield* unlock(env, claim)
  yield* apply(claim.movements.map((movement) => ({ ...movement, floor: null })))
  for (const movement of claim.movements) yield addEntry(env, claim, 'effect', movement, key)
  yield* settle(key, 'done', storedAnswer(claim), claim.movements)
  return COMMITTED
}

function* abort(work: LeafWork, request: Request): Work<Reply> {
  const claim = yield* claimOf(keyOf(request))
  if (claim?.state === 'done') throw new Refusal(422, 'already_committed', `${claim.key} was committed`)
  return yield* undo(work, request)
}
