/** Purchases: what a buyer wanted, what buyers were told, and the one class in which each purchase ends. */

import type { PurchaseId } from './call.ts'

/**
 * What a buyer can come for. Only an `order` is carried by the variant's workflow; the others pass through the order service to
 * one dependency: a look at the stock, a message, a payment by itself.
 */
export const REQUEST_KINDS = ['order', 'stock', 'notification', 'payment'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** The mix of a scenario that says nothing of one. */
export const ORDERS_ONLY: Readonly<Record<RequestKind, number>> = { order: 1, stock: 0, notification: 0, payment: 0 }

export interface Purchase {
  readonly purchase: PurchaseId
  readonly kind: RequestKind
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

/**
 * Where a purchase, or one order of it, can stand. `in-doubt` is what a purchase is when it is not final at quiet. Only orders end
 * in a class: what was asked for otherwise has no row that would say so, and whoever reads its class must look at the kind first.
 */
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
   * `answered`: what is no order was done. `no-answer`: the connection ended or was refused. `left`: the buyer's patience ran out.
   */
  readonly status: string
  readonly reason: string | null
  readonly orderId: string | null
}
