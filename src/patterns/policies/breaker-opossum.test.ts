import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { standBreaker } from '../../../test/support/breaker-stand.ts'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { holdMachineTime, pass } from '../../../test/support/opossum-time.ts'
import { CallError, type JsonObject } from '../../core/call.ts'
import { breaker } from './breaker.ts'

beforeEach(holdMachineTime)
afterEach(() => {
  vi.useRealTimers()
})

const OPTIONS = { engine: 'opossum', windowMs: 10_000, failureRatio: 0.5, minimumCalls: 4, openMs: 1_000 }
const stand = (options: JsonObject = {}) => standBreaker(breaker, { ...OPTIONS, ...options })

describe('opossum in the place of our breaker', () => {
  it('says the same words, each about the call that it is due to', async () => {
    const { env, failTimes, refused, admitted } = stand()
    await failTimes(4)
    await pass(env, 400)
    expect(await refused()).toMatchObject({ reason: 'breaker-open', detail: 'order→payment', retryAfterMs: 600 })
    await pass(env, 600)
    await (await admitted()).answer()
    const about = { type: 'policy', policy: 'breaker', edge: 'order→payment', effect: 'deduct' }
    expect(env.records).toEqual([
      { ...about, what: 'opened', detail: 'opossum opened', amount: 1_000, purchase: 'p-4' },
      { ...about, what: 'refused', detail: 'try again in 600 ms', amount: 600, purchase: 'p-5' },
      { ...about, what: 'half-opened', detail: '1 trial', purchase: 'p-5' },
      { ...about, what: 'closed', detail: 'a trial succeeded', purchase: 'p-5' },
    ])
  })

  it('gives the very answer, and the very error', async () => {
    const refusal = new CallError('refused', 'insufficient_stock')
    const callee = fakeCallee((_request, index) => (index === 0 ? OK : Promise.reject(refusal)))
    const call = breaker.create(breaker.options.parse(OPTIONS), aSite())(callee.call, fakeEnv())
    const request = aRequest()
    expect(await call(request, aSignal())).toBe(OK)
    expect(callee.requests[0]).toBe(request)
    await expect(call(request, aSignal())).rejects.toBe(refusal)
  })

  it('filters what is neutral, bugs too', async () => {
    const { admitted, told } = stand({ minimumCalls: 1 })
    for (let i = 0; i < 5; i++) await (await admitted()).fail('bulkhead-full')
    for (let i = 0; i < 5; i++) await (await admitted()).throwBug()
    expect(told()).toEqual([])
  })

  it('lets opossum give up on a call, which is then a timeout, counted and aborted', async () => {
    const { env, call, callee, told } = stand({ timeoutMs: 300, minimumCalls: 1 })
    const answer = call(aRequest(), aSignal())
    answer.catch(() => undefined)
    await pass(env, 300)
    await expect(answer).rejects.toMatchObject({ reason: 'timeout', definite: false })
    expect(callee.signals[0]?.aborted).toBe(true)
    expect(env.recorded('policy').map(({ what }) => what)).toEqual(['opened', 'timeout'])
    expect(told()).toEqual(['opened'])
  })

  it('aborts one call and no other', async () => {
    const { call, callee } = stand()
    const caller = new AbortController()
    call(aRequest(), caller.signal).catch(() => undefined)
    call(aRequest(), aSignal()).catch(() => undefined)
    await drain()
    caller.abort(new CallError('timeout'))
    expect(callee.signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  it('starts nothing for a caller who has gone', async () => {
    const { call, callee } = stand()
    const reason = new CallError('timeout')
    await expect(call(aRequest(), AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(callee.requests).toEqual([])
  })

  it('lets the open period grow, and restores it on a close', async () => {
    const { env, failTimes, answerTimes } = stand({
      minimumCalls: 1,
      openGrowth: { factor: 3, mostMs: 5_000, jitter: 'none' },
    })
    const periods = () => env.recorded('policy').flatMap(({ what, amount }) => (what === 'opened' ? [amount] : []))
    for (let i = 0; i < 4; i++) {
      await failTimes(1)
      await pass(env, periods().at(-1) ?? 0)
    }
    expect(periods()).toEqual([1_000, 3_000, 5_000, 5_000])
    await answerTimes(1)
    await failTimes(1)
    expect(periods().at(-1)).toBe(1_000)
  })

  it('refuses others while its one trial runs, and says until when at most', async () => {
    const { env, failTimes, admitted, refused } = stand({ timeoutMs: 700 })
    await failTimes(4)
    await pass(env, 1_000)
    await admitted()
    await pass(env, 200)
    expect((await refused()).retryAfterMs).toBe(500)
  })

  it('shares nothing with another breaker of the same options', async () => {
    const options = breaker.options.parse(OPTIONS)
    const failing = fakeCallee(() => Promise.reject(new CallError('reset')))
    const [one, other] = [1, 2].map(() => breaker.create(options, aSite())(failing.call, fakeEnv()))
    for (let i = 0; i < 5; i++) await one!(aRequest(), aSignal()).catch(() => undefined)
    await expect(one!(aRequest(), aSignal())).rejects.toMatchObject({ reason: 'breaker-open' })
    await expect(other!(aRequest(), aSignal())).rejects.toMatchObject({ reason: 'reset' })
  })

  it('ages its window in steps from when it was made: the same calls open it or not, by when they begin', async () => {
    async function opensAfter(delayMs: number, engine: string): Promise<boolean> {
      const { env, answerTimes, failTimes, told } = stand({ engine, trip: 'time-window', failureRatio: 0.6 })
      await pass(env, delayMs)
      await answerTimes(4)
      await pass(env, 9_500)
      await failTimes(4)
      return told().includes('opened')
    }
    // Successes of one step are forgotten together, ten steps later.
    expect(await opensAfter(100, 'opossum')).toBe(false)
    expect(await opensAfter(900, 'opossum')).toBe(true)
    expect(await opensAfter(100, 'ours')).toBe(false)
    expect(await opensAfter(900, 'ours')).toBe(false)
  })

  it('stops ticking when nobody has it any more', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const before = vi.getTimerCount()
    for (let i = 0; i < 20; i++) breaker.create(breaker.options.parse(OPTIONS), aSite())(fakeCallee().call, fakeEnv())
    expect(vi.getTimerCount()).toBe(before + 20)
    for (let i = 0; i < 50 && vi.getTimerCount() > before + 5; i++) {
      collect()
      await drain()
    }
    expect(vi.getTimerCount()).toBeLessThanOrEqual(before + 5)
  })
})
