/** A service's process: holds one life after the other, as its parent says over IPC. */

import { tossesToTheEnd } from '../../core/decision.ts'
import type { ServiceName } from '../../core/topology.ts'
import type { Life } from '../life/begin.ts'
import type { Host, NodeParts } from '../life/life-state.ts'
import { nowMs } from './clock.ts'
import { describeFailure } from './describe-failure.ts'
import type { LifeSetup, NodeSetup, Ports, ToChild } from './messages.ts'
import { live } from './node.ts'
import { endBroken, obeyInOrder, say } from './obey-parent.ts'
import { type Server, serve } from './server.ts'
import { openWire, type Wire } from './wire.ts'

/** What a life of this service is made of. `trafficStartMs` is null while nothing may strike. */
export type ComposeNode = (setup: LifeSetup, trafficStartMs: () => number | null) => NodeParts

/** What the process holds over all its lives. */
interface Held {
  ports: Ports | null
  readonly wire: Wire
  server: Server | undefined
  life: Life | undefined
  trafficStartMs: number | null
  /** Whether coins are tossed also when the last buyer has gone. */
  toTheEnd: boolean
  healed: AbortController
  /** False during an outage, also one that a restarted process finds itself in before it has a server. */
  listening: boolean
}

/** Serves until the parent says stop, or is gone. */
export function hostService(compose: ComposeNode): void {
  const held: Held = {
    ports: null,
    wire: openWire((service: ServiceName) => {
      if (!held.ports) throw new Error('nobody has said yet where the other services are')
      return held.ports[service]
    }),
    server: undefined,
    life: undefined,
    trafficStartMs: null,
    toTheEnd: false,
    healed: new AbortController(),
    listening: true,
  }
  obeyInOrder((message) => obey(held, compose, message))
}

function hostOf(held: Held): Host {
  return {
    wire: held.wire.to,
    async setListening(on) {
      held.listening = on
      await held.server?.listen(on)
    },
    crash() {
      process.kill(process.pid, 'SIGKILL')
      return new Promise<never>(() => {})
    },
    fail: (error) => say({ type: 'broken', message: describeFailure(error) }),
  }
}

/** Hears nobody any more, and closes its store and journal. */
async function endLife(held: Held): Promise<void> {
  held.healed.abort()
  held.healed = new AbortController()
  held.trafficStartMs = null
  // The end of an outage that was going on has its turn before.
  await turn()
  await held.server?.listen(false)
  held.life?.end()
  held.life = undefined
  // Thousands of calls that wait for a connection would be in the way of the next life, which begins with new ones.
  await held.wire.close()
}

async function begin(held: Held, compose: ComposeNode, setup: NodeSetup): Promise<void> {
  await endLife(held)
  if (setup.ports) held.ports = setup.ports
  held.trafficStartMs = setup.trafficStartMs
  held.toTheEnd = tossesToTheEnd(setup)
  const parts = compose(setup, () => held.trafficStartMs)
  const life = live(setup, parts, hostOf(held))
  held.life = life
  for (const change of setup.changes) life.change(change)
  const untilDue = async () => {
    if (setup.listenAtMs !== null) await wait(setup.listenAtMs - nowMs())
    held.listening = true
    if (held.trafficStartMs === null) return
    life.openWindows(held.healed.signal)
    await turn()
  }
  if (held.server) await untilDue()
  else held.server = await serve(() => (held.life as Life).parts, setup.port, untilDue)
  await held.server.listen(held.listening)
  say({ type: 'ready', life: setup.life, port: held.server.port })
  if (held.ports) life.begin()
}

async function obey(held: Held, compose: ComposeNode, message: ToChild): Promise<void> {
  switch (message.type) {
    case 'boot':
    case 'reset':
      return begin(held, compose, message.setup)
    case 'end-life':
      await endLife(held)
      return say({ type: 'ended', life: message.life })
    case 'peers':
      held.ports = message.ports
      return held.life?.begin()
    case 'traffic-starts':
      held.trafficStartMs = message.atMs
      return held.life?.openWindows(held.healed.signal)
    case 'change':
      return held.life?.change(message.change)
    case 'heal':
      if (!held.toTheEnd) held.trafficStartMs = null
      return held.healed.abort()
    case 'look':
      return say({ type: 'look', id: message.id, ...(held.life?.look() ?? NOTHING_GOING_ON) })
    case 'stop':
      return stop(held)
    case 'drive':
    case 'cut-short':
      throw new Error(`a service was told to '${message.type}'`)
  }
}

/** Ends the process, also where the disk takes no more. */
async function stop(held: Held): Promise<void> {
  try {
    await held.server?.close()
    held.life?.end()
    await held.wire.close()
    process.exit(0)
  } catch (error) {
    endBroken(error)
  }
}

const NOTHING_GOING_ON = { inFlight: 0, background: 0, strikes: 0 }

/** Lets everything that is ready run first. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, delayMs)))
}
