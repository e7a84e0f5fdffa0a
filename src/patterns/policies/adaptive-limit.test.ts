import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CALL_ERRORS, CallError, type CallErrorReason } from '../../core/call.ts'
import { adaptiveLimit } from './adaptive-limit.ts'
import { NOT_NEEDED } from './not-needed.ts'

function stand(options: object = {}) {
  const env = fakeEnv({ service: 'order' })
  const callee = fakeCallee(async ({ body }, _index, signal) => {
    await env.clock.sleep(Number(body.inMs), signal)
    if (body.reason) throw new CallError(body.reason as CallErrorReason)
    if (body.bug) throw new TypeError('a bug')
    return OK
  })
  const call = adaptiveLimit.create(adaptiveLimit.options.parse(options), aSite())(callee.call, env)
  const heard: unknown[] = []
  function ask(inMs: number, how: { reason?: CallErrorReason; bug?: boolean } = {}, signal = aSignal()) {
    call(aRequest({ body: { inMs, ...how } }), signal).then(
      () => heard.push('ok'),
      (error: unknown) => heard.push(error instanceof CallError ? error.reason : error),
    )
  }
  /** How many calls are let through at once now. */
  async function room(): Promise<number> {
    const before = callee.requests.length
    const refused = () => heard.filter((each) => each === 'limit-reached').length
    const refusedBefore = refused()
    while (refused() === refusedBefore) {
      ask(0, { reason: 'refused' })
      await drain()
    }
    await env.advance(0)
    return callee.requests.length - before
  }
  const told = (word: string) => env.recorded('policy').filter(({ what }) => what === word)
  return { env, callee, ask, heard, room, told }
}

describe('over the limit', () => {
  it('refuses at once, definitely, and says how many calls there are', async () => {
    const { env, callee, ask, heard, told } = stand({ initial: 3 })
    for (let i = 0; i < 4; i++) ask(50)
    await drain()
    expect(heard).toEqual(['limit-reached'])
    expect(callee.requests).toHaveLength(3)
    expect(told('refused')).toMatchObject([{ edge: 'order→payment', detail: '3 calls at once', effect: 'deduct' }])
    await env.advance(50)
    ask(50)
    await drain()
    expect(callee.requests).toHaveLength(4)
  })

  it.each(Object.keys(CALL_ERRORS) as CallErrorReason[])(
    '%s shrinks the limit only if it says "too much"',
    async (reason) => {
      const { env, ask, room } = stand({ initial: 10, backOff: 0.5 })
      for (let i = 0; i < 10; i++) ask(10, { reason })
      await env.advance(10)
      const tooMuch = ['timeout', 'reset', 'server-error', 'too-many-requests'].includes(reason)
      expect(await room()).toBe(tooMuch ? 5 : 10)
    },
  )

  it.each([
    ['the slower request of a hedge', NOT_NEEDED, 10],
    ['a call that timeout gave up', new CallError('timeout', 'abandoned'), 5],
  ])('aborted, %s', async (_, reason, room) => {
    const standing = stand({ initial: 10, backOff: 0.5 })
    const caller = new AbortController()
    standing.ask(100, {}, caller.signal)
    await standing.env.advance(10)
    caller.abort(reason)
    await drain()
    expect(await standing.room()).toBe(room)
  })
})

it.each([2, 60])('finds out what a dependency can bear, beginning at %i', async (initial) => {
  const env = fakeEnv({ service: 'order' })
  // Eight calls at once, 20 ms each; the others queue there, in order.
  const freeAtMs = Array.from({ length: 8 }, () => 0)
  const callee = fakeCallee(async () => {
    const next = freeAtMs.indexOf(Math.min(...freeAtMs))
    freeAtMs[next] = Math.max(env.clock.nowMs(), freeAtMs[next]!) + 20
    await env.clock.sleep(freeAtMs[next]! - env.clock.nowMs())
    return OK
  })
  const call = adaptiveLimit.create(adaptiveLimit.options.parse({ initial }), aSite())(callee.call, env)
  for (let i = 0; i < 2_000; i++) {
    // Twice of what it can do, in small bursts: 16 calls in 20 ms.
    for (let n = 0; n < 4; n++) call(aRequest(), aSignal()).catch(() => undefined)
    await env.advance(5)
  }
  const limits = env.recorded('policy').filter(({ what }) => what === 'limit')
  const last = limits.at(-1)!.amount
  expect(last).toBeGreaterThanOrEqual(9)
  expect(last).toBeLessThanOrEqual(18)
  // Of the 10,000 ms / 20 ms × 8 calls that it could do, hardly any was lost.
  expect(callee.requests.length).toBeGreaterThan(0.9 * (10_000 / 20) * 8)
})

describe('the journal', () => {
  it('hears of a limit that moves at most once a second', async () => {
    const { env, ask, told } = stand({ initial: 4, most: 100 })
    for (let i = 0; i < 300; i++) {
      for (let n = 0; n < 4; n++) ask(10)
      await env.advance(10)
    }
    const limits = told('limit')
    expect(limits.length).toBeGreaterThan(0)
    expect(limits.length).toBeLessThanOrEqual(4)
    expect(limits[0]).toMatchObject({
      policy: 'adaptive-limit',
      detail: expect.stringMatching(/^4 to \d+ calls at once$/),
    })
    for (const { amount } of limits) expect(amount).toBeGreaterThan(4)
  })
})

it('loses no permit, whatever ends how, aborted or not', async () => {
  const reasons = Object.keys(CALL_ERRORS) as CallErrorReason[]
  const step = fc.record({
    inMs: fc.nat(300),
    reason: fc.option(fc.constantFrom(...reasons), { nil: undefined }),
    bug: fc.boolean(),
    abortInMs: fc.option(fc.nat(300), { nil: undefined }),
    pauseMs: fc.nat(40),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.nat(10),
      fc.nat(10),
      fc.array(step, { maxLength: 80 }),
      async (least, above, more, steps) => {
        const [initial, most] = [least + above, least + above + more]
        const { env, callee, ask, heard, room, told } = stand({ least, initial, most })
        for (const { inMs, reason, bug, abortInMs, pauseMs } of steps) {
          const caller = new AbortController()
          ask(inMs, { ...(reason && { reason }), bug }, caller.signal)
          if (abortInMs !== undefined)
            void env.clock.sleep(abortInMs).then(() => caller.abort(new CallError('timeout')))
          await env.advance(pauseMs)
          expect(callee.requests.length - (heard.length - told('refused').length)).toBeLessThanOrEqual(most)
        }
        await env.advance(1_000)
        expect(heard).toHaveLength(steps.length)
        expect(env.timers()).toBe(0)
        // Every permit is back: as many calls fit in as the limit says, and that is within its bounds.
        const free = await room()
        expect(free).toBeGreaterThanOrEqual(least)
        expect(free).toBeLessThanOrEqual(most)
      },
    ),
    { numRuns: 60 },
  )
})

it('says what its options cannot be', () => {
  for (const wrong of [{ initial: 5, least: 6 }, { initial: 300 }, { leastQueued: 7 }, { backOff: 1 }])
    expect(adaptiveLimit.options.safeParse(wrong).success).toBe(false)
})
