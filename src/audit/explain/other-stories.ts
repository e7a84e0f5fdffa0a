/** The stories of the other invariants about one purchase. */

import type { Cite, Claim } from '../../core/story.ts'
import type { ServiceName } from '../../core/topology.ts'
import { chargeRows } from '../effects.ts'
import { messagesOf } from '../other-kinds.ts'
import { whyAgain } from './again.ts'
import { beginOf, type Call } from './calls.ts'
import { causesOf } from './cause.ts'
import {
  because,
  believed,
  fact,
  missing,
  ofLine,
  ofLines,
  ofRow,
  ofRows,
  ofStrike,
  ofTold,
  therefore,
} from './claims.ts'
import { orderEnds, tellEnds, tellOpen } from './ends.ts'
import { whatHadHappened, whatWasHeard } from './heard.ts'
import { lackOfOnce, logText, nothingMissing } from './lacks.ts'
import { originOf, type Reading } from './reading.ts'
import { ledgerText } from './rows.ts'
import { duration, effectName, NameOf, nameOf, quoted, workName } from './words.ts'

const UNSTRUCK = 'No gremlin struck this purchase before that: none was needed'

/** The rows that disagree, one claim for each service. */
export function factsOf(reading: Pick<Reading, 'at' | 'violation'>): Claim[] {
  const services = [...new Set(reading.violation.rows.map(({ service }) => service))]
  return services.map((service) => {
    const rows = reading.violation.rows.filter((row) => row.service === service).map(({ entry }) => entry)
    const text = service === 'order' ? orderRows(rows) : ledgerText(reading, service, rows)
    return fact(text, ...ofRows(service, rows))
  })
}

function orderRows(rows: readonly { readonly account: string; readonly kind: string; readonly seq: number }[]): string {
  const states = rows.slice(0, 6).map(({ account, kind, seq }) => `${quoted(account)} as ${kind} (entry ${seq})`)
  return `The order service's ledger has ${states.join(', ')}${rows.length > 6 ? ' and more' : ''}`
}

/** Accepted, and never ended. */
export function tellLostOrder(reading: Reading): Claim[] {
  const { violation, variant, deaths, calls } = reading
  const blamed = new Set(violation.rows.map(({ entry }) => entry.account))
  const ends = orderEnds(reading).filter(({ id }) => blamed.has(id))
  const told =
    ends.length > 0
      ? ends.flatMap((end) => (end.end ? tellEnds(reading, [end]) : tellOpen(reading, end)))
      : tellEnds(reading, [])
  const died = deaths.some(({ node }) => node === 'order')
  const waiting = calls.some((call) => call.from === 'order' && !call.heard && !call.gaveUp)
  const lack = died
    ? missing(logText(variant.workflow.workflow, variant.name))
    : waiting &&
        !Object.values(variant.edges)
          .flat()
          .some(({ policy }) => policy === 'timeout')
      ? missing(`Nobody in ${variant.name} has a timeout: who waits for an answer that never comes waits for ever`)
      : nothingMissing(reading, 'every accepted order comes to an end')
  const where = violation.rows.map(({ service, entry }) => ofRow(service, entry))
  const causes = causesOf(reading, { untilMs: Number.POSITIVE_INFINITY, where, unstruck: UNSTRUCK })
  return [...told, ...factsOf(reading), therefore(violation.sentence), ...causes, lack]
}

/** Sold what was not there: what was known of the stock when it was taken. */
export function tellOversold(reading: Reading): Claim[] {
  const { violation, variant, calls, at } = reading
  const [wrong] = violation.rows
  const call = wrong && originOf(reading, wrong.service, wrong.entry)
  const untilMs = wrong?.entry.atMs ?? Number.POSITIVE_INFINITY
  const asked = calls.findLast(
    ({ operation, effect, heard }) =>
      operation === 'query' &&
      effect === 'stock' &&
      heard?.type === 'heard' &&
      heard.status === 200 &&
      heard.atMs <= untilMs,
  )
  const vote = calls.findLast(
    ({ operation, effect, commits }) => operation === 'prepare' && effect === 'deduct' && commits.length > 0,
  )
  const claims: Claim[] = []
  if (wrong && asked?.heard && asked.sent && !vote) {
    const sent = call?.sent ? `, and asked for the deduction ${at(call.sent.atMs)}` : ''
    claims.push(
      believed(
        `The order service asked for the stock ${at(asked.sent.atMs)}, heard ${at(asked.heard.atMs)} that there was enough${sent}`,
        ...ofLines(asked.sent, asked.heard, call?.sent),
      ),
    )
    const told = asked.answered ?? asked.heard
    claims.push(
      because(
        `Inventory had said so ${at(told.atMs)} and deducted ${at(wrong.entry.atMs)}: in the ${duration(wrong.entry.atMs - told.atMs)} between, others took what was left`,
        ofLine(told),
        ofRow(wrong.service, wrong.entry),
      ),
    )
  }
  const voted = vote?.commits[0]
  if (wrong && voted) {
    claims.push(
      believed(`Inventory voted yes ${at(voted.atMs)}: it took the stock to be enough for this order`, ofLine(voted)),
    )
    claims.push(
      because(
        `It committed ${at(wrong.entry.atMs)}; others who had voted in the meantime took the same units`,
        ofRow(wrong.service, wrong.entry),
      ),
    )
  }
  const lack =
    variant.participants.holds === 'ignored' && voted
      ? missing(
          `A vote in ${variant.name} does not count what others hold: two prepared orders can take the same last unit`,
        )
      : asked
        ? missing(
            `${variant.name} asks for the stock and then deducts blindly: nothing makes the deduction depend on what is there at that moment`,
          )
        : nothingMissing(reading, 'a deduction is conditional, and cannot take what is not there')
  const where = violation.rows.map(({ service, entry }) => ofRow(service, entry))
  const causes = causesOf(reading, {
    untilMs,
    where,
    unstruck: 'No gremlin struck this purchase before that: two buyers who want the last unit at once are enough',
  })
  return [...claims, ...factsOf(reading), therefore(violation.sentence), ...causes, lack]
}

