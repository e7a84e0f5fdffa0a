import { z } from 'zod'
import { CallError } from '../../core/call.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Policy } from '../../core/pattern.ts'
import { outcomeOfError } from './breaker-outcome.ts'

const options = z.strictObject({
  failures: z.int().min(1).default(5),
  openMs: z.number().positive().default(30_000),
})

type Tell = (what: PolicyWord, detail: string, amount?: number) => void

/**
 * The breaker as many courses teach it: a counter, three states and a time. Its faults, which `breaker` does not have:
 *
 * 1. Failures are counted without a window, and no success resets the count. Five failures in a year of good calls open it.
 * 2. Half-open lets everybody through, so that a dependency that is just getting up meets the whole crowd.
 * 3. Any single success closes it, however many other trials are failing.
 * 4. What was begun in an earlier state decides as well: a slow call of the time before the outage closes it, or opens it again.
 * 5. The open period is fixed, so that callers come back together and an ill dependency is asked as often as a stumbling one.
 */
export const breakerAsTaught: Policy<z.output<typeof options>> = {
  name: 'breaker-as-taught',
  summary: 'A breaker that counts failures for ever and closes after any single success, as many courses teach it.',
  scope: 'edge',
  options,
  create({ failures, openMs }, { edge }) {
    let state: 'closed' | 'open' | 'half-open' = 'closed'
    let count = 0
    let openUntilMs = 0
    function succeed(tell: Tell): void {
      if (state !== 'half-open') return
      state = 'closed'
      count = 0
      tell('closed', 'a call succeeded')
    }
    function fail(nowMs: number, tell: Tell): void {
      count += 1
      if (state === 'open' || count < failures) return
      state = 'open'
      openUntilMs = nowMs + openMs
      tell('opened', `${count} failures`, openMs)
    }
    return (next, env) => async (request, signal) => {
      signal.throwIfAborted()
      const { purchase, effect } = request
      const tell: Tell = (what, detail, amount) =>
        env.record({
          ...{ type: 'policy', policy: 'breaker-as-taught', edge, what, detail, purchase, effect },
          ...(amount === undefined ? {} : { amount }),
        })

      if (state === 'open') {
        const retryAfterMs = openUntilMs - env.clock.nowMs()
        if (retryAfterMs > 0) {
          tell('refused', `try again in ${Math.ceil(retryAfterMs)} ms`, Math.ceil(retryAfterMs))
          throw new CallError('breaker-open', edge, { retryAfterMs })
        }
        state = 'half-open'
        tell('half-opened', 'everybody may try')
      }
      try {
        const reply = await next(request, signal)
        succeed(tell)
        return reply
      } catch (error) {
        if (outcomeOfError(error, signal) === 'failure') fail(env.clock.nowMs(), tell)
        throw error
      }
    }
  },
}
