import type { Invariant } from '../core/invariant.ts'
import { chargeRows } from './effects.ts'
import { count } from './format.ts'
import { blame, NONE, rowsOf } from './violate.ts'

const name = 'history-complete'

export const historyComplete: Invariant = {
  name,
  kind: 'eventually',
  promise: "The payment history has one entry for each of the bank's charges and refunds.",
  begin() {
    let subjects = 0
    return {
      purchase(facts) {
        const payments = chargeRows(facts)
        const entries = facts.rows.logging.filter(({ effect, kind }) => effect === 'history' && kind === 'effect')
        if (payments.length === 0 && entries.length === 0) return NONE
        subjects++
        if (payments.length === entries.length) return NONE
        const refunds = payments.filter(({ kind }) => kind === 'reversal').length
        const moved = `${count(payments.length - refunds, 'charge')} and ${count(refunds, 'refund')}`
        const known = entries.length === 1 ? '1 entry' : `${entries.length} entries`
        const sentence = `${facts.id} had ${moved} at the bank, and ${known} in the payment history`
        return [blame(name, facts, sentence, [...rowsOf('bank', payments), ...rowsOf('logging', entries)])]
      },
      subjects: () => subjects,
    }
  },
}
