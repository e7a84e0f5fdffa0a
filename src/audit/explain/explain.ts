/** Why one violation came about, as a proof from journals and ledgers alone. See docs/stories.md. */

import type { InvariantName } from '../../core/invariant.ts'
import type { Claim, Story } from '../../core/story.ts'
import { cut, fact, MOST_CLAIMS, missing, ofRow, therefore } from './claims.ts'
import { diagramOf } from './diagram.ts'
import { tellHalves } from './halves.ts'
import { tellLocked, tellLostOrder } from './lost-order.ts'
import { tellOversold, tellUnconserved } from './oversold.ts'
import { type Reading, readTelling } from './reading.ts'
import type { Telling } from './telling.ts'
import { titleOf } from './title.ts'
import { tellTwiceCharged, tellTwiceDeducted } from './twice.ts'
import { tellHistory, tellNotified } from './unheard.ts'
import { duration, quoted } from './words.ts'

const TELLERS: Readonly<Record<InvariantName, (reading: Reading) => Claim[]>> = {
  'charged-at-most-once': tellTwiceCharged,
  'deducted-at-most-once': tellTwiceDeducted,
  'never-oversold': tellOversold,
  'money-conserved': tellRows,
  'all-or-nothing': tellHalves,
  'no-order-lost': tellLostOrder,
  'buyer-told-the-truth': tellHalves,
  'notified-exactly-once': tellNotified,
  'nothing-left-locked': tellLocked,
  'history-complete': tellHistory,
  'requests-conserved': tellUnconserved,
  'books-balance': tellRows,
}

export function explain(telling: Telling): Story {
  const { violation, facts, lines } = telling
  const proof = facts === null ? tellRows(telling) : TELLERS[violation.invariant](readTelling(telling, facts))
  return {
    purchase: violation.purchase ?? null,
    title: cut(titleOf(telling)),
    proof: withinBounds(onceEach(proof)),
    diagram: violation.purchase === undefined ? null : diagramOf(lines, facts),
  }
}

/** The figures of a ledger disagree with themselves: the rows say all there is, whoever asked for them. */
function tellRows({ violation, variant, lines }: Telling): Claim[] {
  const startMs = lines[0]?.atMs ?? violation.rows[0]?.entry.atMs ?? 0
  const at = (atMs: number) =>
    lines.length > 0
      ? `at ${duration(Math.max(0, atMs - startMs))}`
      : `at ${new Date(atMs).toISOString().slice(11, 23)}`
  const rows = violation.rows.slice(0, 6).map(({ service, entry }) => {
    const amount = `${entry.amount} ${entry.unit}`
    const text = `Entry ${entry.seq} of ${service} (${quoted(entry.purchase)}, ${quoted(entry.effect)} ${entry.kind}) moves ${quoted(entry.account)} by ${amount} ${at(entry.atMs)}, under key ${quoted(entry.key)}`
    return fact(text, ofRow(service, entry))
  })
  return [
    ...rows,
    therefore(violation.sentence),
    missing(
      `No pattern of ${variant.name} is about this: a service's own books are wrong, or what it publishes of them is`,
    ),
  ]
}

/** What was said of a belief and again of a ledger stands by the ledger, where it is needed last. */
function onceEach(proof: readonly Claim[]): readonly Claim[] {
  return proof.filter((claim, index) => !proof.slice(index + 1).some(({ sentence }) => sentence === claim.sentence))
}

/** What nothing given shows is not said. The conclusion and what follows from it are never left out. */
function withinBounds(all: readonly Claim[]): readonly Claim[] {
  const proof = all.filter(({ role, cites }) => cites.length > 0 || role === 'therefore' || role === 'missing')
  if (proof.length <= MOST_CLAIMS) return proof
  const after = proof.slice(proof.findIndex(({ role }) => role === 'therefore')).slice(-MOST_CLAIMS)
  return [...proof.slice(0, MOST_CLAIMS - after.length), ...after]
}