/** Not notified, or too often. */
export function tellNotified(reading: Reading): Claim[] {
  const { variant, violation, facts, calls } = reading
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
    return [...again.claims, ...factsOf(reading), conclusion, ...causes, lackOfOnce(reading, again)]
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
  ].map((claim) => (variant.participants.history === 'outbox' ? claim : claim))
}

/** Why nobody heard of something that happened. */
function tellUnheard(reading: Reading, asked: readonly Call[], teller: ServiceName, listener: ServiceName): Claim[] {
  const { at, deaths, facts } = reading
  const last = asked.at(-1)
  const death = deaths.find(({ node }) => node === teller)
  if (!last) {
    const cites: Cite[] = death?.strike ? [ofStrike(death.strike)] : ofRows('order', facts.rows.order.slice(-1))
    const died = death?.strike
      ? `${NameOf(teller)} was killed ${at(death.atMs)}, and no journal tells that it told ${nameOf(listener)}`
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
      `${name} tells ${what} once, in passing, and forgets it: it is not kept with the commit that makes it true`,
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
    return [...again.claims, ...factsOf(reading), conclusion, ...causes, lackOfOnce(reading, again)]
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

/** Something is held for ever. */
export function tellLocked(reading: Reading): Claim[] {
  const { violation, calls, variant, at, deaths } = reading
  const [row] = violation.rows
  const claims: Claim[] = []
  const vote = row && originOf(reading, row.service, row.entry)
  const voted = vote?.commits[0] ?? vote?.received
  if (row && voted)
    claims.push(
      believed(
        `${NameOf(row.service)} voted yes ${at(voted.atMs)}, and holds until it is told the decision`,
        ofLine(voted),
      ),
    )
  const told = row
    ? calls.filter(
        ({ to, effect, operation }) =>
          to === row.service && effect === row.entry.effect && (operation === 'commit' || operation === 'abort'),
      )
    : []
  const last = told.at(-1)
  const heard = last && whatWasHeard(last)
  if (last && heard)
    claims.push(
      because(
        `It was told last ${at(beginOf(last))} (${last.operation}), and ${nameOf(last.from)} heard ${heard.text}`,
        ...ofLines(last.sent),
        ...heard.cites,
      ),
    )
  else if (row && !last)
    claims.push(
      because(
        `No journal tells that anybody told ${nameOf(row.service)} to commit or to abort ${effectName(row.entry.effect)}`,
        ofRow(row.service, row.entry),
      ),
    )
  const died = deaths.some(({ node }) => node === 'order')
  const lack =
    died && variant.workflow.workflow === '2pc-as-taught'
      ? missing(logText('2pc-as-taught', variant.name))
      : nothingMissing(reading, 'who holds is told the decision in the end')
  const where = violation.rows.map(({ service, entry }) => ofRow(service, entry))
  const causes = causesOf(reading, { untilMs: Number.POSITIVE_INFINITY, where, unstruck: UNSTRUCK })
  return [...claims, ...factsOf(reading), therefore(violation.sentence), ...causes, lack]
}

/** Counts and records that do not agree: a service broke its contract, and the rows and answers are all there is. */
export function tellUnconserved(reading: Reading): Claim[] {
  const { violation, facts, at } = reading
  const told = facts.told.map((one) =>
    believed(
      `The buyer was told '${quoted(one.status)}'${one.orderId === null ? '' : ` about ${quoted(one.orderId)}`} ${at(one.atMs)}`,
      ofTold(one),
    ),
  )
  const where = violation.rows.slice(0, 1).map(({ service, entry }) => ofRow(service, entry))
  const causes = causesOf(reading, { untilMs: Number.POSITIVE_INFINITY, where, unstruck: UNSTRUCK })
  return [
    ...told.slice(0, 4),
    ...factsOf(reading),
    therefore(violation.sentence),
    ...causes,
    nothingMissing(reading, 'requests, records and answers agree'),
  ]
}
