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
  const kindOf = nameKinds()
  return (path, { purchase, operation, effect }) => {
    const sent = countSend(kindOf(path, operation, effect), purchase)
    const there = draw('wire:there', path, purchase, effect, sent)
    const back = draw('wire:back', path, purchase, effect, sent)
    const request = (there * UPPER) % 1
    const answer = (back * UPPER) % 1
    return pace({ path, operation, effect, sent }, { there, back, request, answer })
  }
}

/** `order→payment do:charge`; made once for each of the few there are, since a text that is put together anew is slow to look up. */
function nameKinds(): (path: string, operation: string, effect: string) => string {
  const paths = new Map<string, Map<string, Map<string, string>>>()
  return (path, operation, effect) => {
    const known = paths.get(path)?.get(operation)?.get(effect)
    if (known !== undefined) return known
    const ofPath = paths.get(path) ?? new Map<string, Map<string, string>>()
    const ofOperation = ofPath.get(operation) ?? new Map<string, string>()
    const name = `${path} ${operation}:${effect}`
    paths.set(path, ofPath.set(operation, ofOperation.set(effect, name)))
    return name
  }
}
