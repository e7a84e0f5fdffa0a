import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CALL_ERRORS, CallError, type CallErrorReason, type Reply, type Request } from '../../core/call.ts'
import { retry } from './retry.ts'

const REASONS = Object.keys(CALL_ERRORS) as CallErrorReason[]

interface Trial {
  readonly options?: object
  readonly request?: Partial<Request>
  readonly seed?: number
  readonly error?: (index: number) => CallError | undefined
}

/** Runs one call to its end. `atMs`: when each attempt began. */
async function run({ options = {}, request, seed = 42, error = () => new CallError('reset') }: Trial) {
  const env = fakeEnv({ service: 'order', seed })
  const atMs: number[] = []
  const callee = fakeCallee((_request, index) => {
    atMs.push(env.clock.nowMs())
    const thrown = error(index)
    return thrown ? Promise.reject(thrown) : OK
  })
  const layer = retry.create(retry.options.parse(options), aSite())
  let heard: Reply | CallError | undefined
  layer(callee.call, env)(aRequest(request), aSignal()).then(
    (reply) => {
      heard = reply
    },
    (caught: CallError) => {
      heard = caught
    },
  )
  await env.advance(10_000_000)
  const pausesMs = atMs.slice(1).map((at, i) => at - atMs[i]!)
  return { env, callee, heard, atMs, pausesMs, attempts: callee.requests.map(({ attempt }) => attempt) }
}

