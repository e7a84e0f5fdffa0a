import { z } from 'zod'
import { CallError } from '../../core/call.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Policy } from '../../core/pattern.ts'
import { createRetryBudget } from './retry-budget.ts'

const options = z.strictObject({
  /** The first attempt counts. */
  maxAttempts: z.int().min(1).max(100).default(4),
  baseDelayMs: z.number().min(0).default(50),
  mostDelayMs: z.number().min(0).default(1_000),
  /** `full`: anywhere between nothing and the back-off. `none`: exactly the back-off. */
  jitter: z.enum(['full', 'none']).default('full'),
  /** Retries, within a sliding window: at most this share of the requests, and a floor. null: as many as the attempts allow. */
  budget: z
    .strictObject({
      ratio: z.number().min(0).max(100).default(0.1),
      floorPerSecond: z.number().min(0).default(1),
      windowMs: z.number().min(10).default(10_000),
    })
    .nullable()
    .default(null),
})

/**
 * Tries again after errors that may pass (`transient`), up to `maxAttempts` in all. The pause doubles from `baseDelayMs` to at most
 * `mostDelayMs`, with full jitter (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), and is never
 * shorter than the error's `retryAfterMs`. No attempt starts at or after the request's deadline; the last error is thrown instead,
 * or `deadline-passed` where there was no attempt.
 *
 * With a `budget` the edge as a whole has only so many retries, since three layers of four attempts are 64 calls.
 *
 * The jitter is keyed by purchase, effect and attempt, so that two variants pause alike. Several libraries count retries instead
 * of attempts: four attempts here are three retries there.
 *
 * Giving up after an attempt that perhaps did it says "perhaps", also when the last attempt certainly did not: the error that is
 * thrown is then the indefinite one. Only a business refusal speaks for itself.
 */
export const retry: Policy<z.output<typeof options>> = {
  name: 'retry',
  summary: 'Tries again after an error that may pass, with growing, jittered pauses, until the deadline.',
  scope: 'edge',
  options,
  create({ maxAttempts, baseDelayMs, mostDelayMs, jitter, budget: limits }, { edge }) {
    const budget = limits && createRetryBudget(limits)
    return (next, env) => async (request, signal) => {
      const { purchase, effect, deadlineAtMs = Number.POSITIVE_INFINITY } = request
      const lastAttempt = request.attempt + maxAttempts - 1

      function pauseMs(attempt: number, error: CallError): number {
        const mostMs = Math.min(mostDelayMs, baseDelayMs * 2 ** (attempt - request.attempt))
        const delayMs =
          jitter === 'none' ? mostMs : mostMs * env.draw(`retry:${edge}`, env.service, purchase, effect, attempt)
        return Math.max(delayMs, error.retryAfterMs ?? 0)
      }

      const tell = (what: PolicyWord, detail: string, figure: { amount?: number } = {}) =>
        env.record({ type: 'policy', policy: 'retry', edge, what, detail, purchase, effect, ...figure })

      signal.throwIfAborted()
      if (env.clock.nowMs() >= deadlineAtMs) throw new CallError('deadline-passed', edge)
      budget?.request(env.clock.nowMs())
      let doubt: CallError | undefined
      for (let attempt = request.attempt; ; attempt++) {
        try {
          return await next(attempt === request.attempt ? request : { ...request, attempt }, signal)
        } catch (error) {
          if (!(error instanceof CallError) || error.reason === 'refused' || signal.aborted) throw error
          if (!error.definite) doubt = error
          const delayMs = pauseMs(attempt, error)
          const tooLate = env.clock.nowMs() + delayMs >= deadlineAtMs
          if (!error.transient || attempt >= lastAttempt || tooLate) throw doubt ?? error
          const left = budget?.takeRetry(env.clock.nowMs())
          if (budget && left === undefined) {
            tell('budget-exhausted', error.reason)
            throw doubt ?? error
          }
          if (left !== undefined) tell('budget', `${left} left`, { amount: left })
          tell('retry', error.reason, { amount: Math.round(delayMs) })
          await env.clock.sleep(delayMs, signal)
          signal.throwIfAborted()
          // A busy process wakes up late.
          if (env.clock.nowMs() >= deadlineAtMs) throw doubt ?? error
        }
      }
    }
  },
}
