/** Figures and states in sentences. */

import type { PurchaseClass } from '../core/purchase.ts'

/** `-46000` cents of `EUR` gives `EUR -460.00`. */
export function formatCents(cents: number, currency: string): string {
  return `${currency} ${(cents / 100).toFixed(2)}`
}

/** Money where the unit is a currency, a count otherwise. */
export function formatAmount(amount: number, unit: string): string {
  return /^[A-Z]{3}$/.test(unit) ? formatCents(amount, unit) : count(amount, unit)
}

export function count(howMany: number, thing: string): string {
  const plural = thing.endsWith('y') ? `${thing.slice(0, -1)}ies` : `${thing}${thing.endsWith('s') ? 'es' : 's'}`
  return `${howMany} ${Math.abs(howMany) === 1 ? thing : plural}`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(things: readonly string[]): string {
  const last = things.at(-1) ?? ''
  return things.length < 2 ? last : `${things.slice(0, -1).join(', ')} and ${last}`
}

const STATES: Readonly<Record<PurchaseClass, string>> = {
  confirmed: 'is confirmed',
  cancelled: 'is cancelled',
  refused: 'is refused',
  failed: 'has failed',
  'in-doubt': 'is in doubt',
}

/** `is confirmed`, `has failed`… */
export function stateOf(purchaseClass: PurchaseClass): string {
  return STATES[purchaseClass]
}
