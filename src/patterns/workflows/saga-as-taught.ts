import { z } from 'zod'
import type { Env } from '../../core/env.ts'
import type { Order, Outcome, Workflow } from '../../core/pattern.ts'
import { mark, readSteps, SAGA_TABLES, write } from './saga-log.ts'
import { ask, failureOf, passing, reasonOf, STEPS, type Step } from './steps.ts'

const options = z.strictObject({})

/** Of one compensation, the tries of its policies included. */
const TRY_MS = 2_000

/**
 * The saga as many courses teach it, with two faults. A step's compensation is registered only after the step has answered: one
 * that committed and lost its answer is never undone. And a compensation that fails is logged and forgotten: the order is
 * called cancelled all the same.
 */
export const sagaAsTaught: Workflow<z.output<typeof options>> = {
  name: 'saga-as-taught',
  summary: 'Registers a compensation after the step has answered, and forgets one that fails.',
  options,
  operations: ['do', 'undo'],
  points: ['between-steps', 'before-decision', 'while-compensating', 'while-recovering'],
  tables: SAGA_TABLES,
  create(_options, env) {
    return {
      async place(order) {
        const registered: Step[] = []
        for (const step of STEPS) {
          const failed = await failureOf(ask(env, step, 'do', order, order.deadlineAtMs))
          if (failed?.definite && registered.length === 0) return { state: 'refused', reason: reasonOf(failed) }
          if (failed) return undoAll(env, order, registered.toReversed(), reasonOf(failed))
          if (step !== STEPS.at(-1)) await env.point('between-steps', passing('do', order, step))
          else await env.point('before-decision', passing('place', order))
          registered.push(step)
          await write(env, [mark(order, step, 'done')])
        }
        return { state: 'confirmed', reason: null }
      },
      async recover(order) {
        await env.point('while-recovering', passing('place', order))
        const steps = await readSteps(env, order)
        const registered = steps.filter(({ state }) => state === 'done').map(({ step }) => step)
        if (registered.length === STEPS.length) return { state: 'confirmed', reason: null }
        return undoAll(env, order, registered.toReversed(), 'coordinator_restarted')
      },
      resume() {},
    }
  },
}

async function undoAll(env: Env, order: Order, undo: readonly Step[], reason: string): Promise<Outcome> {
  for (const step of undo) {
    const failed = await failureOf(ask(env, step, 'undo', order, env.clock.nowMs() + TRY_MS))
    if (!failed) await env.point('while-compensating', passing('undo', order, step))
    const what = failed ? 'forgotten' : 'compensated'
    const detail = failed ? `${order.id}: ${failed.message}` : order.id
    env.record({ type: 'workflow', what, purchase: order.purchase, effect: step.effect, detail })
    if (!failed) await write(env, [mark(order, step, 'compensated')])
  }
  return { state: 'cancelled', reason }
}
