/** The decisions of a breaker that options change: when to trip, how long to be open, whether to decide at all. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standBreaker } from '../../../test/support/breaker-stand.ts'
import type { JsonObject } from '../../core/call.ts'
import { breaker } from './breaker.ts'
import { openPeriodMs } from './open-period.ts'

const stand = (options: JsonObject, seed = 42) => standBreaker(breaker, options, seed)
type Standing = ReturnType<typeof stand>

/** The open period of each opening so far. */
const periodsOf = ({ env }: Standing) =>
  env
    .recorded('policy')
    .filter(({ what }) => what === 'opened')
    .map(({ amount }) => amount)

/** Opens it, and lets each trial fail, so that it opens `times` times without a close. */
async function openTimes(standing: Standing, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await standing.failTimes(1)
    await standing.env.advance(periodsOf(standing).at(-1) ?? 0)
  }
}

describe('a breaker with a window', () => {
  const options = { trip: 'time-window', windowMs: 1_000, failureRatio: 0.5, minimumCalls: 4, openMs: 100, trials: 1 }

  it('opens when the share of failures is reached, and says how many', async () => {
    const { env, answerTimes, failTimes, told } = stand(options)
    await answerTimes(2)
    await failTimes(1)
    expect(told()).toEqual([])
    await failTimes(1)
    expect(env.recorded('policy').at(-1)).toMatchObject({
      what: 'opened',
      detail: '2 of 4 calls failed in 1000 ms',
      amount: 100,
    })
  })

  it('opens at a success, too, when that one brings the minimum of calls', async () => {
    const { answerTimes, failTimes, told } = stand(options)
    await failTimes(3)
    await answerTimes(1)
    expect(told()).toEqual(['opened'])
  })

  it('counts completed calls: neither those on their way, nor refused ones, nor neutral ones', async () => {
    const { admitted, failTimes, told } = stand(options)
    for (let i = 0; i < 20; i++) await admitted()
    for (const reason of ['refused', 'bulkhead-full', 'limit-reached', 'too-many-requests', 'in-progress'] as const)
      await (await admitted()).fail(reason)
    await failTimes(3)
    expect(told()).toEqual([])
    await failTimes(1)
    expect(told()).toEqual(['opened'])
  })

  it('forgets by the clock while nobody calls', async () => {
    const { env, failTimes, told } = stand(options)
    await failTimes(3)
    await env.advance(1_000)
    await failTimes(3)
    expect(told()).toEqual([])
    expect(env.timers()).toBe(0)
  })

  it('starts with a clean window when it closes', async () => {
    const { env, answerTimes, failTimes, told } = stand(options)
    await failTimes(4)
    await env.advance(100)
    await answerTimes(1)
    await failTimes(3)
    expect(told()).toEqual(['opened', 'half-opened', 'closed'])
  })
})

describe('a breaker against slow calls', () => {
  const options = { trip: 'slow-calls', slowMs: 50, minimumCalls: 2, openMs: 100, trials: 2 }

  async function slowly({ env, admitted }: Standing, ms: number): Promise<void> {
    const call = await admitted()
    await env.advance(ms)
    await call.answer()
  }

  it('opens at calls that all went well, slowly', async () => {
    const standing = stand(options)
    await slowly(standing, 50)
    await slowly(standing, 49)
    expect(standing.told()).toEqual(['opened'])
  })

  it('does not close after a slow trial', async () => {
    const standing = stand(options)
    await slowly(standing, 50)
    await slowly(standing, 50)
    await standing.env.advance(100)
    await slowly(standing, 50)
    expect(standing.told()).toEqual(['opened', 'half-opened', 'opened'])
    expect(standing.env.recorded('policy').at(-1)).toMatchObject({ detail: 'a trial was slow' })
  })
})

describe('the open period', () => {
  const growth = { factor: 2, mostMs: 500, jitter: 'none' }

  it('is fixed unless it is told to grow', async () => {
    const standing = stand({ failures: 1, openMs: 100 })
    await openTimes(standing, 4)
    expect(periodsOf(standing)).toEqual([100, 100, 100, 100])
  })

  it('grows with each opening up to its cap, and begins again after a close', async () => {
    const standing = stand({ failures: 1, openMs: 100, trials: 1, openGrowth: growth })
    await openTimes(standing, 5)
    expect(periodsOf(standing)).toEqual([100, 200, 400, 500, 500])
    await standing.answerTimes(1)
    await openTimes(standing, 2)
    expect(periodsOf(standing).slice(5)).toEqual([100, 200])
  })

  it('has the luck of its seed', async () => {
    const periods = async (seed: number) => {
      const standing = stand({ failures: 1, openMs: 100, openGrowth: { ...growth, jitter: 'full' } }, seed)
      await openTimes(standing, 6)
      return periodsOf(standing)
    }
    expect(await periods(1)).toEqual(await periods(1))
    expect(await periods(1)).not.toEqual(await periods(2))
  })

  it('never exceeds its cap, and with jitter never the period without', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.record({ factor: fc.double({ min: 1, max: 100, noNaN: true }), mostMs: fc.integer({ min: 1, max: 1e7 }) }),
        fc.nat(2_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (openMs, { factor, mostMs }, opening, luck) => {
          const wholeMs = openPeriodMs(openMs, { factor, mostMs, jitter: 'none' }, opening, () => luck)
          expect(wholeMs).toBeGreaterThan(0)
          expect(wholeMs).toBeLessThanOrEqual(mostMs)
          const drawnMs = openPeriodMs(openMs, { factor, mostMs, jitter: 'full' }, opening, () => luck)
          expect(drawnMs).toBeGreaterThan(0)
          expect(drawnMs).toBeLessThanOrEqual(Math.ceil(wholeMs))
        },
      ),
    )
  })
})

describe('a breaker that does not decide', () => {
  it('refuses everything while forced open, and cannot say for how long', async () => {
    const { env, callee, refused, told } = stand({ mode: 'forced-open' })
    expect((await refused()).retryAfterMs).toBeUndefined()
    await env.advance(1e9)
    expect(await refused()).toMatchObject({ reason: 'breaker-open', definite: true })
    expect(callee.requests).toEqual([])
    expect(told()).toEqual(['opened'])
  })

  it('lets everything through while disabled, and says nothing', async () => {
    const { env, failTimes } = stand({ mode: 'disabled', failures: 1 })
    await failTimes(20)
    expect(env.records).toEqual([])
  })

  it.each(['forced-open', 'disabled'])('is the same with either engine: %s', async (mode) => {
    const { ask, env } = stand({ mode, engine: 'opossum' })
    await ask()
    expect(env.recorded('policy').map(({ what }) => what)).toEqual(mode === 'disabled' ? [] : ['opened', 'refused'])
  })
})
