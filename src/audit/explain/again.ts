/** Why the same thing was asked for a second time. */

import type { Cite, Claim } from '../../core/story.ts'
import { beginOf, type Call } from './calls.ts'
import type { Span } from './cause.ts'
import { because, believed, ofLines, ofStrike } from './claims.ts'
import { whatHadHappened, whatWasHeard } from './heard.ts'
import { parentOf, type Reading, triesBefore, tryBefore } from './reading.ts'
import { NameOf, nameOf, workName } from './words.ts'

/**
 * How a second effect came about. `delivered-twice`: one request. `retry`: the caller tried again. `refresh`: the buyer asked again.
 * `recovery`: a new life took the work up. `unknown`: the journals do not say.
 */
export type Again =
  | { readonly why: 'delivered-twice'; readonly call: Call; readonly claims: Claim[] }
  | { readonly why: 'retry' | 'refresh'; readonly first: Call; readonly second: Call; readonly claims: Claim[] }
  | { readonly why: 'recovery' | 'unknown'; readonly claims: Claim[] }

/** Clocks of two processes on one machine agree to about this. */
const CLOCK_MS = 2

/** When it was set off that something was done again: what struck later, or was over before, had no part in it. */
export function decisiveSpan(again: Again, untilMs: number): Span | undefined {
  if (again.why === 'delivered-twice') return { fromMs: beginOf(again.call) - CLOCK_MS, untilMs }
  if (again.why !== 'retry' && again.why !== 'refresh') return undefined
  return { fromMs: beginOf(again.first) - CLOCK_MS, untilMs: Math.min(untilMs, beginOf(again.second)) }
}

/** A story goes up at most from the bank to the buyer. */
const MOST_LEVELS = 4

/** @param first did it the first time, @param second did it again; undefined: no journal says who asked for it */
export function whyAgain(reading: Reading, first: Call | undefined, second: Call | undefined): Again {
  let [one, two] = [first, second]
  for (let level = 0; level < MOST_LEVELS && one && two; level++) {
    if (one === two) return deliveredTwice(reading, one)
    // What was asked first may have been done last: requests are held up on the way.
    for (const [early, late] of [
      [one, two],
      [two, one],
    ] as const) {
      const tries = triesBefore(reading, late)
      const [before] = tries
      if (before && tries.includes(early)) return askedAgain(reading, { first: early, before, second: late })
    }
    const [parent, other] = [parentOf(reading, one), parentOf(reading, two)]
    if (parent && parent === other) break
    if (one.from === two.from && one.sent && two.sent && one.sent.incarnation < two.sent.incarnation && !other) {
      return takenUp(reading, one, two)
    }
    ;[one, two] = [parent, other]
  }
  return buyerAsked(reading) ?? { why: 'unknown', claims: [] }
}

function deliveredTwice({ strikes, at }: Reading, call: Call): Again {
  const strike = strikes.find(
    ({ kind, node, effect }) => kind === 'duplicate-delivery' && node === call.to && effect === call.effect,
  )
  const from = NameOf(call.from)
  const sent = ofLines(call.sent, call.received)
  const claims = [
    believed(
      `${from} asked ${nameOf(call.to)} once for ${workName(call)}, and heard one answer`,
      ...sent,
      ...ofLines(call.heard),
    ),
  ]
  if (strike)
    claims.push(
      because(`The network delivered that one request twice at the same moment, ${at(strike.atMs)}`, ofStrike(strike)),
    )
  else if (call.commits.length > 1)
    claims.push(because(`${NameOf(call.to)} committed it ${call.commits.length} times`, ...ofLines(...call.commits)))
  return { why: 'delivered-twice', call, claims }
}

function underWhatKey(first: Call, second: Call): string {
  if (second.key === null) return 'without a key'
  return second.key === first.key ? 'under the same key' : 'under another key'
}

interface Tries {
  /** What did it first; `before` is the last try before the one that did it again. */
  readonly first: Call
  readonly before: Call
  readonly second: Call
}

function askedAgain(reading: Reading, { first, before, second }: Tries): Again {
  // The first effect was perhaps made by an earlier try than the last one before this.
  const lost = first.from === second.from && first.operation === second.operation ? first : before
  const heard = whatWasHeard(lost) ?? whatWasHeard(before)
  const { from } = second
  const fromBuyer = from === 'traffic'
  const doubt = heard?.perhaps ? ` It could not know whether ${workName(second)} had happened.` : ''
  const verb = fromBuyer ? 'asked again' : `asked again ${reading.at(beginOf(second))}`
  const key = underWhatKey(lost, second)
  const text = heard
    ? `${NameOf(from)} heard ${heard.text} and ${verb} ${key}.${fromBuyer ? '' : doubt}`
    : `${NameOf(from)} ${verb} ${key}`
  const cites: Cite[] = [...(heard?.cites ?? []), ...ofLines(second.sent)]
  const claims = [believed(text, ...cites), ...whatHadHappened(reading, lost)]
  return { why: fromBuyer ? 'refresh' : 'retry', first: lost, second, claims }
}

function takenUp({ deaths, at }: Reading, first: Call, second: Call): Again {
  const death = deaths.find(({ node }) => node === first.from)
  const who = NameOf(first.from)
  const died = death?.strike ? `${who} was killed ${at(death.atMs)}` : `${who} ended in between`
  const text = `${died}; its next life took the work up and asked for ${workName(second)} again ${at(beginOf(second))}`
  return {
    why: 'recovery',
    claims: [believed(text, ...ofLines(second.sent), ...(death?.strike ? [ofStrike(death.strike)] : []))],
  }
}

/** Several orders of one purchase, though it is not known which of them led to which effect. */
function buyerAsked(reading: Reading): Again | undefined {
  const asks = reading.calls.filter(({ from, operation }) => from === 'traffic' && operation === 'place')
  const [first] = asks
  const second = asks.find(({ attempt }) => attempt > 1)
  if (!first || !second) return undefined
  const before = tryBefore(reading, second) ?? first
  return askedAgain(reading, { first: before, before, second })
}
