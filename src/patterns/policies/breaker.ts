import { CallError } from '../../core/call.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Layer } from '../../core/layer.ts'
import type { Policy, PolicySite } from '../../core/pattern.ts'
import { boardOf } from './breaker-board.ts'
import { guardWithOpossum } from './breaker-opossum.ts'
import { type BreakerOptions, breakerOptions, type OurOptions } from './breaker-options.ts'
import { outcomeOfError } from './breaker-outcome.ts'
import { createBreakerStates } from './breaker-states.ts'
import { openPeriodMs } from './open-period.ts'
import { createTrip } from './trip.ts'

/**
 * Stops calling a dependency that keeps failing (Michael Nygard, "Release It!", 2007) and throws `breaker-open` at once, with the
 * time after which to try again. Failures are errors of the dependency: timeout, reset, connection refused, 5xx, an answer that is
 * none. Refusals, its own and ours, are neutral. Where opossum counts every call, needs more than the threshold, and lets results
 * of an earlier state decide, this one counts completed calls, acts when the threshold is reached, and drops stale results.
 *
 * With `engine: opossum` the same place is taken by the library that most users of Node know, so that the two can be compared.
 */
export const breaker: Policy<BreakerOptions> = {
  name: 'breaker',
  summary: 'Refuses calls at once while the dependency keeps failing, then lets a few trials decide.',
  scope: 'edge',
  options: breakerOptions,
  create(options, site) {
    if (options.mode === 'disabled') return (next) => next
    if (options.mode === 'forced-open') return refuseAll(site)
    return options.engine === 'opossum' ? guardWithOpossum(options, site) : guardWithOurs(options, site)
  },
}

function guardWithOurs(options: OurOptions, site: PolicySite): Layer {
  const { openMs, openGrowth, trials, mostHalfOpenMs } = options
  const { edge } = site
  const board = boardOf(site)
  return (next, env) => {
    const luck = (opening: number) => env.draw(`breaker:${edge}`, env.service, '', 'open', opening)
    const states = createBreakerStates({
      newTrip: () => createTrip(options),
      openPeriodMs: (opening) => openPeriodMs(openMs, openGrowth, opening, luck),
      trials,
      mostHalfOpenMs,
      board,
    })
    return async (request, signal) => {
      signal.throwIfAborted()
      const { purchase, effect } = request
      const tell = (what: PolicyWord, detail: string, amount?: number) =>
        env.record({
          ...{ type: 'policy', policy: 'breaker', edge, what, detail, purchase, effect },
          ...(amount === undefined ? {} : { amount }),
        })

      const admission = states.admit(env.clock.nowMs(), tell)
      if ('retryAfterMs' in admission) {
        const { retryAfterMs } = admission
        tell('refused', `try again in ${Math.ceil(retryAfterMs)} ms`, Math.ceil(retryAfterMs))
        throw new CallError('breaker-open', edge, { retryAfterMs })
      }
      try {
        const reply = await next(request, signal)
        states.complete(admission, 'success', env.clock.nowMs(), tell)
        return reply
      } catch (error) {
        states.complete(admission, outcomeOfError(error, signal), env.clock.nowMs(), tell)
        throw error
      }
    }
  }
}

/** Open because somebody said so, for as long as nobody takes it back: nobody can say when to try again. */
function refuseAll({ edge }: PolicySite): Layer {
  return (_next, env) => {
    let told = false
    return async ({ purchase, effect }, signal) => {
      signal.throwIfAborted()
      const about = { type: 'policy', policy: 'breaker', edge, detail: 'forced open', purchase, effect } as const
      if (!told) env.record({ ...about, what: 'opened' })
      told = true
      env.record({ ...about, what: 'refused' })
      throw new CallError('breaker-open', edge)
    }
  }
}
