import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type Reply, type Request } from '../../core/call.ts'
import { bulkhead } from './bulkhead.ts'
import { createPool } from './permits.ts'
import { timeout } from './timeout.ts'

/** A compartment, and calls that run until the test lets them end. */
function stand(options: object, outside?: object) {
  const env = fakeEnv({ service: 'order' })
  const running = new Map<string, PromiseWithResolvers<Reply>>()
  const begun: string[] = []
  const callee = fakeCallee(({ purchase }, _index, signal) => {
    const work = Promise.withResolvers<Reply>()
    signal.addEventListener('abort', () => work.reject(signal.reason), { once: true })
    begun.push(purchase)
    running.set(purchase, work)
    return work.promise.finally(() => running.delete(purchase))
  })
  const inner = bulkhead.create(bulkhead.options.parse(options), aSite())(callee.call, env)
  const call = outside ? timeout.create(timeout.options.parse(outside), aSite())(inner, env) : inner
  const ends = new Map<string, string>()

  async function ask(purchase: string, about: Partial<Request> = {}, signal = aSignal()): Promise<void> {
    call(aRequest({ purchase, ...about }), signal).then(
      () => ends.set(purchase, 'ok'),
      (error: CallError) => ends.set(purchase, error.message),
    )
    await drain()
  }

  return {
    env,
    begun,
    ends,
    ask,
    running: () => [...running.keys()],
    async settle(purchase: string, error?: Error) {
      if (error) running.get(purchase)?.reject(error)
      else running.get(purchase)?.resolve(OK)
      await drain()
    },
    told: () => env.recorded('policy').map(({ what, detail, amount }) => `${what} ${detail} ${amount ?? ''}`.trim()),
  }
}

const EDGE = 'order→payment'

describe('a bulkhead', () => {
  it('lets as many run as it has permits, and refuses the next one at once and definitely', async () => {
    const { ask, begun, ends, told } = stand({ permits: 2 })
    for (const purchase of ['a', 'b', 'c']) await ask(purchase)
    expect(begun).toEqual(['a', 'b'])
    expect(ends.get('c')).toBe(`bulkhead-full: ${EDGE}: full`)
    expect(new CallError('bulkhead-full')).toMatchObject({ definite: true, transient: true })
    expect(told()).toEqual([`refused ${EDGE}: full`])
  })

  it.each([undefined, new CallError('reset'), new TypeError('a bug')])(
    'has the permit back when the work has settled (%s)',
    async (error) => {
      const { ask, settle, begun } = stand({ permits: 1 })
      await ask('a')
      await settle('a', error)
      await ask('b')
      expect(begun).toEqual(['a', 'b'])
    },
  )

  it('serves the line first come, first served, and says how long it was and how long it took', async () => {
    const { env, ask, settle, begun, told } = stand({ permits: 1, queue: 2 })
    await ask('a')
    await ask('b')
    await env.advance(30)
    await ask('c')
    await env.advance(70)
    await settle('a')
    await settle('b')
    expect(begun).toEqual(['a', 'b', 'c'])
    expect(told()).toEqual([
      `queued ${EDGE}: in line 1`,
      `queued ${EDGE}: in line 2`,
      `waited ${EDGE}: a permit 100`,
      `waited ${EDGE}: a permit 70`,
    ])
    expect(env.timers()).toBe(0)
  })

  it('refuses a newcomer, never one that stands in line', async () => {
    const { ask, settle, begun, ends } = stand({ permits: 1, queue: 1 })
    for (const purchase of ['a', 'b', 'c']) await ask(purchase)
    expect([...ends]).toEqual([['c', `bulkhead-full: ${EDGE}: full`]])
    await settle('a')
    expect(begun).toEqual(['a', 'b'])
  })

  it('hands a permit on at once: nobody comes between', async () => {
    const { ask, settle, begun, running } = stand({ permits: 1, queue: 5 })
    await ask('a')
    await ask('b')
    // Both in one breath: the newcomer asks when `a` has settled and `b` has not begun yet.
    const settling = settle('a')
    const asking = ask('c')
    await Promise.all([settling, asking])
    expect([begun, running()]).toEqual([['a', 'b'], ['b']])
  })

  it('refuses who has waited too long', async () => {
    const { env, ask, settle, begun, ends, told } = stand({ permits: 1, queue: 5, mostWaitMs: 200 })
    await ask('a')
    await ask('b')
    await env.advance(199)
    expect(ends.size).toBe(0)
    await env.advance(1)
    expect(ends.get('b')).toBe(`bulkhead-full: ${EDGE}: waited too long`)
    expect(told().slice(1)).toEqual([`waited ${EDGE}: waited too long 200`, `refused ${EDGE}: waited too long`])
    await settle('a')
    expect(begun).toEqual(['a'])
  })

  it('lets nobody wait, or begin, past the deadline', async () => {
    const { env, ask, settle, begun, ends } = stand({ permits: 1, queue: 5 })
    await ask('a')
    await ask('b', { deadlineAtMs: 50 })
    await env.advance(50)
    expect(ends.get('b')).toBe(`bulkhead-full: ${EDGE}: waited too long`)
    await ask('c', { deadlineAtMs: 50 })
    await env.advance(0)
    await settle('a')
    expect([begun, ends.size]).toEqual([['a'], 3])
  })

  it('forgets at once whoever gives up in line', async () => {
    const { env, ask, settle, begun, ends } = stand({ permits: 1, queue: 1 })
    const caller = new AbortController()
    await ask('a')
    const waiting = ask('b', {}, caller.signal)
    caller.abort(new CallError('timeout', 'abandoned'))
    // The place is free in the same moment.
    const asking = ask('c')
    await Promise.all([waiting, asking])
    expect(ends.get('b')).toBe('timeout: abandoned')
    await settle('a')
    expect(begun).toEqual(['a', 'c'])
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0)
    await settle('c')
    expect(env.timers()).toBe(0)
  })

  it('does not lose a permit to a call that gives up as it gets it', async () => {
    const pool = createPool({ permits: 1, queue: 1, mostWaitMs: 100 })
    const env = fakeEnv()
    const caller = new AbortController()
    const enter = (signal: AbortSignal) => pool.enter(env, signal, Number.POSITIVE_INFINITY, () => undefined)
    await enter(aSignal())
    const waiting = enter(caller.signal)
    pool.leave()
    // It has the permit, and has not heard of it yet.
    caller.abort(new CallError('timeout', 'abandoned'))
    await expect(waiting).rejects.toThrow('abandoned')
    expect(await enter(aSignal())).toBeUndefined()
    expect(env.timers()).toBe(0)
  })
})

