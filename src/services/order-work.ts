/** What the order service does with an order: carries it to its end, takes it up after a crash, answers who is in doubt about it. */

import { Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import type { Decision, Order, Outcome, RunningWorkflow } from '../core/pattern.ts'
import type { PointPassed } from '../core/point.ts'
import { keyOf } from './claims.ts'
import { accept, answerOf, finish, openOrders, orderUnder, type Wanted } from './order-book.ts'
import type { Notices } from './order-notices.ts'

/** So many orders of an earlier incarnation are taken up at once. */
const MOST_RECOVERIES = 32

/** The order service's state within one incarnation. */
export interface OrderWork {
  readonly env: Env
  readonly workflow: RunningWorkflow
  readonly notices: Notices
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
    const outcome = await workflow.place(placed)
    if (outcome.state === 'pending') throw new Error('no fallback is carried on yet')
    return await end(work, request, placed, outcome)
  } finally {
    carried.delete(id)
  }
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
  const attempt = env.attempt(purchase, 'place:order')
  await end(work, { operation: 'place', purchase, effect: 'order', attempt }, placed, outcome)
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
