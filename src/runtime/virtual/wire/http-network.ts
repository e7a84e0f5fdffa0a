/**
 * The wire as it is: requests leave through the real client and come in through the real server, as bytes over connections in memory.
 * Latency is drawn as for the fast wire, so what differs from it is what HTTP does.
 */

import { createRequire } from 'node:module'
import type { Request } from '../../../core/call.ts'
import type { ServiceName } from '../../../core/topology.ts'
import type { Carry } from '../../life/over-wire.ts'
import { connectPoster, type Poster } from '../../real/post.ts'
import { carryOver } from '../../real/wire.ts'
import type { Caller } from '../connections.ts'
import { drawLegs } from '../legs.ts'
import type { Network, NetworkOptions } from '../network.ts'
import { NEVER_BUSY } from '../processor.ts'
import { openCallees } from './callees.ts'
import { makeClient } from './clients.ts'
import { watchOpenCalls } from './stall.ts'

/** Never used: connections are made in memory. */
const PORT = 1

interface Connected {
  readonly caller: Caller
  close(): Promise<void>
}

/** Only one world may turn over this wire at a time: undici's timers are the process's. */
export function layHttpNetwork(options: NetworkOptions): Network {
  const { kernel, draw, nowMs, fail, processors = NEVER_BUSY, pace } = options
  const callees = openCallees(options)
  const legsOf = drawLegs(draw, pace)
  const connections = new Set<Connected>()
  forgetTimers()

  function connect(caller: Caller, service: ServiceName, most: number): Carry {
    const signals = new WeakMap<object, AbortSignal>()
    const gaveUp = (headers: object) => signals.get(headers)?.aborted ?? false
    const road = { kernel, callees, legsOf, processors, caller, service, gaveUp }
    const { post, close } = connectPoster(PORT, most, { factory: (origin, given) => makeClient(road, origin, given) })
    connections.add({ caller, close })
    const noting: Poster['post'] = (path, headers, body, signal) => {
      signals.set(headers, signal)
      return post(path, headers, body, signal)
    }
    const carry = carryOver({ post: noting, close }, nowMs)
    const calls = watchOpenCalls(kernel, caller, service, fail)
    return (request: Request, signal: AbortSignal) =>
      // The dead send nothing, and hear nothing.
      new Promise((resolve, reject) => {
        if (!caller.isAlive()) return
        calls.begin()
        const over = (tell: () => void) => {
          if (!caller.isAlive()) return
          calls.end()
          tell()
        }
        carry(request, signal).then(
          (answer) => over(() => resolve(answer)),
          (error) => over(() => reject(error)),
        )
      })
  }

  return {
    listen: callees.listen,
    hangUp(service) {
      callees.hangUp(service)
      // It may be its death. Then its own connections end as well; what has left over them still arrives.
      for (const each of connections) {
        if (each.caller.isAlive()) continue
        connections.delete(each)
        void each.close()
      }
    },
    connect,
  }
}

/**
 * The client's coarse timers (its limits on silence) hang on one timer for the whole process, which may still be another world's. This
 * is undici's own way to begin anew.
 */
function forgetTimers(): void {
  const timers = createRequire(import.meta.url)('undici/lib/util/timers.js') as { reset(): void }
  timers.reset()
}