describe('a bulkhead inside a timeout', () => {
  it('keeps the permit of a call that has outlived its caller, until it settles', async () => {
    const { env, ask, settle, ends, begun } = stand({ permits: 1 }, { afterMs: 100 })
    await ask('a')
    await env.advance(100)
    expect(ends.get('a')).toMatch(/^timeout/)
    await ask('b')
    expect(ends.get('b')).toMatch(/^bulkhead-full/)
    await settle('a')
    await ask('c')
    expect(begun).toEqual(['a', 'c'])
  })

  it('or until it is abandoned', async () => {
    const { env, ask, ends, begun } = stand({ permits: 1 }, { afterMs: 100, abandonAfterMs: 500 })
    await ask('a')
    await env.advance(499)
    await ask('b')
    expect(ends.get('b')).toMatch(/^bulkhead-full/)
    await env.advance(1)
    await ask('c')
    expect(begun).toEqual(['a', 'c'])
  })
})

describe('whatever happens to a bulkhead', () => {
  const purchases = Array.from({ length: 30 }, (_, i) => `p-${i}`)
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant({ do: 'ask' } as const) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat(29) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(80) }) },
  )

  it('never has more running than permits, loses no permit, and keeps the order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.nat(4),
        fc.array(step, { maxLength: 60 }),
        async (permits, queue, steps) => {
          const { env, ask, settle, running, begun, ends, told } = stand({ permits, queue, mostWaitMs: 100 })
          const callers = purchases.map(() => new AbortController())
          let asked = 0
          for (const each of steps) {
            if (each.do === 'ask' && asked < purchases.length) {
              asked += 1
              await ask(purchases[asked - 1]!, {}, callers[asked - 1]!.signal)
            } else if (each.do === 'settle') await settle(running()[each.which % Math.max(1, running().length)] ?? '')
            else if (each.do === 'wait') await env.advance(each.ms)
            else if (each.do === 'abort' && each.which < asked)
              callers[each.which]?.abort(new CallError('timeout', 'gone'))
            await drain()
            expect(running().length).toBeLessThanOrEqual(permits)
            expect(asked - ends.size - running().length).toBeLessThanOrEqual(queue)
            // Nobody waits while a permit is free.
            if (asked > ends.size + running().length) expect(running()).toHaveLength(permits)
          }
          expect(begun).toEqual(begun.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2))))
          const count = (word: string) => told().filter((line) => line.startsWith(word)).length
          await env.advance(1_000)
          expect(count('waited')).toBe(count('queued'))
          while (running().length > 0) await settle(running()[0]!)
          for (let i = 0; i < permits; i++) await ask(`last-${i}`)
          expect(running()).toHaveLength(permits)
          expect(env.timers()).toBe(0)
        },
      ),
      { numRuns: 80 },
    )
  })
})
