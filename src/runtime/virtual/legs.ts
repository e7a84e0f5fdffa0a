/** How long the messages of a call are under way and keep nodes busy in the virtual world, whatever carries them. */

import type { Request } from '../../core/call.ts'
import type { Draw } from '../../core/env.ts'
import { countSends } from './count-sends.ts'
import { builtInPace, type Pace, type Times } from './pace.ts'

/** Drawn once for each time that a request is sent. @param path from whom to whom, such as `order→payment` */
export type DrawLegs = (path: string, request: Pick<Request, 'purchase' | 'operation' | 'effect'>) => Times

/** One draw gives two lucks: the upper half of its bits, and what lies below them. */
const UPPER = 2 ** 26

export function drawLegs(draw: Draw, pace: Pace = builtInPace): DrawLegs {
  const countSend = countSends()
  return (path, { purchase, operation, effect }) => {
    const sent = countSend(`${path} ${purchase} ${operation}:${effect}`)
    const there = draw('wire:there', path, purchase, effect, sent)
    const back = draw('wire:back', path, purchase, effect, sent)
    const request = (there * UPPER) % 1
    const answer = (back * UPPER) % 1
    return pace({ path, operation, effect, sent }, { there, back, request, answer })
  }
}