describe('retry', () => {
  it('tries four times in all, and then throws the last error', async () => {
    const errors = Array.from({ length: 9 }, (_, i) => new CallError('reset', `number ${i}`))
    const { heard, attempts, env } = await run({ error: (index) => errors[index] })
    expect(attempts).toEqual([1, 2, 3, 4])
    expect(heard).toBe(errors[3])
    expect(env.recorded('policy').map(({ what, detail }) => `${what} ${detail}`)).toEqual(
      Array.from({ length: 3 }, () => 'retry reset'),
    )
  })

  it('says how long each pause is', async () => {
    const { env } = await run({ options: { jitter: 'none' } })
    expect(env.recorded('policy').map(({ amount }) => amount)).toEqual([50, 100, 200])
  })

  it('gives up with a perhaps when an earlier attempt perhaps did it', async () => {
    const lost = new CallError('reset', 'the first')
    const { heard } = await run({ error: (index) => (index === 0 ? lost : new CallError('connection-refused')) })
    expect(heard).toBe(lost)
  })

  it('passes a business refusal on as it is, whatever came before', async () => {
    const refused = new CallError('refused', 'insufficient_stock')
    const { heard, attempts } = await run({ error: (index) => (index === 0 ? new CallError('reset') : refused) })
    expect(heard).toBe(refused)
    expect(attempts).toEqual([1, 2])
  })

  it('is content with the first success', async () => {
    const { heard, attempts } = await run({ error: (index) => (index < 2 ? new CallError('timeout') : undefined) })
    expect(heard).toBe(OK)
    expect(attempts).toEqual([1, 2, 3])
  })

  it('changes nothing of the request but the attempt', async () => {
    const request = { operation: 'prepare', purchase: 'p-9', effect: 'charge', key: 'k', body: { a: 1 } } as const
    const { callee } = await run({ request })
    expect(callee.requests).toEqual([1, 2, 3, 4].map((attempt) => ({ ...request, attempt })))
  })

  it('counts on from the attempt it was given', async () => {
    const { attempts } = await run({ request: { attempt: 5 }, options: { maxAttempts: 3 } })
    expect(attempts).toEqual([5, 6, 7])
  })

  it.each(REASONS)('tries again after %s only if that may pass', async (reason) => {
    const { attempts } = await run({ error: () => new CallError(reason) })
    expect(attempts).toHaveLength(CALL_ERRORS[reason].transient ? 4 : 1)
  })

  it('doubles its pauses up to the most', async () => {
    const options = { maxAttempts: 7, baseDelayMs: 50, mostDelayMs: 500, jitter: 'none' }
    expect((await run({ options })).pausesMs).toEqual([50, 100, 200, 400, 500, 500])
  })

  it('waits at least as long as it is told to', async () => {
    const error = () => new CallError('too-many-requests', '', { retryAfterMs: 3_000 })
    const { pausesMs } = await run({ error })
    expect(pausesMs).toEqual([3_000, 3_000, 3_000])
  })

  it('starts no attempt at or after the deadline', async () => {
    const options = { baseDelayMs: 100, jitter: 'none' }
    expect((await run({ options, request: { deadlineAtMs: 301 } })).atMs).toEqual([0, 100, 300])
    const { atMs, heard, env } = await run({ options, request: { deadlineAtMs: 300 } })
    expect(atMs).toEqual([0, 100])
    expect(heard).toMatchObject({ reason: 'reset' })
    expect(env.recorded('policy')).toHaveLength(1)
    expect(env.timers()).toBe(0)
  })

  it('starts nothing where the deadline has passed already', async () => {
    const { attempts, heard } = await run({ request: { deadlineAtMs: 0 } })
    expect(attempts).toEqual([])
    expect(heard).toMatchObject({ reason: 'deadline-passed', definite: true })
  })

  it('starts no attempt when it wakes up late', async () => {
    const env = fakeEnv()
    const lost = new CallError('reset')
    const callee = fakeCallee(() => Promise.reject(lost))
    const sleepy = { ...env.clock, sleep: (ms: number, signal?: AbortSignal) => env.clock.sleep(ms + 200, signal) }
    const layer = retry.create(retry.options.parse({ jitter: 'none' }), aSite())
    const answer = layer(callee.call, { ...env, clock: sleepy })(aRequest({ deadlineAtMs: 100 }), aSignal())
    answer.catch(() => undefined)
    await env.advance(1_000)
    await expect(answer).rejects.toBe(lost)
    expect(callee.requests).toHaveLength(1)
  })

  it('stops pausing when nobody waits any more', async () => {
    const env = fakeEnv()
    const callee = fakeCallee(() => Promise.reject(new CallError('reset')))
    const caller = new AbortController()
    const layer = retry.create(retry.options.parse({ jitter: 'none' }), aSite())
    const answer = layer(callee.call, env)(aRequest(), caller.signal)
    answer.catch(() => undefined)
    await env.advance(10)
    const reason = new CallError('timeout', 'abandoned')
    caller.abort(reason)
    await expect(answer).rejects.toBe(reason)
    expect(callee.requests).toHaveLength(1)
    expect(env.timers()).toBe(0)
  })

  it('does not try again for a caller that left while it tried', async () => {
    const env = fakeEnv()
    const caller = new AbortController()
    const cutOff = new CallError('reset')
    const callee = fakeCallee(() => {
      caller.abort(new CallError('timeout', 'abandoned'))
      return Promise.reject(cutOff)
    })
    const layer = retry.create(retry.options.parse({}), aSite())
    await expect(layer(callee.call, env)(aRequest(), caller.signal)).rejects.toBe(cutOff)
    expect(env.records).toEqual([])
  })

  it('pauses alike for the same key, whatever else happens, and differently elsewhere', async () => {
    const once = await run({})
    expect((await run({})).pausesMs).toEqual(once.pausesMs)
    expect((await run({ seed: 43 })).pausesMs).not.toEqual(once.pausesMs)
    expect((await run({ request: { purchase: 'p-2' } })).pausesMs).not.toEqual(once.pausesMs)
    expect(new Set(once.pausesMs.map((pause, i) => pause / 2 ** i)).size).toBe(3)
  })

  it('never exceeds its attempts, its pauses or the deadline', async () => {
    const anError = fc.option(
      fc.record({ reason: fc.constantFrom(...REASONS), retryAfterMs: fc.option(fc.nat(2_000), { nil: 0 }) }),
      { nil: undefined, freq: 6 },
    )
    const options = fc.record({
      maxAttempts: fc.integer({ min: 1, max: 8 }),
      baseDelayMs: fc.nat(500),
      mostDelayMs: fc.nat(2_000),
      jitter: fc.constantFrom('full', 'none'),
    })
    await fc.assert(
      fc.asyncProperty(
        options,
        fc.array(anError, { minLength: 8, maxLength: 8 }),
        fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
        fc.integer(),
        async (chosen, errors, deadlineAtMs, seed) => {
          const error = (index: number) => {
            const given = errors[index]
            return given && new CallError(given.reason, '', { retryAfterMs: given.retryAfterMs })
          }
          const request = deadlineAtMs === undefined ? {} : { deadlineAtMs }
          const { attempts, pausesMs, atMs, env } = await run({ options: chosen, error, request, seed })
          expect(attempts.length).toBeLessThanOrEqual(chosen.maxAttempts)
          for (const [i, pauseMs] of pausesMs.entries()) {
            const most = Math.min(chosen.mostDelayMs, chosen.baseDelayMs * 2 ** i)
            const least = errors[i]!.retryAfterMs
            expect(errors[i] && CALL_ERRORS[errors[i].reason].transient).toBe(true)
            expect(pauseMs).toBeGreaterThanOrEqual(least - 1e-6)
            expect(pauseMs).toBeLessThanOrEqual(Math.max(most, least) + 1e-6)
          }
          for (const at of atMs) expect(at).toBeLessThan(deadlineAtMs ?? Number.POSITIVE_INFINITY)
          expect(env.timers()).toBe(0)
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('a retry with a budget', () => {
  const options = (budget: object) => retry.options.parse({ jitter: 'none', maxAttempts: 3, budget })

  /** Requests at one moment, of which every attempt fails. */
  async function storm(requests: number, budget: object) {
    const env = fakeEnv()
    const lost = new CallError('reset')
    const callee = fakeCallee(() => Promise.reject(lost))
    const call = retry.create(options(budget), aSite())(callee.call, env)
    const heardAtMs: number[] = []
    for (let i = 0; i < requests; i++)
      call(aRequest({ purchase: `p-${i}` }), aSignal()).catch((error: unknown) => {
        expect(error).toBe(lost)
        heardAtMs.push(env.clock.nowMs())
      })
    await env.advance(10_000)
    const words = env.recorded('policy').map(({ what }) => what)
    return {
      env,
      attempts: callee.requests.length,
      heardAtMs,
      count: (word: string) => words.filter((w) => w === word).length,
    }
  }

  it('has none by default', () => {
    expect(retry.options.parse({}).budget).toBeNull()
    expect(retry.options.parse({ budget: {} }).budget).toEqual({ ratio: 0.1, floorPerSecond: 1, windowMs: 10_000 })
  })

  it('makes of a storm a tenth of one, and throws the rest at once', async () => {
    const { attempts, heardAtMs, count } = await storm(100, { ratio: 0.1, floorPerSecond: 0 })
    expect(attempts).toBe(110)
    expect([count('retry'), count('budget-exhausted')]).toEqual([10, 100])
    expect(heardAtMs.filter((at) => at === 0)).toHaveLength(90)
  })

  it('says what it would have tried again for, and takes no budget for what it would not', async () => {
    const { env } = await storm(1, { ratio: 0, floorPerSecond: 0 })
    expect(env.recorded('policy')).toMatchObject([{ what: 'budget-exhausted', detail: 'reset', purchase: 'p-0' }])
    const once = await storm(2, { ratio: 0, floorPerSecond: 0.4 })
    // Four in ten seconds: two for each.
    expect([once.count('retry'), once.count('budget-exhausted')]).toEqual([4, 0])
  })

  it('gives up with a perhaps here, too', async () => {
    const env = fakeEnv()
    const lost = new CallError('reset')
    const errors = [lost, new CallError('connection-refused')]
    const callee = fakeCallee((_request, index) => Promise.reject(errors[index]))
    const call = retry.create(options({ ratio: 1, floorPerSecond: 0 }), aSite())(callee.call, env)
    const answer = call(aRequest(), aSignal())
    answer.catch(() => undefined)
    await env.advance(1_000)
    await expect(answer).rejects.toBe(lost)
    expect(callee.requests).toHaveLength(2)
  })

  it('is for one edge: another one has its own', async () => {
    const env = fakeEnv()
    const callee = fakeCallee(() => Promise.reject(new CallError('reset')))
    for (const edge of ['order→payment', 'order→inventory'] as const) {
      const call = retry.create(options({ ratio: 1, floorPerSecond: 0 }), aSite(edge))(callee.call, env)
      call(aRequest(), aSignal()).catch(() => undefined)
    }
    await env.advance(1_000)
    expect(callee.requests).toHaveLength(4)
  })
})
