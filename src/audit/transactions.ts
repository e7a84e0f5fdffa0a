/** What it costs that several services must agree: locks from the ledgers, steps and messages from the journals. */

import type { JournalCounts } from '../core/event.ts'
import type { PurchaseFacts } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { Transactions } from '../core/result.ts'
import { isFinal } from './classify.ts'
import { recordLatencies } from './histogram.ts'
import type { Held } from './levels.ts'

/** Why a buyer is refused what is there, but held by somebody else's purchase that may still come to nothing. */
const LOCKED: readonly (string | null)[] = ['stock_locked', 'funds_locked']

interface Lock {
  readonly amount: number
  readonly fromMs: number
  readonly toMs: number
  readonly ms: number
}

/**
 * How long each hold among one purchase's rows of one service was held: to the last release of the same key and account. A hold
 * that was never released counts until `lastRowMs`, the last row of the run in any ledger: it was held at least that long.
 */
function locksOf(rows: readonly LedgerEntry[], lastRowMs: number): Lock[] {
  return rows
    .filter(({ kind }) => kind === 'hold')
    .map((hold) => {
      const release = rows.findLast(
        ({ kind, key, account }) => kind === 'release' && key === hold.key && account === hold.account,
      )
      const toMs = release?.atMs ?? lastRowMs
      return { amount: hold.amount, fromMs: hold.atMs, toMs, ms: Math.max(0, toMs - hold.atMs) }
    })
}

function wasRefusedByLock({ wanted, class: end, told }: PurchaseFacts): boolean {
  if (!wanted || end === 'confirmed') return false
  const last = told.findLast(({ status }) => isFinal(status))
  return last !== undefined && LOCKED.includes(last.reason)
}

type OnHeld = (what: Held, fromMs: number, toMs: number, amount: number) => void

/**
 * Wants every ledger row before the first purchase, since only then is the last row known.
 * @param onHeld is told of each stretch of time in which something was held
 */
export function collectTransactions(onHeld: OnHeld = () => {}) {
  const inDoubt = recordLatencies(3)
  const stock = recordLatencies(3)
  const account = recordLatencies(3)
  let lastRowMs = Number.NEGATIVE_INFINITY
  let refusedByLock = 0

  return {
    addEntry({ atMs }: LedgerEntry): void {
      lastRowMs = Math.max(lastRowMs, atMs)
    },
    addPurchase(facts: PurchaseFacts): void {
      const { inventory, payment, bank } = facts.rows
      for (const { amount, ms, fromMs, toMs } of locksOf(inventory, lastRowMs)) {
        inDoubt.add(ms)
        stock.add(ms, amount)
        onHeld('inDoubt', fromMs, toMs, 1)
        onHeld('lockedStock', fromMs, toMs, amount)
      }
      for (const { ms, fromMs, toMs } of locksOf(payment, lastRowMs)) {
        inDoubt.add(ms)
        onHeld('inDoubt', fromMs, toMs, 1)
      }
      for (const { ms, fromMs, toMs } of locksOf(bank, lastRowMs)) {
        account.add(ms)
        onHeld('lockedAccounts', fromMs, toMs, 1)
      }
      if (wasRefusedByLock(facts)) refusedByLock++
    },
    transactions(arrivedCount: number, { messages, ...steps }: JournalCounts): Transactions {
      return {
        inDoubtMs: inDoubt.quantiles(),
        lockedStockMs: stock.quantiles(),
        lockedAccountMs: account.quantiles(),
        refusedByLock,
        ...steps,
        messagesPerOrder: arrivedCount > 0 ? messages / arrivedCount : null,
      }
    },
  }
}
