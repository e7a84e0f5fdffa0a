/** The one shape of everything that is asked and answered, and of what can go wrong with it. */

import { TracelessError } from './traceless-error.ts'

/** The buyer's intent, for example `p-17`. Its refreshes and retries all belong to it. */
export type PurchaseId = string

/**
 * What a service can be asked to do; `place` is the buyer's request at the order service, `inquire` a prepared participant's
 * question to its coordinator.
 */
export const OPERATIONS = ['place', 'query', 'do', 'undo', 'prepare', 'commit', 'abort', 'inquire'] as const
export type Operation = (typeof OPERATIONS)[number]

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

export interface Request {
  readonly operation: Operation
  readonly purchase: PurchaseId
  /**
   * Which effect of the purchase this is about: `deduct`, `charge`, `transfer`, `quote`, `notify`, `history`, `stock`; of a buyer's
   * request (`place`) its kind: `order`, `stock`, `notification`, `payment`.
   */
  readonly effect: string
  /** At the caller: 1 for the first try. At the callee: how often this effect of this purchase has arrived, counted durably. */
  readonly attempt: number
  /** Idempotency key, where the caller sends one. */
  readonly key?: string
  /** Moment on the node's own clock after which nobody waits for the answer. Travels as remaining milliseconds. */
  readonly deadlineAtMs?: number
  readonly body: JsonObject
}

/** A positive answer. Everything else is thrown as a `CallError`. */
export interface Reply {
  readonly status: number
  readonly body: JsonObject
  /** When to ask again, for a 429 or 503; travels as Retry-After. */
  readonly retryAfterMs?: number
}

export type Call = (request: Request, signal: AbortSignal) => Promise<Reply>

/**
 * Why a call has no positive answer. `definite`: it certainly did not happen. Otherwise perhaps it did.
 * `transient`: the same call may succeed a moment later.
 */
export const CALL_ERRORS = {
  'connection-refused': { definite: true, transient: true, about: 'nobody listens there' },
  refused: { definite: true, transient: false, about: 'a business refusal (4xx)' },
  'too-many-requests': { definite: true, transient: true, about: 'refused by a rate limit (429)' },
  'breaker-open': { definite: true, transient: true, about: 'our own breaker is open' },
  'bulkhead-full': { definite: true, transient: true, about: 'our own compartment, or its queue, is full' },
  'limit-reached': { definite: true, transient: true, about: 'our own concurrency limit is reached' },
  'deadline-passed': {
    definite: true,
    transient: false,
    about: 'not started: the deadline of the purchase has passed',
  },
  timeout: { definite: false, transient: true, about: 'no answer in time' },
  reset: { definite: false, transient: true, about: 'the connection ended before the answer' },
  'in-progress': { definite: false, transient: true, about: 'the first attempt with this key still runs (409)' },
  'server-error': { definite: false, transient: true, about: 'an answer of 5xx' },
  'bad-answer': { definite: false, transient: false, about: 'an answer that is no JSON object' },
} as const satisfies Record<string, { definite: boolean; transient: boolean; about: string }>
export type CallErrorReason = keyof typeof CALL_ERRORS

/** The only expected exception of a call. Any other exception is a bug and ends the run with ERROR. */
export class CallError extends TracelessError {
  readonly reason: CallErrorReason
  /** What the answer said, such as `insufficient_stock`; for people and for the order's answer. */
  readonly detail: string
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined

  constructor(reason: CallErrorReason, detail = '', more: { status?: number; retryAfterMs?: number } = {}) {
    super(detail ? `${reason}: ${detail}` : reason)
    this.name = 'CallError'
    this.reason = reason
    this.detail = detail
    this.status = more.status
    this.retryAfterMs = more.retryAfterMs
  }

  get definite(): boolean {
    return CALL_ERRORS[this.reason].definite
  }

  get transient(): boolean {
    return CALL_ERRORS[this.reason].transient
  }
}

/** More is asked of a service than it can take, so nothing was begun. To its own policies it is a 503 like any other. */
export class Overloaded extends CallError {
  constructor(detail: string) {
    super('server-error', detail, { status: 503 })
    this.name = 'Overloaded'
  }
}

/**
 * A participant's "no", with the status it has on the wire. Thrown inside a store transaction it rolls the transaction back.
 * 4xx only; `reason` is a stable word such as `insufficient_stock`.
 */
export class Refusal extends TracelessError {
  readonly status: number
  readonly reason: string

  constructor(status: number, reason: string, detail = '') {
    super(detail || reason)
    this.name = 'Refusal'
    this.status = status
    this.reason = reason
  }
}

/** Thrown by a gremlin in the service: the connection ends without an answer; with `silent` it stays open and mute. */
export class ConnectionLost extends TracelessError {
  readonly silent: boolean

  constructor(silent = false) {
    super('connection lost')
    this.name = 'ConnectionLost'
    this.silent = silent
  }
}
