import type { Invariant, PurchaseFacts } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { formatAmount } from './format.ts'
import { accuse, blame, rowsOf } from './violate.ts'

const name = 'nothing-left-locked'

/** Holds and releases of one service, by key and by what is locked. */
function locksOf(rows: readonly LedgerEntry[]): Map<string, LedgerEntry[]> {
  const locks = new Map<string, LedgerEntry[]>()
  for (const row of rows) {
    if (row.kind !== 'hold' && row.kind !== 'release') continue
    const lock = JSON.stringify([row.key, row.account, row.unit])
    locks.set(lock, [...(locks.get(lock) ?? []), row])
  }
  return locks
}

function whatIsWrong(facts: PurchaseFacts, service: ServiceName, rows: readonly LedgerEntry[]): string | undefined {
  const locked = rows.reduce((sum, { kind, amount }) => sum + (kind === 'hold' ? amount : -amount), 0)
  const [first] = rows
  if (locked === 0 || !first) return undefined
  const amount = formatAmount(Math.abs(locked), first.unit)
  const what =
    locked > 0
      ? `left ${amount} of ${first.account} locked`
      : `released ${amount} of ${first.account} more than it locked`
  return `${facts.id} ${what} at ${service} under key ${first.key}`
}

export const nothingLeftLocked: Invariant = {
  name,
  kind: 'eventually',
  promise: 'Whatever was held is released again, captured or not, and at the end nothing is held.',
  begin(run) {
    let subjects = 0
    return {
      *purchase(facts) {
        for (const service of SERVICES) {
          for (const rows of locksOf(facts.rows[service]).values()) {
            subjects++
            const sentence = whatIsWrong(facts, service, rows)
            if (sentence !== undefined) yield blame(name, facts, sentence, rowsOf(service, rows))
          }
        }
      },
      *end() {
        for (const service of SERVICES) {
          for (const { account, unit, held } of run.balances[service]) {
            if (held === 0) continue
            subjects++
            const sentence = `${service} publishes ${formatAmount(held, unit)} of ${account} as held, although all is quiet`
            yield accuse(name, undefined, sentence, [])
          }
        }
      },
      subjects: () => subjects,
    }
  },
}
