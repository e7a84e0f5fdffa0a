import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type Reply, type Request } from '../../core/call.ts'
import { timeout } from './timeout.ts'

const unhandled: unknown[] = []
const remember = (reason: unknown) => unhandled.push(reason)
beforeEach(() => process.on('unhandledRejection', remember))
afterEach(() => {
  process.off('unhandledRejection', remember)
  expect(unhandled.splice(0)).toEqual([])
})

/** A call whose answer is `settle(after `inMs`)`; the test turns the clock. */
function begin(inMs: number, how: 'reply' | Error, options = {}, request: Partial<Request> = {}) {
  const env = fakeEnv({ service: 'order' })
  const callee = fakeCallee(async (_request, _index, signal): Promise<Reply> => {
    await env.clock.sleep(inMs, signal)
    if (how === 'reply') return OK
    throw how
  })
  const layer = timeout.create(timeout.options.parse({ afterMs: 100, ...options }), aSite())
  const heard: (Reply | Error)[] = []
  const call = layer(callee.call, env)
  call(aRequest(request), aSignal()).then(
    (reply) => heard.push(reply),
    (error: Error) => heard.push(error),
  )
  const told = () => env.recorded('policy').map(({ what, detail }) => `${what}: ${detail}`)
  return { env, callee, call, heard, told }
}

describe('timeout', () => {
  it('gives the answer that comes in time', async () => {
    const { env, heard, told } = begin(99, 'reply')
    await env.advance(99)
    expect(heard).toEqual([OK])
    expect(env.timers()).toBe(0)
    await env.advance(100_000)
    expect(told()).toEqual([])
  })

  it('gives the error that comes in time', async () => {
    const reset = new CallError('reset')
    const { env, heard } = begin(99, reset)
    await env.advance(99)
    expect(heard).toEqual([reset])
    expect(env.timers()).toBe(0)
  })

  it('lets the caller go after the time, with the outcome unknown', async () => {
    const { env, heard } = begin(101, 'reply')
    await env.advance(99)
    expect(heard).toEqual([])
    await env.advance(1)
    expect(heard).toEqual([expect.objectContaining({ reason: 'timeout', definite: false, transient: true })])
  })

  it('lets the call go on, and records its late answer', async () => {
    const { env, callee, heard, told } = begin(5_000, 'reply')
    await env.advance(4_999)
    expect(callee.signals[0]?.aborted).toBe(false)
    await env.advance(1)
    expect(told()).toEqual(['timeout: no answer in 100 ms', 'late-answer: 200'])
    expect(heard).toHaveLength(1)
    expect(env.timers()).toBe(0)
  })

  it('records a late refusal as the answer it is, and a late reset as none', async () => {
    const refused = begin(5_000, new CallError('refused', 'insufficient_stock'))
    await refused.env.advance(5_000)
    expect(refused.told()).toContain('late-answer: refused')
    const reset = begin(5_000, new CallError('reset'))
    await reset.env.advance(5_000)
    expect(reset.told()).toEqual(['timeout: no answer in 100 ms'])
    expect([...refused.env.failures, ...reset.env.failures]).toEqual([])
  })

  it('aborts the call when it has gone on for too long', async () => {
    const { env, callee, told } = begin(31_000, 'reply')
    await env.advance(29_999)
    expect(callee.signals[0]?.aborted).toBe(false)
    await env.advance(1)
    expect(callee.signals[0]?.aborted).toBe(true)
    expect(callee.signals[0]?.reason).toMatchObject({ reason: 'timeout' })
    expect(told()).toEqual(['timeout: no answer in 100 ms', 'abandoned: the call was aborted'])
    expect(env.timers()).toBe(0)
    expect(env.failures).toEqual([])
  })

  it('can abort the call as soon as the caller goes', async () => {
    const { env, callee } = begin(200, 'reply', { abandonAfterMs: 100 })
    await env.advance(100)
    expect(callee.signals[0]?.aborted).toBe(true)
    expect(env.timers()).toBe(0)
  })

  it('waits no longer than the deadline', async () => {
    const { env, heard } = begin(90, 'reply', {}, { deadlineAtMs: 40 })
    await env.advance(39)
    expect(heard).toEqual([])
    await env.advance(1)
    expect(heard).toEqual([expect.objectContaining({ reason: 'timeout' })])
    await env.advance(50)
    expect(env.recorded('policy').at(-1)).toMatchObject({ what: 'late-answer' })
  })

  it('starts nothing after the deadline', async () => {
    const { env, callee, heard } = begin(10, 'reply', {}, { deadlineAtMs: 0 })
    await env.advance(0)
    expect(heard).toEqual([expect.objectContaining({ reason: 'deadline-passed', definite: true })])
    expect(callee.requests).toHaveLength(0)
    expect(env.timers()).toBe(0)
  })

  it('lets no bug go unnoticed, however late', async () => {
    const late = begin(5_000, new TypeError('a late bug'))
    await late.env.advance(5_000)
    expect(late.env.failures).toEqual([new TypeError('a late bug')])
    expect(late.env.backgrounds).toEqual(['late-answer'])
  })

  it('lets no bug go unnoticed in a call that was aborted', async () => {
    const env = fakeEnv()
    const bug = new TypeError('a bug on the way out')
    const callee = fakeCallee(
      (_request, _index, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(bug))),
    )
    const layer = timeout.create({ afterMs: 100, abandonAfterMs: 200 }, aSite())
    const answer = layer(callee.call, env)(aRequest(), aSignal())
    answer.catch(() => undefined)
    await env.advance(199)
    expect(env.failures).toEqual([])
    await env.advance(1)
    expect(env.failures).toEqual([bug])
  })

  it('listens once to a signal that outlives its calls', async () => {
    const env = fakeEnv()
    const layer = timeout.create({ afterMs: 100, abandonAfterMs: 200 }, aSite())
    const signal = aSignal()
    const call = layer(
      fakeCallee(async () => {
        await env.clock.sleep(10)
        return OK
      }).call,
      env,
    )
    for (let i = 0; i < 10; i++) {
      const answer = call(aRequest(), signal)
      await env.advance(10)
      await answer
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  })

  it('tells the caller something by its time, whatever the call does, and leaves nothing behind', async () => {
    const errors = [new CallError('reset'), new CallError('refused'), new CallError('server-error')]
    await fc.assert(
      fc.asyncProperty(
        fc.nat(400),
        fc.constantFrom<'reply' | Error>('reply', ...errors),
        fc.integer({ min: 1, max: 200 }),
        fc.nat(200),
        fc.option(fc.nat(300), { nil: Number.POSITIVE_INFINITY }),
        async (inMs, how, afterMs, moreMs, deadlineAtMs) => {
          const { env, heard, callee } = begin(
            inMs,
            how,
            { afterMs, abandonAfterMs: afterMs + moreMs },
            { deadlineAtMs },
          )
          await env.advance(Math.min(afterMs, deadlineAtMs))
          expect(heard).toHaveLength(1)
          await env.advance(1_000)
          expect(heard).toHaveLength(1)
          expect(env.timers()).toBe(0)
          expect(callee.requests).toHaveLength(deadlineAtMs > 0 ? 1 : 0)
          expect(env.failures).toEqual([])
          expect(env.recorded('policy').filter(({ what }) => what === 'timeout').length).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('refuses to abandon before the caller goes', () => {
    expect(timeout.options.safeParse({ afterMs: 200, abandonAfterMs: 100 }).success).toBe(false)
    expect(timeout.options.safeParse({}).success).toBe(false)
    expect(timeout.options.parse({ afterMs: 200 }).abandonAfterMs).toBe(30_000)
  })
})
