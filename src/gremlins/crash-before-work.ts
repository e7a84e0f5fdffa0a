import { z } from 'zod'
import type { Gremlin } from '../core/gremlin.ts'

const options = z.strictObject({})

/** Nothing has happened yet, but the caller cannot know: it sees the same reset as after a commit. */
export const crashBeforeWork: Gremlin<z.output<typeof options>> = {
  name: 'crash-before-work',
  summary: 'Kills the service after the request arrived and before any work.',
  place: 'before-work',
  fatal: true,
  options,
  strike: () => (_next, env) => async () => await env.crash(),
}
