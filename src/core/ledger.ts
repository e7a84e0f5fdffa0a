/** Ledgers: what a service says it did. Append-only; every service of the lab, foreign ones included, publishes one. */

import type { PurchaseId } from './call.ts'

/**
 * `effect` and `reversal` move a balance; `hold` and `release` lock and unlock part of one; the rest are the states of an
 * order in the order service's ledger and `tombstone`, which refuses a late request.
 */
export const ENTRY_KINDS = [
  'effect',
  'reversal',
  'hold',
  'release',
  'tombstone',
  'accepted',
  'confirmed',
  'cancelled',
  'refused',
  'failed',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

export interface LedgerEntry {
  /** Position in the ledger, from 1, without gaps. */
  readonly seq: number
  /** Milliseconds since the epoch. */
  readonly atMs: number
  readonly purchase: PurchaseId
  readonly effect: string
  readonly kind: EntryKind
  /** Account, product, or another thing that is counted; the order's id in the order service. */
  readonly account: string
  /** Signed integer in `unit`: cents or pieces. For `hold` and `release` the amount that is locked, positive. */
  readonly amount: number
  /** ISO 4217 currency (cents of it), `piece`, `message`, `entry`, `order` or `micro` (a rate times 1,000,000). */
  readonly unit: string
  /** Idempotency key under which it happened; a made-up one where the caller sent none. */
  readonly key: string
}

/** A published balance: must equal opening plus the ledger's `effect` and `reversal` rows. */
export interface Balance {
  readonly account: string
  readonly unit: string
  readonly opening: number
  readonly balance: number
  /** The part of it that is locked at the moment by holds; 0 at rest. */
  readonly held: number
}
