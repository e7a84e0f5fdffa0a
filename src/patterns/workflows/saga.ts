import { z } from 'zod'
import type { Env } from '../../core/env.ts'
import type { Order, Outcome, Workflow } from '../../core/pattern.ts'
import { mark, readSteps, SAGA_TABLES, write } from './saga-log.ts'
import { ask, CHARGE, DEDUCT, failureOf, passing, reasonOf, STEPS, type Step } from './steps.ts'
import { undo } from './undo.ts'

const options = z.strictObject({})

/**
 * An orchestrated saga (Garcia-Molina and Salem, "Sagas", SIGMOD 1987; the durable, retried compensations follow MicroProfile LRA).
 * Each step commits by itself; nothing is ever locked. Before a step is asked for, the log says that it may have to be undone, so
 * a step whose answer is lost is resolved and not forgotten. The charge is the pivot: once it is done the order goes forward, before
 * that backward, in reverse. The direction is durable before the first undo.
 *
 * A compensation that cannot be done ends in FAILED, raised to operations. Many libraries call the same thing "rolled back".
 */
export const saga: Workflow<z.output<typeof options>> = {
  name: 'saga',
  summary:
    'One step after the other, each registered before it is asked for, and undone in reverse when a later one fails.',
  options,
  operations: ['do', 'undo'],
  points: ['between-steps', 'before-decision', 'while-compensating', 'while-recovering'],
  tables: SAGA_TABLES,
  create(_options, env) {
    /** The pivot, and the end that follows from it. `first`: nobody can have asked for it before. */
    async function charge(order: Order, first: boolean): Promise<Outcome> {
      const failed = await failureOf(ask(env, CHARGE, 'do', order, order.deadlineAtMs))
      if (failed) {
        // A later try says nothing about an earlier one, unless it is the participant's own stored "no".
        const certain = first ? failed.definite : failed.reason === 'refused'
        return backward(env, order, certain ? [DEDUCT] : [CHARGE, DEDUCT], reasonOf(failed))
      }
      await env.point('before-decision', passing('place', order))
      return { state: 'confirmed', reason: null, records: [mark(order, CHARGE, 'done')] }
    }

    return {
      async place(order) {
        await write(env, [mark(order, DEDUCT, 'begun')])
        const failed = await failureOf(ask(env, DEDUCT, 'do', order, order.deadlineAtMs))
        if (failed?.definite) return { state: 'refused', reason: reasonOf(failed) }
        if (failed) return backward(env, order, [DEDUCT], reasonOf(failed))
        await env.point('between-steps', passing('do', order, DEDUCT))
        await write(env, [mark(order, DEDUCT, 'done'), mark(order, CHARGE, 'begun')])
        return charge(order, true)
      },
      async recover(order) {
        await env.point('while-recovering', passing('place', order))
        const steps = await readSteps(env, order)
        const undoing = steps.filter(({ state }) => state === 'compensating').map(({ step }) => step)
        const goingBack = steps.some(({ state }) => !['begun', 'done'].includes(state))
        // What was given up before the crash is as stuck as ever: the order must not end as if all were undone.
        const stuck = steps.some(({ state }) => state === 'stuck')
        if (goingBack) return compensateAll(env, order, undoing.toReversed(), 'coordinator_restarted', stuck)
        if (steps.some(({ step }) => step === CHARGE)) return charge(order, false)
        if (steps.length > 0) return backward(env, order, [DEDUCT], 'coordinator_restarted')
        return { state: 'cancelled', reason: 'coordinator_restarted' }
      },
      resume() {},
    }
  },
}

/** Turns the saga round: from this commit on it can only go back. */
async function backward(env: Env, order: Order, back: readonly Step[], reason: string): Promise<Outcome> {
  const others = STEPS.filter((step) => !back.includes(step))
  await write(env, [
    ...back.map((step) => mark(order, step, 'compensating')),
    ...others.map((step) => mark(order, step, 'refused')),
  ])
  return compensateAll(env, order, back, reason)
}

/** @param stuckBefore an earlier incarnation has given up on one of its compensations */
async function compensateAll(
  env: Env,
  order: Order,
  back: readonly Step[],
  reason: string,
  stuckBefore = false,
): Promise<Outcome> {
  let stuck = stuckBefore
  // One that is stuck keeps nobody from undoing the rest.
  for (const step of back) if (!(await compensate(env, order, step))) stuck = true
  return stuck ? { state: 'failed', reason: 'compensation_failed' } : { state: 'cancelled', reason }
}

/** Undoes a step, and says so in the log. False: not within the limit. */
async function compensate(env: Env, order: Order, step: Step): Promise<boolean> {
  const { purchase, id } = order
  const failed = await undo(env, order, step)
  if (failed) {
    await write(env, [mark(order, step, 'stuck')])
    env.record({ type: 'workflow', what: 'raised', purchase, effect: step.effect, detail: `${id}: ${failed.message}` })
    return false
  }
  await env.point('while-compensating', passing('undo', order, step))
  await write(env, [mark(order, step, 'compensated')])
  env.record({ type: 'workflow', what: 'compensated', purchase, effect: step.effect, detail: id })
  return true
}
