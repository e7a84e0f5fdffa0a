/** Purchases: what a buyer wanted, what buyers were told, and the one class in which each purchase ends. */

import type { PurchaseId } from './call.ts'

export interface Purchase {
  readonly purchase: PurchaseId
  /** Position in the traffic, from 0. */
  readonly index: number
  /** When the buyer meant to ask, in milliseconds after the traffic's start. */
  readonly intendedMs: number
  readonly product: string
  readonly quantity: number
  /** Price of all units in the scenario's base currency, in cents. */
  readonly amountCents: number
  /** The buyer's bank account and its currency. */
  readonly account: string
  readonly currency: string
}

/** Where a purchase, or one order of it, can stand. `in-doubt` is what a purchase is when it is not final at quiet. */
export const PURCHASE_CLASSES = ['confirmed', 'cancelled', 'refused', 'failed', 'in-doubt'] as const
export type PurchaseClass = (typeof PURCHASE_CLASSES)[number]

/** One answer as the buyer heard it. */
export interface Told {
  readonly purchase: PurchaseId
  /** The buyer's attempt: 1 for the first request, 2 for the first refresh. */
  readonly attempt: number
  readonly atMs: number
  /**
   * `confirmed`, `cancelled`, `refused`, `failed`, `pending`, `degraded`: the order's status as answered. `in-progress`: 409.
   * `no-answer`: the connection ended or was refused. `left`: the buyer's patience ran out.
   */
  readonly status: string
  readonly reason: string | null
  readonly orderId: string | null
}
