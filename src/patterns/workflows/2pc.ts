import { z } from 'zod'
import type { Env } from '../../core/env.ts'
import type { Order, Outcome, Workflow } from '../../core/pattern.ts'
import { DECISION_TABLES, delivered, openDecisionLog } from './decision-log.ts'
import { runDelivery } from './delivery.ts'
import { ask, failureOf, passing, reasonOf, STEPS, type Step } from './steps.ts'

const options = z.strictObject({})

/** How long one try to tell a participant the outcome may take, the tries of its policies included. */
const TELL_MS = 2_000

/**
 * Two-phase commit with presumed abort (Gray, "Notes on Data Base Operating Systems", 1978; Mohan, Lindsay and Obermarck,
 * "Transaction Management in the R* Distributed Database Management System", ACM TODS 1986). The decision to commit is durable before
 * the first COMMIT; from then on every participant is committed, however long it takes. Whatever has no decision is aborted,
 * and a participant that does not hear of it asks. One "no" ends the voting, and so does the order's deadline.
 *
 * A restarted coordinator decides "abort" for what it finds undecided. The decision is one row whose first writer wins, so that no
 * late commit can slip in. Several teaching versions send COMMIT first and write the log afterwards, or keep none.
 */
export const twoPhaseCommit: Workflow<z.output<typeof options>> = {
  name: '2pc',
  summary: 'Asks everybody to prepare, decides durably, then tells everybody; recovers from its log.',
  options,
  operations: ['prepare', 'commit', 'abort'],
  points: ['after-vote', 'before-decision', 'after-decision', 'between-commits', 'while-recovering'],
  tables: DECISION_TABLES,
  create(_options, env) {
    const log = openDecisionLog(env)
    const delivery = runDelivery(env, (order) => commitAll(env, order))
    /** Orders whose decision is being told inline; they need no delivery. */
    const live = new Set<string>()

    async function conclude(order: Order): Promise<Outcome> {
      if (env.clock.nowMs() >= order.deadlineAtMs) return abandon(env, order, STEPS, 'deadline_passed')
      live.add(order.id)
      try {
        if ((await log.decide(order, 'commit')) === 'abort') return abandon(env, order, STEPS, 'aborted')
        env.record({ type: 'workflow', what: 'decided', purchase: order.purchase, effect: 'order', detail: 'commit' })
        await env.point('after-decision', passing('place', order))
        if (await commitAll(env, order)) return { state: 'confirmed', reason: null, records: [delivered(order.id)] }
        delivery.add(order)
        return { state: 'confirmed', reason: null }
      } finally {
        live.delete(order.id)
      }
    }

    return {
      async place(order) {
        for (const [index, step] of STEPS.entries()) {
          const no = await failureOf(ask(env, step, 'prepare', order, order.deadlineAtMs))
          // Who certainly has not prepared has nothing to abort.
          if (no) return abandon(env, order, STEPS.slice(0, no.definite ? index : index + 1), reasonOf(no))
          await env.point('after-vote', passing('prepare', order, step))
        }
        await env.point('before-decision', passing('place', order))
        return conclude(order)
      },
      async recover(order) {
        await env.point('while-recovering', passing('place', order))
        if ((await log.decide(order.id, 'abort')) === 'commit') return { state: 'confirmed', reason: null }
        return abandon(env, order, STEPS, 'coordinator_restarted')
      },
      resume() {
        env.background('find undelivered decisions', async () => {
          for (const order of await log.undelivered()) if (!live.has(order.id)) delivery.add(order)
        })
      },
      async inquire(orderId, isLive) {
        const known = await log.find(orderId)
        if (known) return known
        // Nobody works on it: from now on it cannot be decided otherwise.
        return isLive ? 'undecided' : log.decide(orderId, 'abort')
      },
    }
  },
}

/** Nothing is written: without a decision it is an abort. Told once and in the background; who misses it asks. */
function abandon(env: Env, order: Order, asked: readonly Step[], reason: string): Outcome {
  if (asked.length === 0) return { state: 'refused', reason }
  env.background(`abort ${order.id}`, async () => {
    await Promise.all(asked.map((step) => tell(env, step, 'abort', order)))
  })
  return { state: 'cancelled', reason }
}

/** True when every participant has heard of the commit. */
async function commitAll(env: Env, order: Order): Promise<boolean> {
  let all = true
  for (const [index, step] of STEPS.entries()) {
    if (index > 0) await env.point('between-commits', passing('commit', order, step))
    if (!(await tell(env, step, 'commit', order))) all = false
  }
  return all
}

/**
 * True when the participant has heard, or will never do otherwise: one that decided by itself (a heuristic abort) has done so,
 * and only the audit can tell.
 */
async function tell(env: Env, step: Step, outcome: 'commit' | 'abort', order: Order): Promise<boolean> {
  const failed = await failureOf(ask(env, step, outcome, order, env.clock.nowMs() + TELL_MS))
  return failed === undefined || failed.reason === 'refused'
}
