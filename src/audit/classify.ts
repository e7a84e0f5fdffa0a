import type { LedgerEntry } from '../core/ledger.ts'
import type { PurchaseClass } from '../core/purchase.ts'

const FINAL = ['confirmed', 'cancelled', 'refused', 'failed'] as const
export type FinalState = (typeof FINAL)[number]

export function isFinal(kind: string): kind is FinalState {
  return (FINAL as readonly string[]).includes(kind)
}

/** What the order ledger says of one order. A clean order was accepted once and ended once. */
export interface OrderRecord {
  readonly id: string
  readonly accepted: number
  readonly finals: readonly FinalState[]
}

/** The orders of one purchase, by id; naive refreshes make several. */
export function ordersOf(rows: readonly LedgerEntry[]): OrderRecord[] {
  const orders = new Map<string, { id: string; accepted: number; finals: FinalState[] }>()
  for (const { account, kind } of rows) {
    let order = orders.get(account)
    if (!order) {
      order = { id: account, accepted: 0, finals: [] }
      orders.set(account, order)
    }
    if (kind === 'accepted') order.accepted++
    else if (isFinal(kind)) order.finals.push(kind)
  }
  return [...orders.values()]
}

/**
 * The one class in which a purchase ends. Confirmed wins: the buyer has what was wanted. Then an order without an end leaves
 * the purchase in doubt, since it may still become anything. A purchase whose order was never accepted counts as refused.
 * @param rows the purchase's rows of the order ledger
 */
export function classifyPurchase(rows: readonly LedgerEntry[]): PurchaseClass {
  const orders = ordersOf(rows)
  const ended = new Set(orders.flatMap((order) => order.finals))
  if (ended.has('confirmed')) return 'confirmed'
  if (orders.some((order) => order.accepted > 0 && order.finals.length === 0)) return 'in-doubt'
  if (ended.has('failed')) return 'failed'
  return ended.has('cancelled') ? 'cancelled' : 'refused'
}
