/** Serves a run that goes on to whoever has its token, and gives the dashboard its view of it: over HTTP, as anybody else's. */

import { connectControl } from '../control/client.ts'
import { type ControlServer, serveControl } from '../control/server.ts'
import { makeToken } from '../control/token.ts'
import { ChangeRefused, type LiveControl } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import type { DashboardSource } from '../dashboard/source.ts'
import { checkGremlinSetting, liveCatalogue } from '../scenarios/live-catalogue.ts'

export interface ServedControl extends ControlServer {
  readonly token: string
}

/** @param variants of the run; changes apply to the first */
export async function serveLive(control: LiveControl, [variant]: readonly Variant[], port = 0): Promise<ServedControl> {
  if (!variant) throw new Error('a run without variants is nothing to control')
  const token = makeToken()
  const server = await serveControl(control, {
    ...{ token, port, catalogue: liveCatalogue(variant) },
    checkGremlin: checkGremlinSetting,
  })
  return { ...server, token }
}

/**
 * @param ended settles when there is nothing to watch any more
 * @param abort ends the process without waiting
 * @param saved hears of each file that was saved, and says how it is shown
 */
export function dashboardSource(
  { address, token }: ServedControl,
  ended: Promise<unknown>,
  abort: () => void,
  saved: (file: string) => string,
): DashboardSource & { close(): void } {
  const client = connectControl(address, token)
  return {
    watch: (see) => client.watch({ snapshot: see }),
    async change(changes) {
      try {
        await client.change(changes)
        return undefined
      } catch (error) {
        if (error instanceof ChangeRefused) return error.reasons.join('; ')
        throw error
      }
    },
    // Nobody waits for it, and a run that has ended has nothing to be taken over.
    takeOver: () => void client.takeOver().catch(() => undefined),
    restart: () => client.restart(),
    save: async () => saved(await client.save()),
    // It may have ended by itself in the meantime.
    end: () => void client.end().catch(() => undefined),
    abort,
    ended: ended.then(() => undefined),
    close: () => void client.close(),
  }
}
