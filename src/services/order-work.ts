/** What the order service does with an order: carries it to its end, takes it up after a crash, answers who is in doubt about it. */

import { Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { Decision, Order, Outcome, Postponed, RunningWorkflow } from '../core/pattern.ts'
import type { PointPassed } from '../core/point.ts'
import { keyOf } from './claims.ts'
import { accept, answered, answerOf, finish, openOrders, orderUnder, type Wanted } from './order-book.ts'
import type { Notices } from './order-notices.ts'
import type { PendingOrders } from './order-pending.ts'

/** So many orders of an earlier incarnation are taken up at once. */
const MOST_RECOVERIES = 32

/** The order service's state within one incarnation. */
export interface OrderWork {
  readonly env: Env
  readonly workflow: RunningWorkflow
  readonly notices: Notices
  readonly pending: PendingOrders
  /** Orders that this incarnation is carrying; any other that is not final was left by an earlier one. */
  readonly carried: Set<string>
}

/** @param key the buyer's; null: every request is an order of its own */
export async function placeOrder(
  work: OrderWork,
  request: Request,
  key: string | null,
  wanted: Wanted,
): Promise<Reply> {
  const { env, workflow, carried } = work
  const accepted = await env.store.transaction(() => accept(env, request, key, wanted))
  if ('reply' in accepted) return accepted.reply
  const { placed } = accepted
  const { purchase, id } = placed
  env.record({ type: 'order', purchase, effect: 'order', order: id, state: 'accepted', reason: null })
  carried.add(id)
  try {
    return await close(work, request, placed, await workflow.place(placed))
  } finally {
    carried.delete(id)
  }
}

/** What the buyer of an order is told that has come as far as it does for now. */
function close(work: OrderWork, about: PointPassed, placed: Order, outcome: Outcome | Postponed): Promise<Reply> {
  return outcome.state === 'pending' ? postpone(work, about, placed, outcome) : end(work, about, placed, outcome)
}

/** The commit that makes an order pending: from now on it is the background's. */
async function postpone(
  { env, pending }: OrderWork,
  about: PointPassed,
  placed: Order,
  put: Postponed,
): Promise<Reply> {
  const reply = answerOf(placed, put)
  await env.store.transaction(function* () {
    yield answered(placed, put.state, reply)
    yield pending.postponed(placed)
  })
  const { purchase, id } = placed
  env.record({ type: 'order', purchase, effect: 'order', order: id, state: put.state, reason: put.reason })
  pending.wake()
  await env.point('after-commit', about)
  return reply
}

/** The end of an order that was pending. */
export async function endPending(work: OrderWork, placed: Order, outcome: Outcome): Promise<void> {
  await end(work, ownPassing(work, placed), placed, outcome)
}

/** The order service takes up an order by itself; nobody's request brings an attempt along. */
function ownPassing({ env }: OrderWork, { purchase }: Order): PointPassed {
  return { operation: 'place', purchase, effect: 'order', attempt: env.attempt(purchase, 'place:order') }
}

/** The commit that makes an order final, and what follows from it. */
async function end({ env, notices }: OrderWork, about: PointPassed, placed: Order, outcome: Outcome): Promise<Reply> {
  const reply = answerOf(placed, outcome)
  const confirmed = outcome.state === 'confirmed'
  await env.store.transaction(function* () {
    yield* finish(env, placed, outcome, reply)
    if (confirmed) yield* notices.kept(placed)
  })
  const { purchase, id } = placed
  env.record({ type: 'order', purchase, effect: 'order', order: id, state: outcome.state, reason: outcome.reason })
  if (confirmed) notices.tell(placed)
  await env.point('after-commit', about)
  return reply
}

/** Takes up what an earlier incarnation left open. */
export async function recoverOrders(work: OrderWork): Promise<void> {
  const { env, carried } = work
  const open = await env.store.transaction(openOrders)
  // Asked of all at once: an order that is carried now may have come to its end by the time its turn is there.
  const left = open.filter(({ id }) => !carried.has(id))
  // What waits for its turn has somebody who cares for it: participants that ask are told to wait as well.
  for (const { id } of left) carried.add(id)
  const turns = left.values()
  async function recoverInTurn(): Promise<void> {
    for (const placed of turns) {
      await recoverOrder(work, placed)
      carried.delete(placed.id)
    }
  }
  await Promise.all(Array.from({ length: MOST_RECOVERIES }, recoverInTurn))
}

async function recoverOrder(work: OrderWork, placed: Order): Promise<void> {
  const { env, workflow } = work
  const outcome = await workflow.recover(placed)
  if (!outcome) return
  const { purchase, id } = placed
  await close(work, ownPassing(work, placed), placed, outcome)
  env.record({ type: 'workflow', what: 'recovered', purchase, effect: 'order', detail: `${id} is ${outcome.state}` })
}

/** A participant in doubt asks under its own key, which is the order's and the effect's. */
export async function answerInquiry({ env, workflow, carried }: OrderWork, request: Request): Promise<Reply> {
  if (!workflow.inquire) throw new Refusal(404, 'unknown_operation', 'nobody votes on orders here')
  const { purchase, effect } = request
  const key = keyOf(request)
  const suffix = `/${effect}`
  const placed = key.endsWith(suffix)
    ? await env.store.transaction(() => orderUnder(key.slice(0, -suffix.length)))
    : undefined
  // Presumed abort: what nobody remembers was never decided.
  const decision: Decision = placed ? await workflow.inquire(placed.id, carried.has(placed.id)) : 'abort'
  await env.point('after-commit', request)
  env.record({ type: 'workflow', what: 'answered', purchase, effect, detail: decision })
  return { status: 200, body: { decision } }
}
