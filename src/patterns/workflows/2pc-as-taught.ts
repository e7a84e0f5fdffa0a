import { z } from 'zod'
import type { CallError } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { Order, Outcome, Workflow } from '../../core/pattern.ts'
import { ask, failureOf, passing, reasonOf, STEPS, type Step } from './steps.ts'

const options = z.strictObject({})

/** How long one try to tell a participant of an abort may take, the tries of its policies included. */
const TELL_MS = 2_000

/**
 * Two-phase commit as many courses teach it. Two faults are the coordinator's: it keeps no decision log, so a crash leaves its
 * orders open for ever; and when one COMMIT fails it sends ABORT to everybody, although another participant may have
 * committed. Two more are the participants' (`holds: ignored`, `reservationMs`): votes that do not count what others
 * have reserved, and reservations that expire by themselves.
 */
export const twoPhaseCommitAsTaught: Workflow<z.output<typeof options>> = {
  name: '2pc-as-taught',
  summary: 'Prepares and commits without a log, and aborts everybody when one commit fails.',
  options,
  operations: ['prepare', 'commit', 'abort'],
  points: ['after-vote', 'before-decision', 'between-commits'],
  tables: [],
  create(_options, env) {
    return {
      async place(order) {
        for (const [index, step] of STEPS.entries()) {
          const no = await failureOf(ask(env, step, 'prepare', order, order.deadlineAtMs))
          if (no) return abortAll(env, order, STEPS.slice(0, no.definite ? index : index + 1), no)
          await env.point('after-vote', passing('prepare', order, step))
        }
        await env.point('before-decision', passing('place', order))
        for (const [index, step] of STEPS.entries()) {
          if (index > 0) await env.point('between-commits', passing('commit', order, step))
          const failed = await failureOf(ask(env, step, 'commit', order, order.deadlineAtMs))
          // The fault: a participant that has committed cannot be aborted any more.
          if (failed) return abortAll(env, order, STEPS, failed)
        }
        return { state: 'confirmed', reason: null }
      },
      // The fault: what was decided was only ever in memory.
      async recover() {
        return undefined
      },
      resume() {},
    }
  },
}

async function abortAll(env: Env, order: Order, asked: readonly Step[], why: CallError): Promise<Outcome> {
  if (asked.length === 0) return { state: 'refused', reason: reasonOf(why) }
  // What the participants say to it is not looked at. The order's deadline is often why it is aborted, so it does not count here.
  for (const step of asked) await failureOf(ask(env, step, 'abort', order, env.clock.nowMs() + TELL_MS))
  return { state: 'cancelled', reason: reasonOf(why) }
}
