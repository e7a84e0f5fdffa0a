/** What a buyer says and hears, whatever carries it. */

import type { JsonObject } from '../../core/call.ts'
import type { Purchase } from '../../core/purchase.ts'
import { NoAnswer } from './no-answer.ts'
import type { WireAnswer } from './over-wire.ts'

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

/** Sends one request; rejects only when its signal was aborted. */
export type AskBuyer = (request: Ask, signal: AbortSignal) => Promise<Answer>

/** @param carry takes a request with this body to the order service; rejects with `NoAnswer` */
export function askOver(carry: (request: Ask, body: JsonObject, signal: AbortSignal) => Promise<WireAnswer>): AskBuyer {
  return async (request, signal) => {
    try {
      return toAnswer(await carry(request, bodyOf(request.purchase), signal))
    } catch (error) {
      if (!(error instanceof NoAnswer) || signal.aborted) throw error
      return {
        status: 'no-answer',
        reason: error.kind === 'refused' ? 'connection_refused' : 'connection_lost',
        orderId: null,
      }
    }
  }
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

function toAnswer({ status, body }: WireAnswer): Answer {
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
