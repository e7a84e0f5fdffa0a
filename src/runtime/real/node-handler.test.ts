import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type Request } from '../../core/call.ts'
import type { Layer } from '../../core/layer.ts'
import type { RunningService } from '../../core/service.ts'
import type { LifeState, NodeParts } from './life-state.ts'
import { makeHandler } from './node-handler.ts'

/** A handler of a service that answers `handle`, behind `door`. */
function stand(handle: () => Promise<typeof OK>, door: Layer[] = []) {
  const state = { inFlight: new Map(), store: { countAttempt: () => 1 } } as unknown as LifeState
  const parts = { door, gremlins: (next) => next } as Partial<NodeParts> as NodeParts
  const handler = makeHandler(state, { handle } as Partial<RunningService> as RunningService, parts, fakeEnv())
  return (about: Partial<Request> = {}) => handler(aRequest(about), aSignal())
}

describe('a call that failed further down', () => {
  it.each([
    [new CallError('too-many-requests', '', { retryAfterMs: 30 }), 429, 'too_many_requests', 30],
    [new CallError('breaker-open', '', { retryAfterMs: 20 }), 503, 'downstream', 20],
    [new CallError('connection-refused'), 503, 'downstream', undefined],
    [new CallError('server-error', '', { retryAfterMs: 10 }), 504, 'downstream', undefined],
  ])('%s is an answer that says what is known', async (error, status, reason, retryAfterMs) => {
    const reply = await stand(() => Promise.reject(error))()
    expect(reply).toMatchObject({ status, body: { reason } })
    expect(reply.retryAfterMs).toBe(retryAfterMs)
  })
})

describe('the door', () => {
  const shut: Layer = () => () => Promise.reject(new CallError('too-many-requests', 'closed', { retryAfterMs: 5 }))

  it('turns buyers away with an answer', async () => {
    const reply = await stand(async () => OK, [shut])({ operation: 'place' })
    expect(reply).toMatchObject({ status: 429, retryAfterMs: 5 })
  })

  it('is open to a participant in doubt', async () => {
    expect(await stand(async () => OK, [shut])({ operation: 'inquire' })).toBe(OK)
  })
})
