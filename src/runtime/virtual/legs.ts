/** How long messages are under way in the virtual world, whatever carries them. */

import type { Request } from '../../core/call.ts'
import type { Draw } from '../../core/env.ts'
import { countSends } from './count-sends.ts'
import { MICROS_PER_MS } from './kernel.ts'

/**
 * A leg takes the first, some part of the second, and seldom much of the third: in a world where all legs are equal no message ever
 * overtakes another, and what goes wrong only then is never seen.
 */
const LEG_MS = { least: 0.2, usual: 0.4, seldom: 9.4 }
const SELDOM = 20

/** Of one call: its request's way, and its answer's. */
export interface Legs {
  readonly thereMicros: number
  readonly backMicros: number
}

/** Drawn once for each time that a request is sent. @param path from whom to whom, such as `order→payment` */
export type DrawLegs = (path: string, request: Pick<Request, 'purchase' | 'operation' | 'effect'>) => Legs

export function drawLegs(draw: Draw): DrawLegs {
  const countSend = countSends()
  return (path, { purchase, operation, effect }) => {
    const sent = countSend(`${path} ${purchase} ${operation}:${effect}`)
    const leg = (direction: string) => {
      const luck = draw(direction, path, purchase, effect, sent)
      return (LEG_MS.least + LEG_MS.usual * luck + LEG_MS.seldom * luck ** SELDOM) * MICROS_PER_MS
    }
    return { thereMicros: leg('wire:there'), backMicros: leg('wire:back') }
  }
}
