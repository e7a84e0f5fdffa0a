/** How the order service ended the orders of a purchase, and because of what. */

import type { Cite, Claim } from '../../core/story.ts'
import { isFinal } from '../classify.ts'
import { listed } from '../format.ts'
import { beginOf, type Call, waitedUntil } from './calls.ts'
import { because, believed, ofLine, ofLines, ofRow, ofStrike } from './claims.ts'
import { whatHadHappened, whatWasHeard } from './heard.ts'
import { type OrderLine, ordersTold, type Reading, triesBefore } from './reading.ts'
import { nameOf, numeral, quoted, workName } from './words.ts'

/** Orders of one purchase that are told. */
const MOST_ORDERS = 3

/** An order as the order service saw it. */
export interface OrderEnd {
  readonly id: string
  readonly accepted: OrderLine | undefined
  /** Undefined: it never came to an end, or the journal does not say so. */
  readonly end: OrderLine | undefined
  /** The last call that gave no good answer before the end: what made it end so. */
  readonly failed: Call | undefined
}

export function orderEnds(reading: Reading): OrderEnd[] {
  return [...ordersTold(reading.lines)].map(([id, told]) => {
    const end = told.findLast(({ state }) => isFinal(state))
    const accepted = told.find(({ state }) => state === 'accepted')
    return { id, accepted, end, failed: end && failedBefore(reading, accepted, end) }
  })
}

/** Requests whose failure decides an order; what is told afterwards does not. */
const DECIDE: ReadonlySet<string> = new Set(['query', 'do', 'prepare', 'commit'])

function failedBefore({ calls }: Reading, accepted: OrderLine | undefined, end: OrderLine): Call | undefined {
  if (end.state === 'confirmed') return undefined
  return calls.findLast(
    (call) =>
      call.from === 'order' &&
      DECIDE.has(call.operation) &&
      call.effect !== 'notify' &&
      call.sent?.incarnation === end.incarnation &&
      beginOf(call) >= (accepted?.atMs ?? 0) &&
      waitedUntil(call) <= end.atMs &&
      whatWasHeard(call) !== undefined,
  )
}

/** What the order service believed of each order, and why. */
export function tellEnds(reading: Reading, ends: readonly OrderEnd[]): Claim[] {
  const told = ends
    .slice(0, MOST_ORDERS)
    .flatMap((end) => (end.end ? tellEnd(reading, end, end.end) : tellOpen(reading, end)))
  if (ends.length > 0) return told
  const [row] = reading.facts.rows.order
  if (!row) return tellNeverHeard(reading)
  return [
    believed(
      `No journal tells what the order service did with ${quoted(row.account)}; its ledger has it`,
      ofRow('order', row),
    ),
  ]
}

function tellEnd(reading: Reading, { id, failed }: OrderEnd, end: OrderLine): Claim[] {
  const { at } = reading
  const reason = end.reason === null ? '' : ` (${quoted(end.reason)})`
  if (end.state === 'confirmed') return tellConfirmed(reading, id, end)
  const claim = believed(`The order service ended ${quoted(id)} as ${end.state}${reason} ${at(end.atMs)}`, ofLine(end))
  if (!failed) return [claim, ...whyWithoutCall(reading, end)]
  const heard = whatWasHeard(failed)
  if (!heard) return [claim]
  const earlier = triesBefore(reading, failed)
  const again = failed.attempt > 1 ? `, at try ${failed.attempt},` : ''
  const which = failed.attempt > 1 ? 'that try' : 'it'
  const doubt = heard.perhaps ? 'perhaps it had happened, perhaps not' : `${which} certainly had not happened`
  const text = `It had asked ${nameOf(failed.to)} for ${workName(failed)} and${again} heard ${heard.text}: ${doubt}`
  return [
    claim,
    because(text, ...heard.cites, ...ofLines(failed.sent)),
    ...(heard.perhaps ? whatHadHappened(reading, failed) : earlierDoubt(earlier)),
  ]
}

/** A "no" to the last try says nothing about the ones before it. */
function earlierDoubt(earlier: readonly Call[]): Claim[] {
  const doubtful = earlier.findLast((call) => whatWasHeard(call)?.perhaps)
  const heard = doubtful && whatWasHeard(doubtful)
  if (!doubtful || !heard) return []
  const many = earlier.filter((call) => whatWasHeard(call)?.perhaps).length
  const others = many > 1 ? `, the first of ${numeral(many)} such tries` : ''
  return [
    because(
      `At try ${doubtful.attempt} it had heard ${heard.text}${others}: perhaps that one had happened`,
      ...heard.cites,
    ),
  ]
}

