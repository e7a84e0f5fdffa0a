/** A service's process: holds one life after the other, as its parent says over IPC. */

import type { ServiceName } from '../../core/topology.ts'
import { nowMs } from './clock.ts'
import type { FromChild, NodeSetup, Ports, ToChild } from './messages.ts'
import { type Life, live, type NodeParts, type Process } from './node.ts'
import { type Server, serve } from './server.ts'
import { openWire, type Wire } from './wire.ts'

/** What a life of this service is made of. `trafficStartMs` is null while nothing may strike. */
export type ComposeNode = (setup: NodeSetup, trafficStartMs: () => number | null) => NodeParts

/** Serves until the parent says stop, or is gone. */
export function hostService(compose: ComposeNode): void {
  let ports: Ports | null = null
  let wire: Wire | undefined
  let server: Server | undefined
  let life: Life | undefined
  let trafficStartMs: number | null = null
  let healed = new AbortController()
  /** False during an outage, also one that a restarted process finds itself in before it has a server. */
  let listening = true

  const host: Process = {
    get wire() {
      wire ??= openWire((service: ServiceName) => {
        if (!ports) throw new Error('nobody has said yet where the other services are')
        return ports[service]
      })
      return wire
    },
    async setListening(on) {
      listening = on
      await server?.listen(on)
    },
    fail: (error) => say({ type: 'broken', message: error.stack ?? error.message }),
  }

  async function begin(setup: NodeSetup): Promise<void> {
    healed.abort()
    healed = new AbortController()
    // The end of an outage that was going on has its turn before the next life begins.
    await turn()
    life?.end()
    if (setup.ports) ports = setup.ports
    trafficStartMs = setup.trafficStartMs
    const born = live(setup, compose(setup, () => trafficStartMs), host)
    life = born
    if (setup.listenAtMs !== null) await wait(setup.listenAtMs - nowMs())
    listening = true
    if (trafficStartMs !== null) {
      born.openWindows(healed.signal)
      await turn()
    }
    server ??= await serve(() => (life as Life).parts, setup.port)
    await server.listen(listening)
    say({ type: 'ready', life: setup.life, port: server.port })
    if (ports) born.begin()
  }

  async function obey(message: ToChild): Promise<void> {
    switch (message.type) {
      case 'boot':
      case 'reset':
        return begin(message.setup)
      case 'peers':
        ports = message.ports
        life?.begin()
        return
      case 'traffic-starts':
        trafficStartMs = message.atMs
        life?.openWindows(healed.signal)
        return
      case 'heal':
        trafficStartMs = null
        healed.abort()
        return
      case 'look':
        say({ type: 'look', id: message.id, ...(life?.look() ?? { inFlight: 0, background: 0, strikes: 0 }) })
        return
      case 'stop':
        await server?.close()
        life?.end()
        await wire?.close()
        process.exit(0)
    }
  }

  obeyInOrder(obey)
}

/** Obeys the parent's messages one after the other, and ends with it. */
export function obeyInOrder(obey: (message: ToChild) => Promise<void>): void {
  let previous = Promise.resolve()
  process.on('message', (message) => {
    previous = previous
      .then(() => obey(message as ToChild))
      .catch((error: Error) => say({ type: 'broken', message: error.stack ?? error.message }))
  })
  // Ctrl-C reaches the whole process group; the parent decides what becomes of its children.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  process.on('SIGHUP', () => {})
  // A parent that was killed can stop nobody; its end of the channel closing is the sign.
  process.on('disconnect', () => process.exit(0))
  process.on('uncaughtException', endBroken)
  process.on('unhandledRejection', endBroken)
}

function endBroken(error: unknown): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.send?.({ type: 'broken', message } satisfies FromChild, () => process.exit(1))
}

export function say(message: FromChild): void {
  if (process.connected) process.send?.(message, () => {})
}

/** Lets everything that is ready run first. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, delayMs)))
}
