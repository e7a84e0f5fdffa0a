import { type Call, CallError, Overloaded, Refusal, type Reply, type Request } from '../../core/call.ts'
import { compose } from '../../core/compose.ts'
import type { Env } from '../../core/env.ts'
import type { RunningService } from '../../core/service.ts'
import { Fenced } from './fenced.ts'
import { type LifeState, type NodeParts, reportUnlessOver } from './life-state.ts'
import { problem } from './problem.ts'

/** More calls than this at once and the node refuses: every queue has a limit. */
const MOST_IN_FLIGHT = 50_000

/** The handler as the server calls it: counts the attempt, lets the gremlins at it, turns refusals into replies. */
export function makeHandler(state: LifeState, service: RunningService, parts: NodeParts, env: Env): Call {
  const up: Reply = { status: 200, body: { service: env.service, status: 'up', incarnation: env.incarnation } }
  const handle: Call = (request) => (isHealthCheck(request) ? Promise.resolve(up) : service.handle(request))
  const withCapacity = compose(parts.capacity ? [parts.capacity] : [], handle, env)
  // Errors of the door's policies become replies as well, so the door stands inside. What it turns away takes no worker.
  const behindDoor = compose(parts.door, withCapacity, env)
  const answer: Call = async (request, signal) => {
    try {
      // The door is there for buyers; a participant in doubt must always get in.
      if (request.operation === 'inquire') return await handle(request, signal)
      return await (isHealthCheck(request) ? withCapacity : behindDoor)(request, signal)
    } catch (error) {
      if (error instanceof Refusal) return problem(error.status, error.reason, error.message)
      if (error instanceof Overloaded) return problem(503, 'overloaded', error.detail)
      if (error instanceof CallError) return problemOf(error)
      if (error instanceof Fenced) return problem(503, 'reset', error.message)
      reportUnlessOver(state, error as Error)
      return problem(500, 'bug', 'the service failed')
    }
  }
  const haunted = parts.gremlins(answer, env)
  let calls = 0
  return async (arrived, signal) => {
    if (state.inFlight.size >= MOST_IN_FLIGHT)
      return problem(503, 'overloaded', `more than ${MOST_IN_FLIGHT} calls at once`)
    const { purchase, effect, operation, key = null } = arrived
    calls += 1
    const call = calls
    state.inFlight.set(call, { purchase, effect })
    try {
      const request: Request = { ...arrived, attempt: state.store.countAttempt(purchase, `${operation}:${effect}`) }
      env.record({ type: 'received', purchase, effect, operation, attempt: request.attempt, key })
      const reply = await haunted(request, signal)
      const reason = reply.status < 400 ? null : String(reply.body.reason ?? '')
      env.record({ type: 'answered', purchase, effect, operation, status: reply.status, reason })
      return reply
    } catch (error) {
      if (error instanceof Fenced) return problem(503, 'reset', error.message)
      env.record({ type: 'answered', purchase, effect, operation, status: 0, reason: 'connection lost' })
      throw error
    } finally {
      state.inFlight.delete(call)
    }
  }
}

/** Asked by callers, not by buyers, and the same at every service: nothing is written, and who is busy is late with it. */
function isHealthCheck({ operation, effect }: Request): boolean {
  return operation === 'query' && effect === 'health'
}

/** What a call could not do for its caller. When to try again goes along where the answer is one that lets try again. */
function problemOf(error: CallError): Reply {
  const { retryAfterMs } = error
  const again = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (error.reason === 'too-many-requests') return { ...problem(429, 'too_many_requests', error.message), ...again }
  if (error.definite) return { ...problem(503, 'downstream', error.message), ...again }
  return problem(504, 'downstream', error.message)
}
