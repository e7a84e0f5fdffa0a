import { z } from 'zod'
import type { Gremlin } from '../core/gremlin.ts'

const options = z.strictObject({})

/** Cut off in both directions: whoever asks what has become of an order gets no answer either. */
export const partition: Gremlin<z.output<typeof options>> = {
  name: 'partition',
  summary: 'For a while nobody reaches the service, and it reaches nobody; it does not die.',
  place: 'window',
  fatal: false,
  options,
  strike: () => (next, env) => async (request, signal) => {
    env.reach(false)
    await env.listen(false)
    try {
      return await next(request, signal)
    } finally {
      env.reach(true)
      await env.listen(true)
    }
  },
}
