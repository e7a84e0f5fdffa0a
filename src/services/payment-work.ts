/** What the pieces of a payment's work share: its state within one incarnation, and its ways to the bank and to the commit. */

import { z } from 'zod'
import type { Reply, Request } from '../core/call.ts'
import type { Env, Work } from '../core/env.ts'
import type { ServiceSetup } from '../core/service.ts'
import type { Doubts } from './in-doubt.ts'
import type { PaymentHistory } from './payment-history.ts'
import type { TakeTurn } from './turns.ts'

export const charge = z.strictObject({ account: z.string(), currency: z.string(), amountCents: z.int().positive() })
export type Charge = z.output<typeof charge>

export interface PaymentWork {
  readonly env: Env
  readonly setup: ServiceSetup
  readonly history: PaymentHistory
  readonly doubts: Doubts
  unsharedKey(request: Request): string
  /** Claims that this incarnation is working on: one piece of work at a time for each. */
  readonly active: Set<string>
  /** Claims that the background will take up again. */
  readonly finishing: Set<string>
  /** Tries again in the background to end what is open under this key. */
  finishLater(key: string): void
  /** One after the other, a few at a time. */
  readonly takeTurn: TakeTurn
}

/** What the calls downstream of a payment have in common: keys derive from its own, so a resumed payment is the same to bank. */
export type Downstream = (effect: string) => { purchase: string; effect: string; key: string; deadlineAtMs?: number }

export function downstream({ purchase, deadlineAtMs }: Request, key: string): Downstream {
  const deadline = deadlineAtMs === undefined ? {} : { deadlineAtMs }
  return (effect) => ({ purchase, effect, key: `${key}/${effect}`, ...deadline })
}

export function askBank(
  { env }: PaymentWork,
  below: Downstream,
  operation: Request['operation'],
  body: Request['body'],
): Promise<Reply> {
  return env.call('payment→bank', { ...below('charge'), operation, body })
}

/** The commit that ends a piece of work, with its named moment. */
export async function finish({ env, doubts }: PaymentWork, request: Request, work: () => Work<void>): Promise<void> {
  await env.store.transaction(work)
  if (request.operation === 'prepare') doubts.watch()
  const { purchase, effect, operation } = request
  env.record({ type: 'committed', purchase, effect, operation })
  await env.point('after-commit', request)
}

/** A row of payment's own books. */
export function charged(currency: string, amount: number) {
  return { account: 'charged', amount, unit: currency }
}
