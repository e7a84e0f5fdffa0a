import { z } from 'zod'
import { ConnectionLost } from '../core/call.ts'
import type { Gremlin } from '../core/gremlin.ts'
import { carryOut } from './carry-out.ts'

const options = z.strictObject({})

export const droppedAnswer: Gremlin<z.output<typeof options>> = {
  name: 'dropped-answer',
  summary: 'Lets the work be done, or refused, and ends the connection instead of answering.',
  place: 'call',
  fatal: false,
  options,
  strike: () => (next) => async (request, signal) => {
    await carryOut(next, request, signal)
    throw new ConnectionLost()
  },
}
