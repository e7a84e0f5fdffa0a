/** The price in the buyer's currency, and what a payment does with a rate that is not fresh. */

import { CallError } from '../core/call.ts'
import type { Env } from '../core/env.ts'
import { convertCents } from '../core/money.ts'
import { query, sql } from '../core/statement.ts'
import type { Charge, Downstream, PaymentWork } from './payment-work.ts'

/** A price, and whether the rate behind it was a stale one: fx did not answer, and its last known rate stood in. */
export interface Price {
  readonly amountCents: number
  readonly staleRate?: true
}

/**
 * Asked again under the same key, fx gives the same rate. A stale rate is nobody's promise, so payment keeps it with the open payment
 * before it asks the bank: one key must never carry two amounts.
 *
 * @param key of the payment
 * @param fresh no earlier try can have reached the bank
 */
export async function priceOf(
  { env, setup }: PaymentWork,
  below: Downstream,
  wanted: Charge,
  { key, fresh }: { readonly key: string; readonly fresh: boolean },
): Promise<Price> {
  const { currency, amountCents } = wanted
  if (currency === setup.baseCurrency) return { amountCents }
  const kept = fresh ? undefined : await keptRate(env, key)
  if (kept !== undefined) return { amountCents: convertCents(amountCents, kept), staleRate: true }
  const { body } = await env.call('payment→fx', { ...below('quote'), operation: 'do', body: { to: currency } })
  const rateMicro = Number(body.rateMicro)
  const price = { amountCents: convertCents(amountCents, rateMicro) }
  if (body.stale !== true) return price
  // An earlier try had the rate that fx promised, and fx alone knows it.
  if (!fresh) throw new CallError('server-error', 'only a stale rate, and the bank may have been asked at another')
  await env.store.transaction(function* () {
    yield sql('UPDATE open_payments SET stale_rate_micro = ? WHERE key = ?', rateMicro, key)
  })
  return { ...price, staleRate: true }
}

async function keptRate(env: Env, key: string): Promise<number | undefined> {
  const [row] = await query(env.store, 'SELECT stale_rate_micro FROM open_payments WHERE key = ?', key)
  const rateMicro = row?.stale_rate_micro ?? null
  return rateMicro === null ? undefined : Number(rateMicro)
}
