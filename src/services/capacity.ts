/** What a service can do at a time: workers, and a line in front of them. */

import { Overloaded } from '../core/call.ts'
import type { Layer } from '../core/layer.ts'
import type { Capacity } from '../core/scenario.ts'

/**
 * Lets `concurrency` requests in at a time. Each keeps its worker for `serviceTimeMs` and for as long as the work behind it takes.
 * The others wait in line, first come, first served, and whoever finds the line full is refused with 503: it certainly did not
 * happen, but a caller that only sees a 5xx cannot know. A caller that has given up keeps its place, as in front of most servers.
 */
export function limitCapacity({ concurrency, serviceTimeMs, queue }: Capacity): Layer {
  return (next, env) => {
    let working = 0
    let waiting: (() => void)[] = []
    /** Where in `waiting` the line begins; taking each turn off its front would copy the whole line. */
    let served = 0

    function takeTurn(): Promise<void> | undefined {
      if (working < concurrency) {
        working += 1
        return undefined
      }
      if (waiting.length - served >= queue) throw new Overloaded(`${concurrency} at work and ${queue} in line`)
      return new Promise((resolve) => waiting.push(resolve))
    }

    /** The worker goes to the next in line, so that nobody who comes just now can overtake. */
    function passOn(): void {
      const turn = waiting[served]
      if (!turn) {
        working -= 1
        return
      }
      served += 1
      if (served * 2 > waiting.length) {
        waiting = waiting.slice(served)
        served = 0
      }
      turn()
    }

    return async (request, signal) => {
      await takeTurn()
      try {
        if (serviceTimeMs > 0) await env.clock.sleep(serviceTimeMs, signal)
        return await next(request, signal)
      } finally {
        passOn()
      }
    }
  }
}
