/** What a caller knew of a call when it went on, in words. */

import type { CallErrorReason } from '../../core/call.ts'
import type { Cite, Claim } from '../../core/story.ts'
import type { Call } from './calls.ts'
import { because, ofLine, ofLines } from './claims.ts'
import type { Reading } from './reading.ts'
import { duration, NameOf, nameOf, quoted, tryOf, workName } from './words.ts'

const REASONS: Readonly<Record<CallErrorReason, string>> = {
  'connection-refused': 'a refused connection',
  refused: 'a refusal',
  'too-many-requests': 'that it asks too often',
  'breaker-open': 'that its own breaker is open',
  'bulkhead-full': 'that its own compartment is full',
  'limit-reached': 'that its own limit is reached',
  'deadline-passed': 'that the deadline has passed',
  timeout: 'no answer',
  reset: 'a reset',
  'in-progress': 'that the first attempt with this key still runs',
  'server-error': 'an error',
  'bad-answer': 'an answer that is none',
}

/** `refused: insufficient_stock` gives its two halves. */
export function splitReason(reason: string): { readonly word: string; readonly detail: string } {
  const colon = reason.indexOf(': ')
  return colon < 0 ? { word: reason, detail: '' } : { word: reason.slice(0, colon), detail: reason.slice(colon + 2) }
}

/** `a reset from payment after 12.0 ms`. Undefined: a good answer, or nothing yet. */
export function whatWasHeard(
  call: Call,
): { readonly text: string; readonly perhaps: boolean; readonly cites: Cite[] } | undefined {
  const { to, heard, gaveUp, sent } = call
  if (gaveUp && (!heard || heard.atMs >= gaveUp.atMs)) {
    const afterMs = gaveUp.atMs - (sent?.atMs ?? gaveUp.atMs)
    return { text: `nothing from ${nameOf(to)} for ${duration(afterMs)}`, perhaps: true, cites: [ofLine(gaveUp)] }
  }
  if (heard?.type === 'left') {
    const afterMs = heard.atMs - (sent?.atMs ?? heard.atMs)
    return { text: `nothing from ${nameOf(to)} for ${duration(afterMs)}`, perhaps: true, cites: [ofLine(heard)] }
  }
  if (heard?.type === 'told') {
    const afterMs = heard.atMs - (sent?.atMs ?? heard.atMs)
    if (heard.status === 'no-answer') {
      const text = `no answer from ${nameOf(to)} (the connection ended after ${duration(afterMs)})`
      return { text, perhaps: true, cites: [ofLine(heard)] }
    }
    const why = heard.reason === null ? '' : ` (${quoted(heard.reason)})`
    return {
      text: `'${quoted(heard.status)}'${why} after ${duration(afterMs)}`,
      perhaps: false,
      cites: [ofLine(heard)],
    }
  }
  if (heard?.type !== 'heard' || heard.reason === null) return undefined
  const { word, detail } = splitReason(heard.reason)
  const name = Object.hasOwn(REASONS, word) ? REASONS[word as CallErrorReason] : `'${quoted(word)}'`
  const status =
    heard.status > 0
      ? ` (${[heard.status, detail]
          .filter((part) => part !== '')
          .map(String)
          .map(quoted)
          .join(' ')})`
      : ''
  const text = `${name}${status} from ${nameOf(to)} after ${duration(heard.afterMs)}`
  return { text, perhaps: !heard.definite, cites: [ofLine(heard)] }
}

/** Why the caller did not know: what the callee had done meanwhile, and what became of its answer. */
export function whatHadHappened(reading: Reading, call: Call): Claim[] {
  const { to, commits, received, answered, gaveUp, heard } = call
  const name = NameOf(to)
  if (!received) {
    if (call.sent && heard?.type === 'heard' && !heard.definite) {
      return [
        because(
          `No journal says that ${workName(call)} arrived at ${nameOf(to)}${tryOf(call.attempt)}`,
          ...ofLines(heard),
        ),
      ]
    }
    return []
  }
  const done = commits[0]
  const death = reading.deaths.find(({ node, incarnation }) => node === to && incarnation === received.incarnation)
  const did = call.operation === 'do' ? 'had committed' : 'had done'
  const beforeIt = done ? `${did} ${workName(call)} ${reading.at(done.atMs)}` : `had ${workName(call)} in hand`
  const cites = [...ofLines(done ?? received)]
  if (answered && answered.status > 0) {
    const late = gaveUp ?? (heard?.type === 'left' ? heard : null)
    if (!late || answered.atMs < late.atMs) return []
    const text = `${name} answered ${answered.status} ${reading.at(answered.atMs)}, when nobody waited any more`
    return [because(done ? `${text}; it committed ${reading.at(done.atMs)}` : text, ...cites, ofLine(answered))]
  }
  if (answered) return [because(`${name} ${beforeIt}, and its answer was lost on the way`, ...cites, ofLine(answered))]
  if (death?.strike) return [because(`${name} ${beforeIt}, and died before it could answer`, ...cites)]
  if (death) return [because(`${name} ${beforeIt}; then its journal breaks off`, ...cites)]
  return done ? [because(`${name} ${beforeIt}; its journal holds no answer`, ...cites)] : []
}
