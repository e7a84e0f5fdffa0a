import { z } from 'zod'
import type { Gremlin } from '../core/gremlin.ts'

const options = z.strictObject({})

export const outage: Gremlin<z.output<typeof options>> = {
  name: 'outage',
  summary: 'For a while the service accepts no connection and drops the open ones; it does not die.',
  place: 'window',
  fatal: false,
  options,
  strike: () => (next, env) => async (request, signal) => {
    await env.listen(false)
    try {
      return await next(request, signal)
    } finally {
      await env.listen(true)
    }
  },
}
