/** The services' side: the real server of each, without a port. Connections are handed to it. */

import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type Call, ConnectionLost } from '../../../core/call.ts'
import type { ServiceName } from '../../../core/topology.ts'
import { makeApp } from '../../real/server.ts'
import type { NetworkOptions } from '../network.ts'

export interface Callees {
  listen(service: ServiceName, handle: Call): void
  /** Refuses connections, and ends those that are open. */
  hangUp(service: ServiceName): void
  listens(service: ServiceName): boolean
  /** Takes a connection. Only for a service that listens. */
  take(service: ServiceName, socket: Duplex): void
}

/** A service that listens; ends when it no longer does. */
interface Line {
  readonly handle: Call
  readonly sockets: Set<Duplex>
}

/** Whoever hung up while a request was being read answers it no more; its connection is gone. */
const NEVER: Call = () => new Promise(() => {})

export function openCallees({ nowMs, fail }: Pick<NetworkOptions, 'nowMs' | 'fail'>): Callees {
  const lines = new Map<ServiceName, Line>()
  /** One for all lives of a service: it keeps nothing between two requests. */
  const apps = new Map<ServiceName, FastifyInstance>()

  function appOf(service: ServiceName): FastifyInstance {
    let app = apps.get(service)
    if (!app) {
      app = makeApp(() => lines.get(service)?.handle ?? NEVER, nowMs)
      // Node keeps the header's text for a second of the machine's time.
      app.server.prependListener('request', (_request, response) => {
        response.sendDate = false
      })
      app.ready().then(undefined, fail)
      apps.set(service, app)
    }
    return app
  }

  return {
    listen(service, handle) {
      appOf(service)
      lines.set(service, { handle: reportBugs(handle, fail), sockets: new Set() })
    },
    hangUp(service) {
      const line = lines.get(service)
      lines.delete(service)
      for (const socket of line?.sockets ?? []) socket.destroy()
    },
    listens: (service) => lines.has(service),
    take(service, socket) {
      const { sockets } = lines.get(service) as Line
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      appOf(service).server.emit('connection', socket)
    },
  }
}

/** The server would turn what a handler must not throw into an answer; here it ends the run. */
function reportBugs(handle: Call, fail: (error: Error) => void): Call {
  return async (request, signal) => {
    try {
      return await handle(request, signal)
    } catch (error) {
      if (!(error instanceof ConnectionLost)) fail(error as Error)
      throw error
    }
  }
}
