/** Charged or deducted more than once: what was asked for, why again, and what the ledger made of it. */

import type { LedgerEntry } from '../../core/ledger.ts'
import type { Claim } from '../../core/story.ts'
import type { ServiceName } from '../../core/topology.ts'
import { chargeRows, deductionRows } from '../effects.ts'
import { listed } from '../format.ts'
import { decisiveSpan, whyAgain } from './again.ts'
import type { Call } from './calls.ts'
import { causesOf } from './cause.ts'
import { because, believed, fact, ofLine, ofLines, ofRow, ofRows, therefore } from './claims.ts'
import { lackOfOnce, nothingMissing } from './lacks.ts'
import { originOf, type Reading } from './reading.ts'
import { ledgerText } from './rows.ts'
import { NameOf, nameOf, numeral, quoted, tryOf, workName } from './words.ts'

/** Orders of one purchase that are named. */
const MOST_ORDERS = 3

export function tellTwiceCharged(reading: Reading): Claim[] {
  return tellTwice(reading, 'bank', chargeRows(reading.facts))
}

export function tellTwiceDeducted(reading: Reading): Claim[] {
  return tellTwice(reading, 'inventory', deductionRows(reading.facts))
}

/** The row that broke the promise, and the one before it that was still open; of one row that is too much, only that. */
function wrongPair(rows: readonly LedgerEntry[]): readonly [LedgerEntry | undefined, LedgerEntry | undefined] {
  const open: LedgerEntry[] = []
  for (const row of rows) {
    if (row.kind === 'reversal') open.shift()
    else open.push(row)
    if (open.length > 1) return [open[0], open[1]]
  }
  return [undefined, rows.findLast(({ kind }) => kind === 'effect')]
}

function tellTwice(reading: Reading, service: ServiceName, rows: readonly LedgerEntry[]): Claim[] {
  const { violation } = reading
  const [first, second] = wrongPair(rows)
  const untilMs = second?.atMs ?? Number.POSITIVE_INFINITY
  const facts = fact(ledgerText(reading, service, rows, { withKeys: true }), ...ofRows(service, rows))
  const conclusion = therefore(violation.sentence)
  const where = second ? [ofRow(service, second)] : ofRows(service, rows)
  const unstruck = 'No gremlin struck this purchase before that: none was needed'
  if (!first || !second) {
    const causes = causesOf(reading, { untilMs, where, unstruck })
    return [facts, conclusion, ...causes, nothingMissing(reading, 'a purchase costs its price and takes its units')]
  }
  const one = originOf(reading, service, first)
  const two = originOf(reading, service, second)
  const again = whyAgain(reading, one, two)
  return [
    ...again.claims,
    ...(again.why === 'refresh' ? twoOrders(reading) : []),
    facts,
    ...workOf(reading, service, [one, two], [first, second]),
    conclusion,
    ...causesOf(reading, { untilMs, decisive: decisiveSpan(again, untilMs), where, unstruck }),
    lackOfOnce(reading, again),
  ]
}

/** The buyer's second click, as the order service took it. */
function twoOrders({ lines, at }: Reading): Claim[] {
  const accepted = lines.flatMap((line) => (line.type === 'order' && line.state === 'accepted' ? [line] : []))
  if (accepted.length < 2) return []
  const orders = accepted.slice(0, MOST_ORDERS).map((line) => `${quoted(line.order)}, accepted ${at(line.atMs)}`)
  const more = accepted.length > MOST_ORDERS ? ['more'] : []
  const text = `The order service took that for ${numeral(accepted.length)} orders: ${listed([...orders, ...more])}`
  return [believed(text, ...ofLines(...accepted.slice(0, MOST_ORDERS)))]
}

/** Which request made which row. */
function workOf(
  { at }: Reading,
  service: ServiceName,
  calls: readonly (Call | undefined)[],
  rows: readonly LedgerEntry[],
): Claim[] {
  const [one, two] = calls
  const [first, second] = rows
  if (!first || !second) return []
  if (one && two && one !== two) {
    const text = `${NameOf(service)} did ${workName(one)} for each of two requests: the one it received ${receivedAt(one, at)}${tryOf(one.attempt)}, and the one it received ${receivedAt(two, at)}${tryOf(two.attempt)}`
    return [
      because(text, ...ofLines(one.received, two.received, ...one.commits.slice(0, 1), ...two.commits.slice(0, 1))),
    ]
  }
  if (one && one === two && one.received) {
    return [
      because(
        `Both come of the one request that ${nameOf(service)} received ${receivedAt(one, at)}`,
        ofLine(one.received),
      ),
    ]
  }
  const unknown = [one ? undefined : first, two ? undefined : second].flatMap((row) => row ?? [])
  if (unknown.length === 0) return []
  const entries = unknown.map(({ seq }) => `entry ${seq}`).join(' and ')
  return [because(`No journal says which request made ${entries}`, ...unknown.map((row) => ofRow(service, row)))]
}

function receivedAt({ received }: Call, at: Reading['at']): string {
  return received ? at(received.atMs) : 'at a moment that no journal tells'
}
