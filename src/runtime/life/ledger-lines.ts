/** Ledger rows between SQLite, NDJSON and the types of core. */

import type { Row } from '../../core/env.ts'
import type { Balance, EntryKind, LedgerEntry } from '../../core/ledger.ts'

export function toEntry(row: Row): LedgerEntry {
  return {
    seq: Number(row.seq),
    atMs: Number(row.at_ms),
    purchase: String(row.purchase),
    effect: String(row.effect),
    kind: row.kind as EntryKind,
    account: String(row.account),
    amount: Number(row.amount),
    unit: String(row.unit),
    key: String(row.key),
  }
}

export function toBalance(row: Row): Balance {
  return {
    account: String(row.account),
    unit: String(row.unit),
    opening: Number(row.opening),
    balance: Number(row.balance),
    held: Number(row.held),
  }
}

/** A line of `GET /ledger`: entries first, then the published balances. */
export function entryLine(entry: LedgerEntry): string {
  return `${JSON.stringify(entry)}\n`
}

export function balanceLine(balance: Balance): string {
  return `${JSON.stringify({ balanceOf: balance.account, ...balance })}\n`
}
