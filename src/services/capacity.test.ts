import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, drain, fakeCallee, fakeEnv, OK } from '../../test/support/fake-env.ts'
import { ConnectionLost, Overloaded } from '../core/call.ts'
import type { Capacity } from '../core/scenario.ts'
import { limitCapacity } from './capacity.ts'

const capacity = (changes: Partial<Capacity> = {}): Capacity => ({
  concurrency: 1,
  serviceTimeMs: 10,
  queue: 2,
  ...changes,
})

/** A service behind a capacity; `workMs` is how long the real work of the nth request takes. */
function shop(about: Capacity, workMs: (index: number) => number = () => 0) {
  const env = fakeEnv()
  const begun: string[] = []
  const ended: string[] = []
  let atWork = 0
  let mostAtWork = 0
  const callee = fakeCallee(async ({ purchase }, index) => {
    begun.push(purchase)
    atWork += 1
    mostAtWork = Math.max(mostAtWork, atWork)
    if (workMs(index) > 0) await env.clock.sleep(workMs(index))
    atWork -= 1
    return OK
  })
  const call = limitCapacity(about)(callee.call, env)
  const ask = (purchase: string): void => {
    call(aRequest({ purchase }), aSignal()).then(
      () => ended.push(purchase),
      (error: unknown) => ended.push(error instanceof Overloaded ? `${purchase} ${error.status} overloaded` : 'bug'),
    )
  }
  return { env, ask, begun, ended, mostAtWork: () => mostAtWork }
}

describe('capacity', () => {
  it('takes its time before each work, one worker after the other', async () => {
    const { env, ask, begun, ended } = shop(capacity())
    for (const purchase of ['a', 'b']) ask(purchase)
    await env.advance(9)
    expect(begun).toEqual([])
    await env.advance(1)
    expect([begun, ended]).toEqual([['a'], ['a']])
    await env.advance(10)
    expect(ended).toEqual(['a', 'b'])
  })

  it('keeps the worker until the reply is made', async () => {
    const { env, ask, begun } = shop(capacity(), () => 30)
    for (const purchase of ['a', 'b']) ask(purchase)
    await env.advance(49)
    expect(begun).toEqual(['a'])
    await env.advance(1)
    expect(begun).toEqual(['a', 'b'])
  })

  it('refuses at once with 503 beyond the line, and takes the next when there is room again', async () => {
    const { env, ask, ended } = shop(capacity())
    for (const purchase of ['a', 'b', 'c', 'd']) ask(purchase)
    await drain()
    expect(ended).toEqual(['d 503 overloaded'])
    await env.advance(10)
    ask('e')
    await env.advance(30)
    expect(ended).toEqual(['d 503 overloaded', 'a', 'b', 'c', 'e'])
  })

  it('has no line where the queue is 0, and asks for no time where there is none', async () => {
    const { env, ask, ended } = shop(capacity({ queue: 0, serviceTimeMs: 0, concurrency: 2 }), () => 5)
    for (const purchase of ['a', 'b', 'c']) ask(purchase)
    await env.advance(5)
    expect(ended).toEqual(['c 503 overloaded', 'a', 'b'])
    expect(env.timers()).toBe(0)
  })

  it('gives the worker back when the work fails, and passes the failure on', async () => {
    const env = fakeEnv()
    const failing = limitCapacity(capacity({ serviceTimeMs: 0 }))(async () => {
      throw new ConnectionLost()
    }, env)
    for (let n = 0; n < 3; n++) await expect(failing(aRequest(), aSignal())).rejects.toBeInstanceOf(ConnectionLost)
  })

  it('begins anew with each life', async () => {
    const layer = limitCapacity(capacity({ queue: 0 }))
    const [first, second] = [fakeEnv(), fakeEnv({ incarnation: 2 })]
    const stuck = layer(fakeCallee().call, first)(aRequest(), aSignal())
    const fresh = layer(fakeCallee().call, second)(aRequest(), aSignal())
    await second.advance(10)
    await expect(fresh).resolves.toEqual(OK)
    await first.advance(10)
    await stuck
  })

  it('never has more than its workers at work, serves in the order of arrival, and loses nobody', async () => {
    const about = fc.record({
      concurrency: fc.integer({ min: 1, max: 5 }),
      serviceTimeMs: fc.integer({ min: 0, max: 20 }),
      queue: fc.integer({ min: 0, max: 10 }),
    })
    const arrivals = fc.array(
      fc.record({ pauseMs: fc.integer({ min: 0, max: 15 }), workMs: fc.integer({ min: 0, max: 25 }) }),
      {
        maxLength: 40,
      },
    )
    await fc.assert(
      fc.asyncProperty(about, arrivals, async (limits, coming) => {
        const { env, ask, begun, ended, mostAtWork } = shop(limits, (index) => coming[index]?.workMs ?? 0)
        for (const [index, { pauseMs }] of coming.entries()) {
          await env.advance(pauseMs)
          ask(String(index))
        }
        await env.advance(5_000)
        expect(mostAtWork()).toBeLessThanOrEqual(limits.concurrency)
        expect(begun.map(Number)).toEqual(begun.map(Number).toSorted((a, b) => a - b))
        const refused = ended.filter((end) => end.endsWith('503 overloaded'))
        expect(begun.length + refused.length).toBe(coming.length)
        expect(ended).toHaveLength(coming.length)
      }),
      { numRuns: 100 },
    )
  })
})
