import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, Overloaded, type Request } from '../../core/call.ts'
import type { Layer } from '../../core/layer.ts'
import type { RunningService } from '../../core/service.ts'
import { makeHandler } from './handler.ts'
import type { LifeState, NodeParts } from './life-state.ts'

/** A handler of a service that answers `handle`, behind `door` and `capacity`. */
function stand(handle: () => Promise<typeof OK>, door: Layer[] = [], capacity?: Layer) {
  const state = { inFlight: new Map(), store: { countAttempt: () => 1 } } as unknown as LifeState
  const parts = { door, capacity, gremlins: (next) => next } as Partial<NodeParts> as NodeParts
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

describe('capacity', () => {
  const busy: Layer = () => () => Promise.reject(new Overloaded('1 at work'))
  const counting: { count: number; layer: Layer } = {
    count: 0,
    layer: (next) => (request, signal) => {
      counting.count += 1
      return next(request, signal)
    },
  }

  it('that is short is a 503 of its own', async () => {
    const reply = await stand(async () => OK, [], busy)()
    expect(reply).toMatchObject({ status: 503, body: { reason: 'overloaded' } })
  })

  it('is taken up by nobody whom the door turned away, and by no participant in doubt', async () => {
    const shut: Layer = () => () => Promise.reject(new CallError('too-many-requests'))
    expect(await stand(async () => OK, [shut], counting.layer)({ operation: 'place' })).toMatchObject({ status: 429 })
    expect(await stand(async () => OK, [], counting.layer)({ operation: 'inquire' })).toBe(OK)
    expect(counting.count).toBe(0)
    expect(await stand(async () => OK, [], counting.layer)({ operation: 'place' })).toBe(OK)
    expect(counting.count).toBe(1)
  })
})

describe('how it is', () => {
  const health = { operation: 'query', effect: 'health', purchase: 'health-check' } as const
  const bug = () => Promise.reject(new Error('the service was asked'))
  const busy: Layer = () => () => Promise.reject(new Overloaded('1 at work'))
  const shut: Layer = () => () => Promise.reject(new CallError('too-many-requests'))

  it('is answered for every service, and no buyer’s door stands before it', async () => {
    const up = { status: 200, body: { service: 'inventory', status: 'up', incarnation: 1 } }
    expect(await stand(bug, [shut])(health)).toEqual(up)
  })

  it('waits for its turn like everything else', async () => {
    expect(await stand(bug, [], busy)(health)).toMatchObject({ status: 503, body: { reason: 'overloaded' } })
  })
})
