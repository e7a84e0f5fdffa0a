import { z } from 'zod'
import type { Gremlin } from '../core/gremlin.ts'

const options = z.strictObject({})

/** The work is done and durable, and nobody was told. */
export const crashAfterCommit: Gremlin<z.output<typeof options>> = {
  name: 'crash-after-commit',
  summary: 'Kills the service between its commit and its answer.',
  place: 'after-commit',
  fatal: true,
  options,
  strike: () => (_next, env) => async () => await env.crash(),
}
