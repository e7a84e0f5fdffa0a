import { z } from 'zod'
import type { Gremlin } from '../core/gremlin.ts'

const options = z.strictObject({})

/** What was committed before the moment is durable; what was only in memory is gone. */
export const crash: Gremlin<z.output<typeof options>> = {
  name: 'crash',
  summary: 'Kills the service at a named moment of its work.',
  place: 'point',
  fatal: true,
  options,
  strike: () => (_next, env) => async () => await env.crash(),
}
