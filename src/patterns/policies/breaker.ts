import { z } from 'zod'
import { CallError } from '../../core/call.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Policy } from '../../core/pattern.ts'
import { outcomeOfError } from './breaker-outcome.ts'
import { createBreakerStates } from './breaker-states.ts'
import { tripOnConsecutiveFailures } from './trip.ts'

const options = z.strictObject({
  trip: z.literal('consecutive-failures').default('consecutive-failures'),
  /** Reached is enough. */
  failures: z.int().min(1).default(5),
  openMs: z.number().positive().default(30_000),
  /** Calls let through while half-open. All of them must succeed. */
  trials: z.int().min(1).default(3),
  /** How long to be half-open without a verdict before opening again. */
  mostHalfOpenMs: z.number().positive().default(10_000),
})

/**
 * Stops calling a dependency that keeps failing (Michael Nygard, "Release It!", 2007) and throws `breaker-open` at once, with the
 * time after which to try again. Failures are errors of the dependency: timeout, reset, connection refused, 5xx, an answer that is
 * none. Refusals, its own and ours, are neutral. Where opossum counts every call, needs more than the threshold, and lets results
 * of an earlier state decide, this one counts completed calls, acts when the threshold is reached, and drops stale results.
 */
export const breaker: Policy<z.output<typeof options>> = {
  name: 'breaker',
  summary: 'Refuses calls at once while the dependency keeps failing, then lets a few trials decide.',
  scope: 'edge',
  options,
  create({ failures, openMs, trials, mostHalfOpenMs }, { edge }) {
    const newTrip = () => tripOnConsecutiveFailures(failures)
    const states = createBreakerStates({ newTrip, openMs, trials, mostHalfOpenMs })
    return (next, env) => async (request, signal) => {
      signal.throwIfAborted()
      const { purchase, effect } = request
      const tell = (what: PolicyWord, detail: string) =>
        env.record({ type: 'policy', policy: 'breaker', edge, what, detail, purchase, effect })

      const admission = states.admit(env.clock.nowMs(), tell)
      if ('retryAfterMs' in admission) {
        const { retryAfterMs } = admission
        tell('refused', `try again in ${Math.ceil(retryAfterMs)} ms`)
        throw new CallError('breaker-open', edge, { retryAfterMs })
      }
      try {
        const reply = await next(request, signal)
        states.complete(admission.generation, 'success', env.clock.nowMs(), tell)
        return reply
      } catch (error) {
        states.complete(admission.generation, outcomeOfError(error), env.clock.nowMs(), tell)
        throw error
      }
    }
  },
}
