/** Messages and history entries that were not sent, or sent too often. */

import type { Cite, Claim } from '../../core/story.ts'
import type { ServiceName } from '../../core/topology.ts'
import { chargeRows } from '../effects.ts'
import { messagesOf } from '../other-kinds.ts'
import { decisiveSpan, whyAgain } from './again.ts'
import { beginOf, type Call } from './calls.ts'
import { causesOf } from './cause.ts'
import { because, believed, missing, ofLines, ofRow, ofRows, ofStrike, therefore } from './claims.ts'
import { orderEnds, tellEnds } from './ends.ts'
import { factsOf, UNSTRUCK } from './fact-claims.ts'
import { whatHadHappened, whatWasHeard } from './heard.ts'
import { lackOfOnce, nothingMissing } from './lacks.ts'
import { originOf, type Reading } from './reading.ts'
import { NameOf, nameOf, workName } from './words.ts'
/** Not notified, or too often. */
export function tellNotified(reading: Reading): Claim[] {
  const { violation, facts, calls } = reading
  const sent = messagesOf(facts)
  const [first, second] = sent
  const ends = tellEnds(
    reading,
    orderEnds(reading).filter(({ end }) => end?.state === 'confirmed'),
  )
  const orders = facts.rows.order.slice(-1).map((row) => ofRow('order', row))
  const where = [...ofRows('notification', sent.slice(-1)), ...orders]
  const untilMs = sent.at(-1)?.atMs ?? Number.POSITIVE_INFINITY
  const causes = causesOf(reading, { untilMs, where, unstruck: UNSTRUCK })
  const conclusion = therefore(violation.sentence)
  if (first && second) {
    const again = whyAgain(reading, originOf(reading, 'notification', first), originOf(reading, 'notification', second))
    const decisive = decisiveSpan(again, second.atMs)
    const led = causesOf(reading, { untilMs, decisive, where, unstruck: UNSTRUCK })
    return [...again.claims, ...factsOf(reading), conclusion, ...led, lackOfOnce(reading, again)]
  }
  if (first)
    return [
      ...ends,
      ...factsOf(reading),
      conclusion,
      ...causes,
      nothingMissing(reading, 'who is not confirmed is not notified'),
    ]
  const asked = calls.filter(({ effect, to }) => effect === 'notify' && to === 'notification')
  return [
    ...ends,
    ...factsOf(reading),
    ...tellUnheard(reading, asked, 'order', 'notification'),
    conclusion,
    ...causes,
    lackOfOutbox(reading, 'the notification'),
  ]
}

/** Why nobody heard of something that happened. */
function tellUnheard(reading: Reading, asked: readonly Call[], teller: ServiceName, listener: ServiceName): Claim[] {
  const { at, deaths, facts } = reading
  // What was heard well is not what is lacking.
  const last = asked.findLast((call) => call.heard === null || whatWasHeard(call) !== undefined)
  const death = deaths.find(({ node }) => node === teller)
  if (!last) {
    const cites: Cite[] = death?.strike ? [ofStrike(death.strike)] : ofRows('order', facts.rows.order.slice(-1))
    const died = death?.strike
      ? `${NameOf(teller)} was killed ${at(death.atMs)}, and no journal tells that it told ${nameOf(listener)} what it had done until then`
      : `No journal tells that ${nameOf(teller)} told ${nameOf(listener)}`
    return cites.length > 0 ? [because(died, ...cites)] : []
  }
  const heard = whatWasHeard(last)
  if (!heard)
    return [
      because(
        `${NameOf(teller)} told ${nameOf(listener)} ${at(beginOf(last))}; no journal tells what it heard`,
        ...ofLines(last.sent ?? last.received),
      ),
    ]
  const again = asked.length === 1 ? 'and did not tell it again' : `at try ${asked.length}`
  return [
    because(
      `${NameOf(teller)} told ${nameOf(listener)} ${at(beginOf(last))}, heard ${heard.text} ${again}`,
      ...ofLines(last.sent),
      ...heard.cites,
    ),
    ...whatHadHappened(reading, last),
  ]
}

function lackOfOutbox(reading: Reading, what: string): Claim {
  const { participants, name } = reading.variant
  if (participants.history === 'inline')
    return missing(
      `In ${name} ${what} is told once, in passing, and forgotten: it is not kept with the commit that makes it true`,
    )
  return nothingMissing(reading, `${what} is kept with the commit, and sent until it is heard`)
}

/** The history does not agree with the bank. */
export function tellHistory(reading: Reading): Claim[] {
  const { violation, facts, calls } = reading
  const payments = chargeRows(facts)
  const entries = facts.rows.logging.filter(({ effect, kind }) => effect === 'history' && kind === 'effect')
  const conclusion = therefore(violation.sentence)
  const where = violation.rows.slice(-1).map(({ service, entry }) => ofRow(service, entry))
  const asked = calls.filter(({ to, effect }) => to === 'logging' && effect === 'history')
  const untilMs = asked.at(-1)?.heard?.atMs ?? Number.POSITIVE_INFINITY
  const causes = causesOf(reading, { untilMs, where, unstruck: UNSTRUCK })
  if (entries.length > payments.length) {
    const [first, second] = entries
    const again = whyAgain(
      reading,
      first && originOf(reading, 'logging', first),
      second && originOf(reading, 'logging', second),
    )
    const decisive = decisiveSpan(again, second?.atMs ?? untilMs)
    const led = causesOf(reading, { untilMs, decisive, where, unstruck: UNSTRUCK })
    return [...again.claims, ...factsOf(reading), conclusion, ...led, lackOfOnce(reading, again)]
  }
  const unknown = payments.flatMap((row) => {
    const call = originOf(reading, 'bank', row)
    const heard = call && whatWasHeard(call)
    if (!call || !heard?.perhaps) return []
    return [
      believed(`Payment heard ${heard.text}, and does not know what became of ${workName(call)}`, ...heard.cites),
      ...whatHadHappened(reading, call),
    ]
  })
  const told = tellUnheard(reading, asked, 'payment', 'logging')
  const known = unknown.length > 0 ? unknown : toBelieved(told)
  return [...known, ...factsOf(reading), conclusion, ...causes, lackOfOutbox(reading, 'the history')]
}

/** What somebody did who took something to be settled. */
function toBelieved(claims: readonly Claim[]): Claim[] {
  const [first, ...others] = claims
  return first ? [{ ...first, role: 'believed' }, ...others] : []
}
