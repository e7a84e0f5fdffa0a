/** Serves what goes on in a run, and what can be done with it, to whoever has the token on the same machine. */

import type { LiveControl } from '../core/live.ts'
import { makeControlApp } from './app.ts'
import { makeEvents } from './events.ts'
import { CLOSE_WITHIN_MS, MOST_CONNECTIONS } from './limits.ts'
import type { ControlOptions } from './options.ts'
import { assertToken } from './token.ts'

export interface ControlServer {
  /** `http://127.0.0.1:<port>` */
  readonly address: string
  /** Ends all listeners; what is under way may end within a second. */
  close(): Promise<void>
}

/** Listens on 127.0.0.1 and nowhere else. */
export async function serveControl(control: LiveControl, options: ControlOptions): Promise<ControlServer> {
  assertToken(options.token)
  const events = makeEvents(control)
  const app = makeControlApp(control, options, events)
  app.server.maxConnections = MOST_CONNECTIONS
  const address = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  return {
    address,
    async close() {
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_WITHIN_MS)
      events.close()
      await app.close()
      clearTimeout(cut)
    },
  }
}
