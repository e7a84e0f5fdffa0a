import type { RequestKind } from '../../core/purchase.ts'
import { type AskBuyer, askOver } from '../life/buyers.ts'
import { connectPoster, type Poster } from './post.ts'
import { parseObject } from './wire.ts'

/** A buyer's connections are many: an open loop must not wait for one. */
const CONNECTIONS = 1_024

/** Where the order service takes each kind of request. */
const PATHS: Readonly<Record<RequestKind, string>> = {
  order: '/orders',
  stock: '/stock',
  notification: '/notifications',
  payment: '/payments',
}

/** Buyers' requests over HTTP, all at the order service: `POST /orders`, or the path of their kind. */
export function connectBuyers(port: number): { readonly ask: AskBuyer; close(): Promise<void> } {
  const poster: Poster = connectPoster(port, CONNECTIONS)
  return {
    ask: askOver(async ({ purchase, key }, body, signal) => {
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'faultline-purchase': purchase.purchase,
      }
      if (key !== null) headers['idempotency-key'] = key
      const { status, text } = await poster.post(PATHS[purchase.kind], headers, JSON.stringify(body), signal)
      return { status, body: parseObject(text) }
    }),
    close: () => poster.close(),
  }
}
