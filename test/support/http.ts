/** Services as anybody with curl sees them. */

import type { JsonObject } from '../../src/core/call.ts'
import type { LedgerEntry } from '../../src/core/ledger.ts'

export interface Answered {
  readonly status: number
  readonly body: JsonObject
  readonly afterMs: number
}

export async function post(
  port: number,
  path: string,
  body: JsonObject,
  headers: Readonly<Record<string, string>>,
): Promise<Answered> {
  const sentMs = performance.now()
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as JsonObject, afterMs: performance.now() - sentMs }
}

/** Places an order for one console, as `alice`. Purchase and key are the same, as for a buyer who keeps the key. */
export function placeOrder(port: number, purchase: string): Promise<Answered> {
  const wish = { product: 'console', quantity: 1, account: 'alice' }
  return post(port, '/orders', wish, { 'faultline-purchase': purchase, 'idempotency-key': purchase })
}

/** The entries of a service's published ledger; the balances that follow them are left out. */
export async function publishedLedger(port: number): Promise<LedgerEntry[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/ledger`)
  const lines = (await answer.text()).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as LedgerEntry).filter((entry) => 'seq' in entry)
}
