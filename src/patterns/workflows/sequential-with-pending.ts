import { z } from 'zod'
import type { CallError } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { Order, Outcome, Postponed, Workflow } from '../../core/pattern.ts'
import { asCallError, ask, CHARGE, DEDUCT, isStandIn, passing, reasonOf, STEPS, type Step } from './steps.ts'
import { undo } from './undo.ts'

const MOST_MS = 600_000

const options = z
  .strictObject({
    /** So often a pending order is tried in the background, before it is given up. */
    tries: z.int().min(1).max(100).default(5),
    /** Before the first try; doubled before each further one, up to `mostPauseMs`. */
    firstPauseMs: z.int().min(10).max(MOST_MS).default(200),
    mostPauseMs: z.int().min(1).max(MOST_MS).default(5_000),
  })
  .refine(({ firstPauseMs, mostPauseMs }) => mostPauseMs >= firstPauseMs, {
    path: ['mostPauseMs'],
    message: 'must not be less than firstPauseMs',
  })

const PENDING: Readonly<Record<Step['effect'], Postponed>> = {
  deduct: { state: 'pending', reason: 'inventory_pending' },
  charge: { state: 'pending', reason: 'payment_pending' },
}
const RESTARTED: Postponed = { state: 'pending', reason: 'coordinator_restarted' }
const CONFIRMED: Outcome = { state: 'confirmed', reason: null }
const STUCK: Outcome = { state: 'failed', reason: 'compensation_failed' }
/** What a participant says of a step under its tombstone. */
const UNDONE = 'undone'

/** What a step came to: done, put off by a fallback, or failed. */
type StepEnd = 'done' | 'put-off' | CallError

/**
 * The steps of `sequential`, for a participant that may be away for a while: where a fallback answers in its place, the order is
 * pending and not lost. It is tried again in the background, all its steps under the keys that they always had, so that what was
 * done answers from what was stored. Tried too often, it is undone as far as it may have got, and FAILED is raised to operations.
 *
 * It has no log. The keys are its memory: an order that was open when the order service died becomes a pending one, too.
 */
export const sequentialWithPending: Workflow<z.output<typeof options>> = {
  name: 'sequential-with-pending',
  summary:
    'Deduct, then charge; where a fallback stands in for either, the order is pending and tried in the background.',
  options,
  operations: ['do', 'undo'],
  points: ['between-steps', 'before-decision', 'while-compensating', 'while-recovering'],
  postpones: true,
  tables: [],
  create(figures, env) {
    async function goThrough(order: Order, failed: (step: Step, error: CallError) => Promise<Outcome | Postponed>) {
      for (const step of STEPS) {
        const end = await take(env, order, step)
        if (end === 'put-off') return PENDING[step.effect]
        if (end !== 'done') return failed(step, end)
        if (step === DEDUCT) await env.point('between-steps', passing('do', order, DEDUCT))
      }
      await env.point('before-decision', passing('place', order))
      return CONFIRMED
    }

    return {
      place(order) {
        return goThrough(order, (step, error) => backward(env, order, step, error))
      },
      postponing: {
        ...figures,
        again(order) {
          return goThrough(order, async (step, error) =>
            // Only the participant's own "no" says something about the tries before. Anything else may be better next time.
            error.reason === 'refused' ? backward(env, order, step, error) : PENDING[step.effect],
          )
        },
        async giveUp(order) {
          const { purchase, id } = order
          const undone = await undoAll(env, order, [CHARGE, DEDUCT])
          const detail = `${id}: still pending after ${figures.tries} tries, ${undone ? 'undone' : 'not all of it undone'}`
          env.record({ type: 'workflow', what: 'raised', purchase, effect: 'order', detail })
          return undone ? { state: 'failed', reason: 'pending_too_long' } : STUCK
        },
      },
      async recover(order) {
        await env.point('while-recovering', passing('place', order))
        return RESTARTED
      },
      resume() {},
    }
  },
}

async function take(env: Env, order: Order, step: Step): Promise<StepEnd> {
  try {
    return isStandIn(await ask(env, step, 'do', order, order.deadlineAtMs)) ? 'put-off' : 'done'
  } catch (error) {
    return asCallError(error)
  }
}

/** The end of an order one step of which has failed for good: what may have been done is undone, in reverse. */
async function backward(env: Env, order: Order, step: Step, error: CallError): Promise<Outcome> {
  // The echo of a life that died while it was undoing: then the charge comes before the deduction, and may be stuck.
  if (error.reason === 'refused' && error.detail === UNDONE) {
    return (await undoAll(env, order, [CHARGE, DEDUCT])) ? { state: 'cancelled', reason: RESTARTED.reason } : STUCK
  }
  const before = step === CHARGE ? [DEDUCT] : []
  const undone = await undoAll(env, order, error.definite ? before : [step, ...before])
  if (!undone) return STUCK
  return { state: error.definite && step === DEDUCT ? 'refused' : 'cancelled', reason: reasonOf(error) }
}

/** True when all of it is undone. What is stuck is raised, and keeps nobody from undoing the rest. */
async function undoAll(env: Env, order: Order, back: readonly Step[]): Promise<boolean> {
  const { purchase, id } = order
  let all = true
  for (const step of back) {
    const failed = await undo(env, order, step)
    if (failed) {
      all = false
      const detail = `${id}: ${failed.message}`
      env.record({ type: 'workflow', what: 'raised', purchase, effect: step.effect, detail })
      continue
    }
    await env.point('while-compensating', passing('undo', order, step))
    env.record({ type: 'workflow', what: 'compensated', purchase, effect: step.effect, detail: id })
  }
  return all
}
