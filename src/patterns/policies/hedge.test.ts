import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv } from '../../../test/support/fake-env.ts'
import { CallError, type CallErrorReason, type Reply, type Request } from '../../core/call.ts'
import { hedge } from './hedge.ts'

const KEYED: Partial<Request> = { key: 'k-1' }
const reply = (from: number): Reply => ({ status: 200, body: { from } })

/** A hedge whose edge has answered so many calls in 10 ms each, in front of calls that the test settles one by one. */
async function stand(options: object = {}, { warm = 20, keyed = true } = {}) {
  const env = fakeEnv({ service: 'order' })
  const state = { warm: true }
  const running: { answer(): Promise<void>; fail(error?: CallErrorReason | Error): Promise<void> }[] = []
  const callee = fakeCallee(async (_request, index, signal) => {
    if (state.warm) {
      await env.clock.sleep(10)
      return reply(index)
    }
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    signal.addEventListener('abort', () => reject(signal.reason))
    const mine = running.length
    running.push({
      async answer() {
        resolve(reply(mine))
        await drain()
      },
      async fail(error = 'server-error') {
        reject(error instanceof Error ? error : new CallError(error))
        await drain()
      },
    })
    return promise
  })
  const call = hedge.create(hedge.options.parse(options), aSite('order→payment', keyed))(callee.call, env)
  for (let i = 0; i < warm; i++) {
    const answer = call(aRequest(KEYED), aSignal())
    await env.advance(10)
    await answer
  }
  state.warm = false
  callee.requests.length = 0
  callee.signals.length = 0

  /** Asks; what the caller has heard so far is in `heard`. */
  function ask(about: Partial<Request> = KEYED, signal = aSignal()) {
    const heard: (Reply | Error)[] = []
    call(aRequest(about), signal).then(
      (answer) => heard.push(answer),
      (error: Error) => heard.push(error),
    )
    return heard
  }
  const told = () => env.recorded('policy').map(({ what, amount }) => (amount === undefined ? what : [what, amount]))
  return { env, callee, running, ask, told }
}

describe('a slow request', () => {
  it('is sent again after the 95th percentile, with the same key and the next attempt', async () => {
    const { env, callee, ask, told } = await stand()
    ask({ ...KEYED, attempt: 3 })
    await env.advance(9)
    expect(callee.requests).toHaveLength(1)
    await env.advance(1)
    expect(callee.requests.map(({ key, attempt }) => [key, attempt])).toEqual([
      ['k-1', 3],
      ['k-1', 4],
    ])
    expect(told()).toEqual([['hedged', 10]])
    await env.advance(60_000)
    expect(callee.requests).toHaveLength(2)
  })

  it.each([0, 1])('is answered by the first positive answer (request %i), and the other is aborted', async (winner) => {
    const { env, callee, running, ask, told } = await stand()
    const heard = ask()
    await env.advance(10)
    await running[winner]!.answer()
    expect(heard).toEqual([reply(winner)])
    expect(callee.signals.map(({ aborted }) => aborted)).toEqual([winner === 1, winner === 0])
    expect(told()).toEqual(winner === 1 ? [['hedged', 10], 'hedge-won'] : [['hedged', 10]])
    expect(env.failures).toEqual([])
    expect(env.timers()).toBe(0)
  })

  it.each<CallErrorReason>(['in-progress', 'timeout', 'connection-refused'])(
    'waits for the other request after %s',
    async (reason) => {
      for (const failing of [0, 1]) {
        const { env, running, ask } = await stand()
        const heard = ask()
        await env.advance(10)
        await running[failing]!.fail(reason)
        expect(heard).toEqual([])
        await running[1 - failing]!.answer()
        expect(heard).toEqual([reply(1 - failing)])
      }
    },
  )

  it('takes a business refusal for an answer', async () => {
    const { env, callee, running, ask } = await stand()
    const heard = ask()
    await env.advance(10)
    await running[1]!.fail('refused')
    expect(heard).toMatchObject([{ reason: 'refused' }])
    expect(callee.signals[0]!.aborted).toBe(true)
  })

  it.each<[CallErrorReason, CallErrorReason, CallErrorReason]>([
    ['connection-refused', 'breaker-open', 'connection-refused'],
    ['connection-refused', 'timeout', 'timeout'],
    ['timeout', 'connection-refused', 'timeout'],
    ['reset', 'timeout', 'reset'],
  ])('failing twice, %s and %s, says %s, whichever came first', async (one, two, verdict) => {
    for (const order of [[0, 1] as const, [1, 0] as const]) {
      const { env, running, ask } = await stand()
      const heard = ask()
      await env.advance(10)
      for (const which of order) await running[which]!.fail([one, two][which]!)
      expect(heard).toMatchObject([{ reason: verdict }])
    }
  })

  it('lets a bug through at once, and does not lose one of a request that nobody waits for', async () => {
    const bug = new TypeError('a bug')
    const { env, running, ask } = await stand()
    const heard = ask()
    await env.advance(10)
    await running[1]!.fail(bug)
    expect(heard).toEqual([bug])

    const late = fakeEnv()
    const gate = Promise.withResolvers<Reply>()
    const callee = fakeCallee((_request, index) => (index === 1 ? gate.promise : reply(index)))
    const layer = hedge.create(hedge.options.parse({ minimumCalls: 1, mostShare: 1, leastMs: 0 }), aSite())
    const call = layer(callee.call, late)
    await call(aRequest(KEYED), aSignal())
    const answer = call(aRequest(KEYED), aSignal())
    await late.advance(0)
    expect(callee.requests).toHaveLength(3)
    await answer
    gate.reject(bug)
    await drain()
    expect(late.failures).toEqual([bug])
  })

  it('hands its abort on to both', async () => {
    const { env, callee, ask } = await stand()
    const caller = new AbortController()
    const heard = ask(KEYED, caller.signal)
    await env.advance(10)
    const gone = new CallError('timeout', 'gone')
    caller.abort(gone)
    await drain()
    expect(heard).toEqual([gone])
    expect(callee.signals.every(({ aborted }) => aborted)).toBe(true)
  })
})

