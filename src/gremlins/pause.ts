import { z } from 'zod'
import type { Gremlin } from '../core/gremlin.ts'
import { drawBetween, isRange, luckOf, NO_RANGE, RANGE_FIELDS, tidyDelayMs } from './delay.ts'

const options = z.strictObject(RANGE_FIELDS).refine(isRange, NO_RANGE)

/**
 * The service lives and works on for everybody else. Whatever this order holds at the moment it holds for so much longer, and
 * whoever gives up on it meanwhile does not call it off.
 */
export const pause: Gremlin<z.output<typeof options>> = {
  name: 'pause',
  summary: "Holds the service's work on one order up at a named moment.",
  place: 'point',
  fatal: false,
  options,
  strike: (range) => (next, env) => async (request, signal) => {
    const delayMs = drawBetween(range, luckOf(request, env.service, env.draw))
    await env.clock.sleep(tidyDelayMs(delayMs, range.toMs))
    return next(request, signal)
  },
}
