import { type Call, CallError, type JsonObject, type Reply, type Request } from '../../core/call.ts'
import type { Clock, Env } from '../../core/env.ts'
import { calleeOf, type Edge, type ServiceName } from '../../core/topology.ts'
import { connectPoster, type HttpAnswer, NoAnswer, type Poster } from './post.ts'

/** Whoever wants longer is taken to mean this: a day, which a timer can still bear. */
const MOST_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000

/** The caller's side of HTTP: requests out, replies or `CallError`s back. */
export interface Wire {
  to(edge: Edge, env: Env): Call
  close(): Promise<void>
}

export function openWire(portOf: (service: ServiceName) => number): Wire {
  const posters = new Map<ServiceName, Poster>()

  function posterTo(service: ServiceName): Poster {
    let poster = posters.get(service)
    if (!poster) {
      poster = connectPoster(portOf(service))
      posters.set(service, poster)
    }
    return poster
  }

  return {
    to: (edge, env) => callOver(edge, env, () => posterTo(calleeOf(edge))),
    async close() {
      await Promise.all([...posters.values()].map((poster) => poster.close()))
      posters.clear()
    },
  }
}

function callOver(edge: Edge, env: Env, posterOf: () => Poster): Call {
  const to = calleeOf(edge)
  return async (request, signal) => {
    const { purchase, effect, operation, attempt, key = null } = request
    const sentAtMs = env.clock.nowMs()
    env.record({ type: 'sent', purchase, effect, to, operation, attempt, key })
    const heard = { type: 'heard', purchase, effect, from: to, operation, attempt } as const
    try {
      const path = `/${operation}/${effect}`
      const answer = await posterOf().post(path, headersOf(request, env.clock), JSON.stringify(request.body), signal)
      const reply = toReply(answer)
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

function headersOf({ purchase, key, deadlineAtMs }: Request, clock: Clock): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'faultline-purchase': purchase }
  if (key !== undefined) headers['idempotency-key'] = key
  // Clocks of two machines may differ, so a deadline travels as what is left of it.
  if (deadlineAtMs !== undefined)
    headers['faultline-remaining-ms'] = String(Math.max(0, Math.round(deadlineAtMs - clock.nowMs())))
  return headers
}

/** Throws `CallError` for everything but 2xx. */
function toReply({ status, text, retryAfter }: HttpAnswer): Reply {
  const body = parseObject(text)
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

export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
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
