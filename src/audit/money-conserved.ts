import type { Invariant, RunFacts, Violation } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import { formatCents, listed } from './format.ts'
import { accuse, NONE, rowsOf } from './violate.ts'

const name = 'money-conserved'
/** A transfer has two rows; a broken bank may write any number under one key. */
const MOST_ROWS = 20

interface Transfer {
  readonly key: string
  readonly purchase: string
  readonly rows: LedgerEntry[]
  readonly sums: Map<string, number>
}

function* judgeTransfer(transfer: Transfer | undefined): Generator<Violation> {
  if (!transfer) return
  const wrong = [...transfer.sums].filter(([, sum]) => sum !== 0).map(([unit, sum]) => formatCents(sum, unit))
  if (wrong.length === 0) return
  const sentence = `the bank's rows of ${transfer.purchase} under key ${transfer.key} sum to ${listed(wrong)}, not to zero`
  yield accuse(name, transfer.purchase, sentence, rowsOf('bank', transfer.rows))
}

function* judgeBalances({ balances }: RunFacts): Generator<Violation> {
  const sums = new Map<string, { opening: number; balance: number }>()
  for (const { unit, opening, balance } of balances.bank) {
    const sum = sums.get(unit) ?? { opening: 0, balance: 0 }
    sums.set(unit, { opening: sum.opening + opening, balance: sum.balance + balance })
  }
  for (const [unit, { opening, balance }] of sums) {
    if (opening === balance) continue
    const said = `all accounts together opened with ${formatCents(opening, unit)} and end with ${formatCents(balance, unit)}`
    yield accuse(name, undefined, said, [])
  }
}

/**
 * A transfer is one transaction, so its rows stand together in the ledger: wherever the key changes, the rows before must sum to
 * zero. A bank that books the other half later has, for a while, lost or made money, and that is a violation too.
 */
export const moneyConserved: Invariant = {
  name,
  kind: 'always',
  promise: 'Every transfer takes from one account what it gives to another, so all accounts sum to a constant.',
  begin(run) {
    let open: Transfer | undefined
    let subjects = 0
    return {
      entry(service, entry) {
        if (service !== 'bank' || (entry.kind !== 'effect' && entry.kind !== 'reversal')) return NONE
        let violations: Iterable<Violation> = NONE
        if (open?.key !== entry.key || open.purchase !== entry.purchase) {
          violations = judgeTransfer(open)
          open = { key: entry.key, purchase: entry.purchase, rows: [], sums: new Map() }
          subjects++
        }
        open.sums.set(entry.unit, (open.sums.get(entry.unit) ?? 0) + entry.amount)
        if (open.rows.length < MOST_ROWS) open.rows.push(entry)
        return violations
      },
      // The first purchase means that the ledgers are through: the last transfer is complete.
      purchase() {
        const last = open
        open = undefined
        return last ? judgeTransfer(last) : NONE
      },
      *end() {
        yield* judgeTransfer(open)
        yield* judgeBalances(run)
      },
      subjects: () => subjects,
    }
  },
}
