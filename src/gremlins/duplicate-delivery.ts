import { z } from 'zod'
import { ConnectionLost } from '../core/call.ts'
import type { Gremlin } from '../core/gremlin.ts'
import { wouldBeAnswered } from './carry-out.ts'

const options = z.strictObject({})

/**
 * The network delivers one request twice, at the same moment. Both deliveries are the same request with the same attempt: the
 * caller sent it once, so it counts once, and gremlins further in toss the same coins for both. The caller hears what became
 * of the first delivery, when both are done.
 */
export const duplicateDelivery: Gremlin<z.output<typeof options>> = {
  name: 'duplicate-delivery',
  summary: 'Delivers the request twice at once; the first delivery is answered.',
  place: 'call',
  fatal: false,
  options,
  strike: () => (next) => async (request, signal) => {
    const [first, second] = await Promise.allSettled([next(request, signal), next(request, signal)])
    if (second.status === 'rejected') {
      const { reason } = second
      // Nobody hears of the second delivery, but a bug in it must end the run all the same.
      if (!(wouldBeAnswered(reason) || reason instanceof ConnectionLost)) throw reason
    }
    if (first.status === 'rejected') throw first.reason
    return first.value
  },
}