describe('no second request', () => {
  const count = async (standing: Awaited<ReturnType<typeof stand>>, about: Partial<Request>) => {
    standing.ask(about)
    await standing.env.advance(10_000)
    return standing.callee.requests.length
  }

  it('is sent for what may not be done twice', async () => {
    expect(await count(await stand({}, { keyed: false }), KEYED)).toBe(1)
    expect(await count(await stand(), {})).toBe(1)
    expect(await count(await stand(), { operation: 'query' })).toBe(2)
    expect(await count(await stand(), { ...KEYED, operation: 'undo' })).toBe(2)
  })

  it('is sent before enough calls were measured', async () => {
    expect(await count(await stand({}, { warm: 19 }), KEYED)).toBe(1)
  })

  it('is sent at or after the deadline', async () => {
    const standing = await stand()
    const nowMs = standing.env.clock.nowMs()
    expect(await count(standing, { ...KEYED, deadlineAtMs: nowMs + 10 })).toBe(1)
  })

  it('is sent after a failure: that is the part of retry', async () => {
    const standing = await stand()
    const heard = standing.ask()
    await drain()
    await standing.running[0]!.fail('reset')
    await standing.env.advance(1_000)
    expect(heard).toMatchObject([{ reason: 'reset' }])
    expect(standing.callee.requests).toHaveLength(1)
  })

  it('is sent sooner than leastMs, or later than mostMs', async () => {
    const late = await stand({ leastMs: 50 })
    late.ask()
    await late.env.advance(49)
    expect(late.callee.requests).toHaveLength(1)
    await late.env.advance(1)
    expect(late.callee.requests).toHaveLength(2)
    const soon = await stand({ leastMs: 1, mostMs: 3 })
    soon.ask()
    await soon.env.advance(3)
    expect(soon.callee.requests).toHaveLength(2)
  })
})

it('never hedges more than its share, whatever happens, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ inMs: fc.nat(100), fails: fc.boolean(), pauseMs: fc.nat(30) }), { maxLength: 120 }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      async (calls, mostShare) => {
        const env = fakeEnv()
        let sent = 0
        let heard = 0
        const callee = fakeCallee(async ({ body }, _index, signal) => {
          sent += 1
          await env.clock.sleep(Number(body.inMs), signal)
          if (body.fails) throw new CallError('reset')
          return reply(0)
        })
        const layer = hedge.create(hedge.options.parse({ minimumCalls: 5, leastMs: 0, mostShare }), aSite())
        const call = layer(callee.call, env)
        for (const { inMs, fails, pauseMs } of calls) {
          call(aRequest({ ...KEYED, body: { inMs, fails } }), aSignal()).then(
            () => (heard += 1),
            () => (heard += 1),
          )
          await env.advance(pauseMs)
        }
        await env.advance(1_000)
        expect(heard).toBe(calls.length)
        expect(sent - calls.length).toBeLessThanOrEqual(Math.ceil(mostShare * calls.length))
        expect(sent - calls.length).toBe(env.recorded('policy').filter(({ what }) => what === 'hedged').length)
        expect(env.timers()).toBe(0)
        expect(env.failures).toEqual([])
      },
    ),
    { numRuns: 60 },
  )
})

it('says what its options cannot be', () => {
  expect(hedge.options.safeParse({ leastMs: 20, mostMs: 10 }).success).toBe(false)
  expect(hedge.options.safeParse({ percentile: 1 }).success).toBe(false)
})
