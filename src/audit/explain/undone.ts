/** What was done to take something back. */

import type { Claim } from '../../core/story.ts'
import type { Call } from './calls.ts'
import { because, ofLines } from './claims.ts'
import { splitReason, whatWasHeard } from './heard.ts'
import type { Reading } from './reading.ts'
import { duration, NameOf, numeral, workName } from './words.ts'

/** What was tried to take back, and what became of it; `claim` undefined: nothing is on record. */
export function undoTold(
  { calls }: Reading,
  effect: string,
): { readonly asked: readonly Call[]; readonly claim: Claim | undefined } {
  const asked = calls.filter(
    ({ from, operation, effect: about }) =>
      from === 'order' && about === effect && (operation === 'undo' || operation === 'abort'),
  )
  const last = asked.at(-1)
  if (!last) return { asked, claim: undefined }
  const heard = whatWasHeard(last)
  const became = heard
    ? `heard ${heard.text}`
    : last.heard
      ? `heard ${last.heard.type === 'heard' ? last.heard.status : 'an answer'} after ${duration(last.heard.type === 'heard' ? last.heard.afterMs : 0)}`
      : 'no journal tells what it heard'
  const how = asked.length === 1 ? `once, and ${became}` : `${numeral(asked.length)} times, and the last time ${became}`
  const text = `${NameOf('order')} asked for ${workName(last)} ${how}`
  return { asked, claim: because(text, ...ofLines(last.sent), ...(heard?.cites ?? ofLines(last.heard))) }
}

/** Whether what was said about a call is this reason. */
export function saidOf(call: Call | undefined, word: string): boolean {
  const heard = call?.heard
  return heard?.type === 'heard' && heard.reason !== null && splitReason(heard.reason).word === word
}
