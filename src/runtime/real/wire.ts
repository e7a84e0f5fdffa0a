import type { Call, JsonObject, Request } from '../../core/call.ts'
import type { Clock, Env } from '../../core/env.ts'
import { calleeOf, type Edge, type ServiceName } from '../../core/topology.ts'
import { overWire, remainingMs } from '../life/over-wire.ts'
import { connectPoster, type Poster } from './post.ts'

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
    to: (edge, env) =>
      overWire(edge, env, async (request, signal) => {
        const { operation, effect, body } = request
        const poster = posterTo(calleeOf(edge))
        const path = `/${operation}/${effect}`
        const answer = await poster.post(path, headersOf(request, env.clock), JSON.stringify(body), signal)
        return { status: answer.status, body: parseObject(answer.text), retryAfter: answer.retryAfter }
      }),
    async close() {
      await Promise.all([...posters.values()].map((poster) => poster.close()))
      posters.clear()
    },
  }
}

function headersOf({ purchase, key, deadlineAtMs }: Request, clock: Clock): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'faultline-purchase': purchase }
  if (key !== undefined) headers['idempotency-key'] = key
  if (deadlineAtMs !== undefined) headers['faultline-remaining-ms'] = String(remainingMs(deadlineAtMs, clock.nowMs()))
  return headers
}

export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
