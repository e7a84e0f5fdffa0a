import type { Invariant, PurchaseFacts } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import { deductionRows } from './effects.ts'
import { count } from './format.ts'
import { blame, NONE, rowsOf } from './violate.ts'

const name = 'deducted-at-most-once'

function timesSentence(facts: PurchaseFacts, rows: readonly LedgerEntry[]): string {
  const deductions = rows.filter((row) => row.kind === 'effect')
  const units = -deductions.reduce((sum, row) => sum + row.amount, 0)
  const returns = rows.length - deductions.length
  const later = returns > 0 ? `; ${count(returns, 'deduction')} given back` : ''
  const ordered = facts.wanted ? `, ${facts.wanted.quantity} ordered` : ''
  return `${facts.id} took stock ${deductions.length} times (${count(units, 'unit')}${ordered}) for one purchase${later}`
}

/** Walks the prefixes of the purchase's deductions. */
function findExcess(facts: PurchaseFacts, rows: readonly LedgerEntry[]): string | undefined {
  let tooMany: string | undefined
  let open = 0
  let units = 0
  for (const row of rows) {
    open += row.kind === 'effect' ? 1 : -1
    if (open > 1) return timesSentence(facts, rows)
    units -= row.amount
    if (facts.wanted && units > facts.wanted.quantity) {
      tooMany ??= `${facts.id} ordered ${count(facts.wanted.quantity, 'unit')}, and ${units} were deducted`
    }
  }
  return tooMany
}

export const deductedAtMostOnce: Invariant = {
  name,
  kind: 'always',
  promise: 'At no moment has a purchase taken stock more than once, or more units than were ordered.',
  begin() {
    let subjects = 0
    return {
      purchase(facts) {
        const rows = deductionRows(facts)
        if (rows.length === 0) return NONE
        subjects++
        const sentence = findExcess(facts, rows)
        return sentence === undefined ? NONE : [blame(name, facts, sentence, rowsOf('inventory', rows))]
      },
      subjects: () => subjects,
    }
  },
}
