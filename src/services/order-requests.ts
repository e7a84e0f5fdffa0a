/**
 * What buyers come for beside orders: a look at the stock, a message, a payment by itself. The order service passes each on to one
 * dependency, under that call's policies, and says what became of it. It keeps nothing, so there is nothing to take up after a crash.
 */

import { z } from 'zod'
import { CALL_ERRORS, CallError, type CallErrorReason, Refusal, type Reply, type Request } from '../core/call.ts'
import type { Env, Outgoing } from '../core/env.ts'
import type { RequestKind } from '../core/purchase.ts'
import type { Edge } from '../core/topology.ts'
import { bodyOf } from './body.ts'
import { unsharedKeys } from './claims.ts'
import type { Wanted } from './order-book.ts'

export type PassedOn = Exclude<RequestKind, 'order'>

/** Who looks is of no account to the answer, only to a rate limit at the door. */
const look = z.strictObject({ product: z.string(), account: z.string().optional() })
const subscription = z.strictObject({ product: z.string(), account: z.string() })

/** One call: to whom, and for what. */
type Errand = Pick<Outgoing, 'operation' | 'effect' | 'body'> & { readonly edge: Edge }

/** Whether buyers can come here for this. */
export function isPassedOn(effect: string): effect is PassedOn {
  return effect === 'stock' || effect === 'notification' || effect === 'payment'
}

function errandOf(kind: PassedOn, request: Request, price: (request: Request) => Omit<Wanted, 'deadlineAtMs'>): Errand {
  switch (kind) {
    case 'stock': {
      const { product } = bodyOf(request, look)
      return { edge: 'order→inventory', operation: 'query', effect: 'stock', body: { product } }
    }
    case 'notification': {
      const { product, account } = bodyOf(request, subscription)
      const body = { order: request.purchase, text: `${account}, this is what there is to know about ${product}.` }
      return { edge: 'order→notification', operation: 'do', effect: 'notify', body }
    }
    case 'payment': {
      const { account, currency, amountCents } = price(request)
      const body = { account, currency, amountCents }
      return { edge: 'order→payment', operation: 'do', effect: 'charge', body }
    }
  }
}

/**
 * @param price checks what is paid for, and adds what it costs; a payment by itself has the amount of the order that it is not
 * @returns passes a request on; `key` is the buyer's, null makes every request one of its own
 */
export function passRequestsOn(env: Env, price: (request: Request) => Omit<Wanted, 'deadlineAtMs'>) {
  const unsharedKey = unsharedKeys(env)

  return async (kind: PassedOn, request: Request, key: string | null, deadlineAtMs: number): Promise<Reply> => {
    const { edge, ...errand } = errandOf(kind, request, price)
    // Ends otherwise than any key that an order derives from the same one.
    const keyed = errand.operation === 'query' ? {} : { key: `${key ?? unsharedKey(request)}/${kind}` }
    try {
      return answerOf(await env.call(edge, { ...errand, ...keyed, purchase: request.purchase, deadlineAtMs }))
    } catch (error) {
      if (error instanceof CallError) return failureOf(error)
      throw error
    }
  }
}

function answerOf({ status, body }: Reply): Reply {
  // Something stood in and says "later". Nobody here would remember it, so it must not be promised: what stands behind it is told.
  if (status === 202) return isReason(body.reason) ? failureOf(new CallError(body.reason)) : NOT_NOW
  const stock = typeof body.available === 'number' ? { available: body.available } : {}
  return { status: 200, body: { status: 'answered', reason: body.stale === true ? 'limited_stock' : null, ...stock } }
}

function isReason(word: unknown): word is CallErrorReason {
  return typeof word === 'string' && Object.hasOwn(CALL_ERRORS, word)
}

/** 503: it certainly did not happen; 504 and 502: perhaps it did. */
function failureOf(error: CallError): Reply {
  const { reason, detail, retryAfterMs } = error
  const later = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (reason === 'refused') return { status: 422, body: { status: 'refused', reason: detail } }
  // The answer is still being made: the buyer comes back for it.
  if (reason === 'in-progress') throw new Refusal(409, 'in_progress', 'this request is still being worked on')
  const word = reason === 'breaker-open' ? 'temporarily_unavailable' : reason.replaceAll('-', '_')
  if (error.definite) return { ...degraded(503, word), ...later }
  return degraded(reason === 'timeout' ? 504 : 502, word)
}

const NOT_NOW = degraded(503, 'temporarily_unavailable')

function degraded(status: number, reason: string): Reply {
  return { status, body: { status: 'degraded', reason } }
}
