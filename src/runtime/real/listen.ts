/** Where services listen: 127.0.0.1, on ports that stay free while their service is dead. */

import type { FastifyInstance } from 'fastify'
import { nowMs } from './clock.ts'

/** Ports are drawn below the range that operating systems use for outgoing connections (RFC 6335 dynamic ports, Linux 32768+):
 * a dead service's port must not be taken by somebody's outgoing call before it listens again. */
const FIRST_PORT = 20_000
const LAST_PORT = 31_999
const MOST_PORT_TRIES = 100
/** How long a restarted service tries to get its port back. */
const PORT_BACK_WITHIN_MS = 3_000

/** Listens on a free port and gives it. */
export async function listenAnywhere(app: FastifyInstance): Promise<number> {
  for (let tries = 0; tries < MOST_PORT_TRIES; tries++) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1))
    try {
      await listenOn(app, port)
      return port
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  throw new Error(`no free port found between ${FIRST_PORT} and ${LAST_PORT} in ${MOST_PORT_TRIES} tries`)
}

/** Listens on a port that it had before; somebody may hold it for a moment. */
export async function listenAgain(app: FastifyInstance, port: number): Promise<number> {
  const giveUpAtMs = nowMs() + PORT_BACK_WITHIN_MS
  for (;;) {
    try {
      await listenOn(app, port)
      return port
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || nowMs() > giveUpAtMs) throw error
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}

function listenOn(app: FastifyInstance, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    app.server.once('error', reject)
    app.server.listen(port, '127.0.0.1', () => {
      app.server.off('error', reject)
      resolve()
    })
  })
}
