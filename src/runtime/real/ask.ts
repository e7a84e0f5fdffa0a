import type { JsonObject } from '../../core/call.ts'
import type { Purchase, RequestKind } from '../../core/purchase.ts'
import { connectPoster, NoAnswer, type Poster } from './post.ts'
import { parseObject } from './wire.ts'

/** A buyer's connections are many: an open loop must not wait for one. */
const CONNECTIONS = 1_024

export interface Ask {
  readonly purchase: Purchase
  readonly attempt: number
  readonly key: string | null
}

export interface Answer {
  readonly status: string
  readonly reason: string | null
  readonly orderId: string | null
}

/** Where the order service takes each kind of request. */
const PATHS: Readonly<Record<RequestKind, string>> = {
  order: '/orders',
  stock: '/stock',
  notification: '/notifications',
  payment: '/payments',
}

/** What a request says. Prices are the shop's business. */
function bodyOf({ kind, product, quantity, account }: Purchase): JsonObject {
  switch (kind) {
    case 'order':
    case 'payment':
      return { product, quantity, account }
    case 'stock':
    case 'notification':
      return { product, account }
  }
}

/** Buyers' requests over HTTP, all at the order service: `POST /orders`, or the path of their kind. Rejects only when its signal was aborted. */
export function connectBuyers(port: number): {
  ask(request: Ask, signal: AbortSignal): Promise<Answer>
  close(): Promise<void>
} {
  const poster: Poster = connectPoster(port, CONNECTIONS)
  return {
    async ask({ purchase, key }, signal) {
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'faultline-purchase': purchase.purchase,
      }
      if (key !== null) headers['idempotency-key'] = key
      try {
        const path = PATHS[purchase.kind]
        const { status, text } = await poster.post(path, headers, JSON.stringify(bodyOf(purchase)), signal)
        return toAnswer(status, parseObject(text))
      } catch (error) {
        if (!(error instanceof NoAnswer) || signal.aborted) throw error
        return {
          status: 'no-answer',
          reason: error.kind === 'refused' ? 'connection_refused' : 'connection_lost',
          orderId: null,
        }
      }
    },
    close: () => poster.close(),
  }
}

function toAnswer(status: number, body: JsonObject | undefined): Answer {
  if (status === 409) return { status: 'in-progress', reason: null, orderId: null }
  if (status === 429) return { status: 'refused', reason: 'too_many_requests', orderId: null }
  if (body && typeof body.status === 'string') {
    return { status: body.status, reason: textOrNull(body.reason), orderId: textOrNull(body.orderId) }
  }
  const reason = textOrNull(body?.reason) ?? `http_${status}`
  // A 4xx is a clear "no"; anything else that is not an order's answer leaves the buyer in the dark.
  return { status: status >= 400 && status < 500 ? 'refused' : 'no-answer', reason, orderId: null }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
