import type { Invariant, PurchaseFacts } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { Scenario } from '../core/scenario.ts'
import { chargeRows, priceIn } from './effects.ts'
import { count, formatCents, listed } from './format.ts'
import { blame, NONE, rowsOf } from './violate.ts'

const name = 'charged-at-most-once'

function timesSentence(facts: PurchaseFacts, rows: readonly LedgerEntry[]): string {
  const charges = rows.filter((row) => row.kind === 'effect')
  const amounts = [...new Set(charges.map((row) => formatCents(row.amount, row.unit)))]
  const prices = amounts.length === 1 ? `${amounts[0]} each` : listed(amounts.slice(0, 4))
  const refunds = rows.length - charges.length
  const later = refunds > 0 ? `; ${count(refunds, 'charge')} refunded` : ''
  return `${facts.id} was charged ${charges.length} times (${prices}) for one purchase${later}`
}

/** Walks the prefixes of the purchase's charges. */
function findExcess(facts: PurchaseFacts, rows: readonly LedgerEntry[], scenario: Scenario): string | undefined {
  const netCents = new Map<string, number>()
  let overpaid: string | undefined
  let open = 0
  for (const row of rows) {
    open += row.kind === 'effect' ? 1 : -1
    if (open > 1) return timesSentence(facts, rows)
    const net = (netCents.get(row.unit) ?? 0) + row.amount
    netCents.set(row.unit, net)
    if (!facts.wanted || overpaid !== undefined) continue
    const price = priceIn(facts.wanted.amountCents, row.unit, scenario)
    if (net > price)
      overpaid = `${facts.id} was charged ${formatCents(net, row.unit)} for a price of ${formatCents(price, row.unit)}`
  }
  return overpaid
}

export const chargedAtMostOnce: Invariant = {
  name,
  kind: 'always',
  promise: 'At no moment has a purchase been charged more than once, or more than its price.',
  begin({ scenario }) {
    let subjects = 0
    return {
      purchase(facts) {
        const rows = chargeRows(facts)
        if (rows.length === 0) return NONE
        subjects++
        const sentence = findExcess(facts, rows, scenario)
        return sentence === undefined ? NONE : [blame(name, facts, sentence, rowsOf('bank', rows))]
      },
      subjects: () => subjects,
    }
  },
}
