import { z } from 'zod'
import type { Policy } from '../../core/pattern.ts'
import { createPool, layerWithin } from './permits.ts'

const options = z.strictObject({
  /** Calls at once on this edge. */
  permits: z.int().min(1),
  /** Calls that may wait for a permit, first come, first served. */
  queue: z.int().min(0).max(50_000).default(0),
  /** How long a call waits at most, and never beyond the deadline. */
  mostWaitMs: z.number().positive().max(600_000).default(1_000),
})

/**
 * A compartment for each dependency (Michael Nygard, "Release It!", 2007): so many calls at once, so many in line, and everybody
 * else is told `bulkhead-full` at once. A dependency that hangs then holds its own permits and no others.
 *
 * The permit is held until the work settles, not until its caller has lost patience: so it stands inside `timeout`, which lets its
 * caller go while the call goes on. Where a library frees the permit at the timeout, calls pile up behind a compartment that thinks
 * it is empty. Whoever stands in line keeps the place: no newcomer takes it.
 */
export const bulkhead: Policy<z.output<typeof options>> = {
  name: 'bulkhead',
  summary: 'Lets only so many calls to one dependency run at once; others wait in a short line or are refused.',
  scope: 'edge',
  options,
  create: (chosen, { edge }) => layerWithin(createPool(chosen), 'bulkhead', edge, () => edge),
}
