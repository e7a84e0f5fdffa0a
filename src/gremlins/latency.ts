import { z } from 'zod'
import type { Gremlin } from '../core/gremlin.ts'
import { delayMs, drawBetween, isRange, type Luck, luckOf, NO_RANGE, RANGE_FIELDS, tidyDelayMs } from './delay.ts'

/** No tail is endless: a longer delay than this is cut to it. */
const mostMs = z.number().positive().default(60_000)

const options = z.discriminatedUnion('distribution', [
  z.strictObject({ distribution: z.literal('uniform').default('uniform'), ...RANGE_FIELDS }).refine(isRange, NO_RANGE),
  z.strictObject({ distribution: z.literal('normal'), meanMs: delayMs, stdDevMs: delayMs, mostMs }),
  z.strictObject({ distribution: z.literal('lognormal'), meanMs: z.number().positive(), stdDevMs: delayMs, mostMs }),
  z.strictObject({ distribution: z.literal('exponential'), meanMs: delayMs, mostMs }),
])
type LatencyOptions = z.output<typeof options>

/** A standard normal number from two uniform ones in [0, 1) (Box and Muller 1958). */
function standardNormal(radius: number, angle: number): number {
  return Math.sqrt(-2 * Math.log(1 - radius)) * Math.cos(2 * Math.PI * angle)
}

function drawDelayMs(options: LatencyOptions, luck: Luck): number {
  switch (options.distribution) {
    case 'uniform':
      return drawBetween(options, luck)
    case 'exponential':
      return -options.meanMs * Math.log(1 - luck('delay'))
    case 'normal':
      return options.meanMs + options.stdDevMs * standardNormal(luck('delay'), luck('delay-angle'))
    case 'lognormal': {
      // The options describe the delay itself; these describe its logarithm.
      const variance = Math.log(1 + (options.stdDevMs / options.meanMs) ** 2)
      const mean = Math.log(options.meanMs) - variance / 2
      return Math.exp(mean + Math.sqrt(variance) * standardNormal(luck('delay'), luck('delay-angle')))
    }
  }
}

/**
 * Holds a request back before the work. A caller that has given up does not call it off: what is on the network arrives, and its
 * work is done late. Where two variants toss the same coin the delay is the same, too.
 */
export const latency: Gremlin<LatencyOptions> = {
  name: 'latency',
  summary: 'Holds the request back for a while before the work begins.',
  place: 'call',
  fatal: false,
  options,
  strike(options) {
    const mostMs = options.distribution === 'uniform' ? options.toMs : options.mostMs
    return (next, env) => async (request, signal) => {
      const delayMs = drawDelayMs(options, luckOf(request, env.service, env.draw))
      await env.clock.sleep(tidyDelayMs(delayMs, mostMs))
      return next(request, signal)
    }
  },
}
