/** A story in one line. */

import type { PurchaseFacts } from '../../core/invariant.ts'
import type { LedgerEntry } from '../../core/ledger.ts'
import type { Scenario } from '../../core/scenario.ts'
import { effectsOf } from '../effects.ts'
import { stateOf } from '../format.ts'
import { messagesOf } from '../other-kinds.ts'
import type { Telling } from './telling.ts'
import { numeral } from './words.ts'

const TIMES = ['not', 'once', 'twice'] as const

/** Charges, or other effects, among a violation's rows. */
function timesOf(rows: readonly { readonly entry: LedgerEntry }[]): string {
  const many = rows.filter(({ entry }) => entry.kind === 'effect').length
  return TIMES[many] ?? `${numeral(many)} times`
}

function halfTitle(facts: PurchaseFacts, scenario: Scenario): string {
  const { moneyMoved, unitsMoved, fullyCharged, fullyDeducted } = effectsOf(facts, scenario)
  const begin = `${facts.id} ${stateOf(facts.class)}`
  if (facts.class !== 'confirmed') {
    const left = [moneyMoved ? 'charged' : '', unitsMoved ? 'its goods are gone' : ''].filter((part) => part !== '')
    return left.length === 0 ? `${begin}, and not even` : `${begin}, yet ${left.join(' and ')}`
  }
  if (!fullyCharged && !fullyDeducted) return `${begin}, yet neither charged nor delivered`
  return fullyCharged ? `${begin}, yet not delivered in full` : `${begin}, yet not charged in full`
}

/** Such as `p-137 was charged twice`. */
export function titleOf({ scenario, violation, facts }: Telling): string {
  const { invariant, purchase, rows, sentence } = violation
  if (purchase === undefined) return sentence
  const many = timesOf(rows)
  switch (invariant) {
    case 'charged-at-most-once':
      return many === 'once' ? `${purchase} was charged too much` : `${purchase} was charged ${many}`
    case 'deducted-at-most-once':
      return many === 'once' ? `${purchase} took too many units` : `The goods of ${purchase} were taken ${many}`
    case 'never-oversold':
      return `${purchase} was sold what was not there`
    case 'all-or-nothing':
      if (!facts) return `${purchase} is half done`
      return halfTitle(facts, scenario)
    case 'no-order-lost':
      return `An order of ${purchase} was lost`
    case 'buyer-told-the-truth':
      return `The buyer of ${purchase} was told what is not so`
    case 'notified-exactly-once': {
      const messages = facts ? messagesOf(facts).length : 0
      return messages === 0
        ? `Nobody told the buyer of ${purchase}`
        : `The buyer of ${purchase} was notified ${TIMES[messages] ?? `${numeral(messages)} times`}`
    }
    case 'nothing-left-locked':
      return `${purchase} left something locked`
    case 'history-complete':
      return `The payment history of ${purchase} is wrong`
    case 'requests-conserved':
      return `What is on record about ${purchase} does not agree`
    case 'money-conserved':
    case 'books-balance':
      return sentence
  }
}
