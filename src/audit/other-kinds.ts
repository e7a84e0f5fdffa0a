/** Requests that are no orders: what they have moved, beside what they asked for and what their buyers were told. */

import type { PurchaseFacts } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { RequestKind, Told } from '../core/purchase.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { isFinal } from './classify.ts'
import { chargeRows, type Effects } from './effects.ts'

/** What the traffic never made can only have been taken for an order. */
export function kindOf({ wanted }: Pick<PurchaseFacts, 'wanted'>): RequestKind {
  return wanted?.kind ?? 'order'
}

/** Services that may have something in their ledgers about a request of this kind. */
export const MAY_KNOW: Readonly<Record<RequestKind, readonly ServiceName[]>> = {
  order: SERVICES,
  stock: [],
  notification: ['notification'],
  payment: ['payment', 'bank', 'fx', 'logging'],
}

/** A message cannot be unsent, so a reversal takes nothing back. */
export function messagesOf({ rows }: PurchaseFacts): LedgerEntry[] {
  return rows.notification.filter(({ effect, kind }) => effect === 'notify' && kind === 'effect')
}

export function wasAnswered({ told }: PurchaseFacts): boolean {
  return told.some(({ status }) => status === 'answered')
}

/** Turned away at the door: says that this request was not taken, and nothing of those before it. */
function isAboutItselfOnly({ status, reason, orderId, attempt }: Told): boolean {
  return status === 'refused' && reason === 'too_many_requests' && orderId === null && attempt > 1
}

/** The last answer that says how it ended: what the buyer believes. */
export function lastWord({ told }: PurchaseFacts): Told | undefined {
  return told.findLast((one) => (isFinal(one.status) || one.status === 'answered') && !isAboutItselfOnly(one))
}

export function wasRefused(facts: PurchaseFacts): boolean {
  return !wasAnswered(facts) && lastWord(facts)?.status === 'refused'
}

/** Charges less refunds, in number. */
function openCharges(facts: PurchaseFacts): number {
  return chargeRows(facts).reduce((open, { kind }) => open + (kind === 'effect' ? 1 : -1), 0)
}

function* untruePayment(facts: PurchaseFacts, effects: Effects): Generator<string> {
  if (wasRefused(facts) && effects.moneyMoved) yield 'money has been charged'
  if (!wasAnswered(facts)) return
  if (!effects.fullyCharged) yield 'it is not charged in full'
  if (openCharges(facts) > 1) yield `it is charged ${openCharges(facts)} times`
  if (effects.strangePayers.length > 0) yield `${effects.strangePayers.join(', ')} paid for it`
}

function* untrueMessage(facts: PurchaseFacts): Generator<string> {
  const sent = messagesOf(facts).length
  if (wasRefused(facts) && sent > 0) yield 'a message was sent'
  if (wasAnswered(facts) && sent === 0) yield 'no message was sent'
}

/** What speaks against the answer that a buyer had who did not come for an order. */
export function untruthsOf(facts: PurchaseFacts, effects: Effects): string[] {
  switch (kindOf(facts)) {
    case 'payment':
      return [...untruePayment(facts, effects)]
    case 'notification':
      return [...untrueMessage(facts)]
    // A look at the stock promises nothing, and orders have their own rules.
    case 'stock':
    case 'order':
      return []
  }
}