/** An end that no call explains: the policies on the way, a restart, or the stock as it was told. */
function whyWithoutCall({ lines, calls, at, deaths }: Reading, end: OrderLine): Claim[] {
  if (end.reason === 'coordinator_restarted') {
    const death = deaths.find(({ node, incarnation }) => node === 'order' && incarnation < end.incarnation)
    const killed = death?.strike ? `was killed ${at(death.atMs)}` : 'had a life before this one'
    const cites: Cite[] = death?.strike ? [ofStrike(death.strike)] : [ofLine(end)]
    return [because(`The order service ${killed}; its next life found the order open and went back`, ...cites)]
  }
  const refused = lines.findLast(
    (line) =>
      line.type === 'policy' &&
      line.node === 'order' &&
      line.atMs <= end.atMs &&
      (line.what === 'refused' || line.what === 'timeout'),
  )
  if (refused?.type === 'policy') {
    const text = `Its ${quoted(refused.policy)} towards ${nameOf(refused.edge.slice(refused.edge.indexOf('→') + 1))} said ${at(refused.atMs)}: ${quoted(refused.detail || refused.what)}`
    return [because(text, ofLine(refused))]
  }
  const asked = calls.findLast(
    ({ operation, from, heard }) => operation === 'query' && from === 'order' && heard !== null,
  )
  if (end.reason === 'insufficient_stock' && asked?.heard) {
    return [because(`It had asked ${nameOf(asked.to)} for the stock, and there was too little`, ofLine(asked.heard))]
  }
  return []
}

function tellConfirmed({ calls, at, lines }: Reading, id: string, end: OrderLine): Claim[] {
  const claim = believed(`The order service confirmed ${quoted(id)} ${at(end.atMs)}`, ofLine(end))
  const decided = lines.findLast((line) => line.type === 'workflow' && line.what === 'decided' && line.atMs <= end.atMs)
  if (decided)
    return [
      claim,
      because(
        `It had decided to commit ${at(decided.atMs)}, durably: from then on everybody has to follow`,
        ofLine(decided),
      ),
    ]
  const heard = calls.flatMap(({ from, operation, heard: line, ...call }) => {
    const counts = from === 'order' && (operation === 'do' || operation === 'commit') && call.effect !== 'notify'
    return counts && line?.type === 'heard' && line.reason === null && line.atMs <= end.atMs ? [line] : []
  })
  const fallbacks = lines.filter(
    (line) => line.type === 'policy' && line.what === 'fallback' && line.node === 'order' && line.atMs <= end.atMs,
  )
  const stoodIn = fallbacks.map((line) =>
    because(`A fallback had stood in for an answer ${at(line.atMs)}`, ofLine(line)),
  )
  if (heard.length === 0) return [claim, ...stoodIn]
  const answers = heard.map((line) => `${line.status} from ${nameOf(line.from)} about ${workName(line)}`)
  return [
    claim,
    because(`It had heard ${answers.slice(-3).join(', then ')}`, ...ofLines(...heard.slice(-3))),
    ...stoodIn,
  ]
}

/** An order without an end. */
export function tellOpen(reading: Reading, { id, accepted }: OrderEnd): Claim[] {
  const { at, deaths, calls, lines } = reading
  const began = accepted
    ? believed(`The order service accepted ${quoted(id)} ${at(accepted.atMs)}`, ofLine(accepted))
    : undefined
  const claims = began ? [began] : []
  const incarnation = accepted?.incarnation ?? 1
  const death = deaths.find((each) => each.node === 'order' && each.incarnation >= incarnation)
  if (death) return [...claims, ...diedOver(reading, id, death)]
  const waiting = calls.findLast((call) => call.from === 'order' && call.sent !== null && !call.heard && !call.gaveUp)
  if (waiting?.sent) {
    const text = `It asked ${nameOf(waiting.to)} for ${workName(waiting)} ${at(waiting.sent.atMs)}; no journal tells that it ever heard an answer`
    return [...claims, because(text, ofLine(waiting.sent))]
  }
  const last = lines.findLast(({ node }) => node === 'order')
  if (!last) return claims
  return [
    ...claims,
    because(
      `The last that the order service wrote about it is of ${at(last.atMs).slice(3)}; then its journal says nothing more`,
      ofLine(last),
    ),
  ]
}

function diedOver({ at, lines, calls }: Reading, id: string, death: Reading['deaths'][number]): Claim[] {
  const done = calls.filter(
    ({ from, operation, heard }) =>
      from === 'order' &&
      operation !== 'query' &&
      heard?.type === 'heard' &&
      heard.reason === null &&
      heard.atMs <= death.atMs,
  )
  const known = done.slice(-3).map((call) => workName(call))
  const after = known.length > 0 ? `, after it had heard a yes about ${listed(known)}` : ''
  const text = death.strike
    ? `It was killed ${at(death.atMs)}${after}: what it knew of ${quoted(id)} beyond its ledger and log died with it`
    : `Its journal breaks off after ${at(death.atMs).slice(3)}, and a next life begins; nothing here says why`
  const cites: Cite[] = death.strike ? [ofStrike(death.strike)] : ofLines(death.back)
  const claims = [because(text, ...cites, ...ofLines(...done.slice(-3).map(({ heard }) => heard)))]
  const later = lines.find(
    ({ node, incarnation, type }) => node === 'order' && incarnation > death.incarnation && type !== 'started',
  )
  if (!later) claims.push(because('No later life of it wrote anything about this purchase', ...cites))
  return claims
}

/** What the buyer heard, where the purchase never became an order. */
function tellNeverHeard({ facts }: Reading): Claim[] {
  const [told] = facts.told
  return told
    ? [believed(`The buyer was told '${quoted(told.status)}'`, { source: 'buyer', attempt: told.attempt })]
    : []
}
