/** What a call looks like to its caller, whatever carries it: what goes into the journal, and what an answer means. */

import { type Call, CallError, type JsonObject, type Reply, type Request } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import { calleeOf, type Edge } from '../../core/topology.ts'
import { NoAnswer } from './no-answer.ts'

/** Whoever wants longer is taken to mean this: a day, which a timer can still bear. */
const MOST_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000

/** What came back: a status, and a body where it was a JSON object. */
export interface WireAnswer {
  readonly status: number
  readonly body: JsonObject | undefined
  /** The header Retry-After. */
  readonly retryAfter?: string | undefined
}

/** Takes a request to the callee. Rejects with `NoAnswer`. */
export type Carry = (request: Request, signal: AbortSignal) => Promise<WireAnswer>

/** Calls along an edge, as a journal tells them. Throws `CallError` for everything but 2xx. */
export function overWire(edge: Edge, env: Env, carry: Carry): Call {
  const to = calleeOf(edge)
  return async (request, signal) => {
    const { purchase, effect, operation, attempt, key = null } = request
    const sentAtMs = env.clock.nowMs()
    env.record({ type: 'sent', purchase, effect, to, operation, attempt, key })
    const heard = { type: 'heard', purchase, effect, from: to, operation, attempt } as const
    try {
      const reply = toReply(await carry(request, signal))
      const afterMs = env.clock.nowMs() - sentAtMs
      env.record({ ...heard, status: reply.status, reason: null, definite: true, afterMs })
      return reply
    } catch (caught) {
      const error = caught instanceof NoAnswer ? toCallError(caught) : caught
      if (error instanceof CallError) {
        const { status = 0, reason, definite, detail } = error
        const afterMs = env.clock.nowMs() - sentAtMs
        env.record({ ...heard, status, reason: detail ? `${reason}: ${detail}` : reason, definite, afterMs })
      }
      throw error
    }
  }
}

/** Clocks of two machines may differ, so a deadline travels as what is left of it, in whole milliseconds. */
export function remainingMs(deadlineAtMs: number, nowMs: number): number {
  return Math.max(0, Math.round(deadlineAtMs - nowMs))
}

/** Throws `CallError` for everything but 2xx. */
function toReply({ status, body, retryAfter }: WireAnswer): Reply {
  if (status >= 200 && status < 300) {
    if (!body) throw new CallError('bad-answer', `status ${status} without a JSON object`, { status })
    return { status, body }
  }
  const detail = String(body?.reason ?? body?.title ?? `http_${status}`)
  const retryAfterMs = readRetryAfterMs(body, retryAfter)
  const more = retryAfterMs === undefined ? { status } : { status, retryAfterMs }
  if (status === 409) throw new CallError('in-progress', detail, more)
  if (status === 429) throw new CallError('too-many-requests', detail, more)
  if (status >= 400 && status < 500) throw new CallError('refused', detail, more)
  throw new CallError('server-error', detail, more)
}

/** When to ask again: the body says it to the millisecond, the header in whole seconds. A date is not read: clocks differ. */
function readRetryAfterMs(body: JsonObject | undefined, header: string | undefined): number | undefined {
  const inBody = body?.retryAfterMs
  if (typeof inBody === 'number' && inBody >= 0) return Math.min(inBody, MOST_RETRY_AFTER_MS)
  if (header === undefined || !/^\d{1,15}$/.test(header)) return undefined
  return Math.min(Number(header) * 1_000, MOST_RETRY_AFTER_MS)
}

function toCallError({ kind, message }: NoAnswer): CallError {
  switch (kind) {
    case 'refused':
      return new CallError('connection-refused')
    case 'full':
      return new CallError('too-many-requests', message)
    case 'timeout':
    case 'aborted':
      return new CallError('timeout', message)
    case 'reset':
      return new CallError('reset')
  }
}
