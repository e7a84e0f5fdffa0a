import { z } from 'zod'
import type { Gremlin } from '../core/gremlin.ts'

const options = z.strictObject({})

/** Whoever comes back inside the window meets it again, so a window longer than a restart keeps the service away. */
export const kill: Gremlin<z.output<typeof options>> = {
  name: 'kill',
  summary: 'Kills the service at a moment of the traffic, whatever it is doing, and again until its window ends.',
  place: 'window',
  fatal: true,
  options,
  strike: () => (_next, env) => async () => await env.crash(),
}
