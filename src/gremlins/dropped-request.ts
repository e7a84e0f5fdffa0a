import { z } from 'zod'
import { ConnectionLost } from '../core/call.ts'
import type { Gremlin } from '../core/gremlin.ts'

const options = z.strictObject({
  /** False: the connection ends at once. True: it stays open and mute until the caller gives up. */
  silent: z.boolean().default(false),
})

export const droppedRequest: Gremlin<z.output<typeof options>> = {
  name: 'dropped-request',
  summary: 'Loses the request before any work; the connection ends, or stays open and mute.',
  place: 'call',
  fatal: false,
  options,
  strike:
    ({ silent }) =>
    () =>
    async () => {
      throw new ConnectionLost(silent)
    },
}
