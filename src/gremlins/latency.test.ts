import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, fakeCallee, fakeEnv, OK } from '../../test/support/fake-env.ts'
import type { JsonObject, Request } from '../core/call.ts'
import { latency } from './latency.ts'

/** How long the request was held back, by turning the clock until the work began. */
async function delayMs(options: JsonObject, request: Partial<Request> = {}, seed = 42): Promise<number> {
  const env = fakeEnv({ seed })
  const { sleep } = env.clock
  const slept: number[] = []
  const clock = {
    ...env.clock,
    sleep: (ms: number, signal?: AbortSignal) => {
      slept.push(ms)
      return sleep(ms, signal)
    },
  }
  const call = latency.strike(latency.options.parse(options))(fakeCallee().call, { ...env, clock })
  const answer = call(aRequest(request), aSignal())
  await env.advance(1_000_000)
  expect(await answer).toBe(OK)
  expect(slept).toHaveLength(1)
  return slept[0]!
}

async function delays(options: JsonObject, count = 400): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => delayMs(options, { purchase: `p-${i}` })))
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const stdDev = (values: readonly number[]) => {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

describe('latency', () => {
  it('begins the work only after the delay', async () => {
    const env = fakeEnv()
    const callee = fakeCallee()
    const call = latency.strike(latency.options.parse({ fromMs: 100, toMs: 100 }))(callee.call, env)
    const answer = call(aRequest(), aSignal())
    await env.advance(99)
    expect(callee.requests).toHaveLength(0)
    await env.advance(1)
    expect(callee.requests).toHaveLength(1)
    expect(await answer).toBe(OK)
  })

  it('is not called off by a caller that gives up: the work is done late', async () => {
    const env = fakeEnv()
    const callee = fakeCallee()
    const caller = new AbortController()
    const call = latency.strike(latency.options.parse({ fromMs: 100, toMs: 100 }))(callee.call, env)
    const answer = call(aRequest(), caller.signal)
    caller.abort()
    await env.advance(100)
    expect(await answer).toBe(OK)
    expect(callee.requests).toHaveLength(1)
  })

  it('stays within its bounds and is a matter of the key alone', async () => {
    const bounds = fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 5_000 }))
    const distributions = fc.oneof(
      bounds.map(([fromMs, width]) => ({ fromMs, toMs: fromMs + width })),
      fc.record({
        distribution: fc.constant('exponential'),
        meanMs: fc.nat(9_999),
        mostMs: fc.integer({ min: 1, max: 9_999 }),
      }),
      fc.record({
        distribution: fc.constantFrom('normal', 'lognormal'),
        meanMs: fc.integer({ min: 1, max: 9_999 }),
        stdDevMs: fc.nat(9_999),
        mostMs: fc.integer({ min: 1, max: 9_999 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(
        distributions,
        fc.string(),
        fc.integer({ min: 1, max: 9 }),
        async (options, purchase, attempt) => {
          const once = await delayMs(options, { purchase, attempt })
          expect(once).toBeGreaterThanOrEqual('fromMs' in options ? options.fromMs : 0)
          expect(once).toBeLessThanOrEqual('toMs' in options ? options.toMs : options.mostMs)
          expect(await delayMs(options, { purchase, attempt })).toBe(once)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is the same for prepare, commit and do of one effect, and another one for its undo', async () => {
    const options = { fromMs: 0, toMs: 1_000 }
    const plain = await delayMs(options, { operation: 'do' })
    expect(await delayMs(options, { operation: 'prepare' })).toBe(plain)
    expect(await delayMs(options, { operation: 'commit' })).toBe(plain)
    expect(await delayMs(options, { operation: 'undo' })).not.toBe(plain)
  })

  it('is in whole microseconds', async () => {
    for (const delay of await delays({ distribution: 'exponential', meanMs: 10 }, 20)) {
      expect(Math.abs(delay * 1_000 - Math.round(delay * 1_000))).toBeLessThan(1e-6)
    }
  })

  it('has the mean and the spread that were asked for', async () => {
    const uniform = await delays({ fromMs: 100, toMs: 300 })
    expect(Math.abs(mean(uniform) - 200)).toBeLessThan(10)
    const exponential = await delays({ distribution: 'exponential', meanMs: 200 })
    expect(Math.abs(mean(exponential) - 200)).toBeLessThan(30)
    for (const distribution of ['normal', 'lognormal']) {
      const bell = await delays({ distribution, meanMs: 200, stdDevMs: 50 })
      expect(Math.abs(mean(bell) - 200)).toBeLessThan(8)
      expect(Math.abs(stdDev(bell) - 50)).toBeLessThan(8)
    }
    expect(await delays({ distribution: 'lognormal', meanMs: 200, stdDevMs: 0 }, 3)).toEqual([200, 200, 200])
  })

  it('refuses a range that ends before it begins, and options of another distribution', () => {
    const refused = [
      { fromMs: 2, toMs: 1 },
      { fromMs: -1, toMs: 1 },
      { meanMs: 10 },
      { distribution: 'exponential', meanMs: 10, stdDevMs: 1 },
      { distribution: 'lognormal', meanMs: 0, stdDevMs: 1 },
      { distribution: 'cauchy', meanMs: 10 },
    ]
    for (const options of refused) expect(latency.options.safeParse(options).success).toBe(false)
  })
})
