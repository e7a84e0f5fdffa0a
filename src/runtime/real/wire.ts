import type { Call, JsonObject, Request } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import { calleeOf, type Edge, type ServiceName } from '../../core/topology.ts'
import { type Carry, overWire, remainingMs } from '../life/over-wire.ts'
import { pathOf } from './paths.ts'
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
    // Connected at the first call: a port is known only when all services are up.
    to: (edge, env) => overWire(edge, env, (...call) => carryOver(posterTo(calleeOf(edge)), env.clock.nowMs)(...call)),
    async close() {
      await Promise.all([...posters.values()].map((poster) => poster.close()))
      posters.clear()
    },
  }
}

/** Requests as HTTP, answers as what they say. @param nowMs the clock of their deadlines */
export function carryOver(poster: Poster, nowMs: () => number): Carry {
  return async (request, signal) => {
    const sent = headersOf(request, nowMs)
    const { status, text, retryAfter } = await poster.post(pathOf(request), sent, JSON.stringify(request.body), signal)
    return { status, body: parseObject(text), retryAfter }
  }
}

function headersOf({ purchase, key, deadlineAtMs }: Request, nowMs: () => number): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'faultline-purchase': purchase }
  if (key !== undefined) headers['idempotency-key'] = key
  if (deadlineAtMs !== undefined) headers['faultline-remaining-ms'] = String(remainingMs(deadlineAtMs, nowMs()))
  return headers
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
