import { z } from 'zod'
import type { Policy } from '../../core/pattern.ts'
import { createPool, layerWithin } from './permits.ts'

const options = z.strictObject({
  /** Calls at once, over all edges together. */
  permits: z.int().min(1),
  /** Calls that may wait for a permit, first come, first served, whatever they are for. */
  queue: z.int().min(0).max(50_000).default(10_000),
  /** How long a call waits at most, and never beyond the deadline. */
  mostWaitMs: z.number().positive().max(600_000).default(30_000),
})

/**
 * One pool of permits for all calls of a service, as most programs have one: a connection pool, a thread pool, with a long line in
 * front. The counterpart of `bulkhead`: a dependency that hangs takes all the permits, and calls to healthy ones wait behind it.
 * Every edge that has it must give the same options, as there is one pool.
 */
export const sharedPool: Policy<z.output<typeof options>> = {
  name: 'shared-pool',
  summary: 'One pool of permits for all calls of the service, with a long line: what a bulkhead is there to avoid.',
  scope: 'service',
  options,
  create(chosen, { edge, shared }) {
    // A request at the door would hold a permit while its own calls wait for one: the two must not be of one pool.
    const pool = shared(edge === 'door' ? 'shared-pool of the door' : 'shared-pool', () => createPool(chosen))
    const { permits, queue, mostWaitMs } = pool.options
    if (permits !== chosen.permits || queue !== chosen.queue || mostWaitMs !== chosen.mostWaitMs)
      throw new Error(`shared-pool: there is one pool, and ${edge} asks for another`)
    return layerWithin(pool, 'shared-pool', edge, ({ service }) => `pool of ${service}`)
  },
}
