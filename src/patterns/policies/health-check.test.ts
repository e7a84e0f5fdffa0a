import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type JsonObject, type Reply } from '../../core/call.ts'
import { compose } from '../../core/compose.ts'
import { breaker } from './breaker.ts'
import { healthCheck } from './health-check.ts'

type Answer = 'well' | 'ill' | 'mute'

/** A breaker with a health check behind it, in front of a dependency that can be made ill. */
function stand(health: JsonObject = {}, breaking: JsonObject = {}) {
  const env = fakeEnv({ service: 'order' })
  const site = aSite()
  let answer: Answer = 'ill'
  const callee = fakeCallee((_request, _index, signal) => {
    if (answer === 'well') return OK
    if (answer === 'ill') return Promise.reject(new CallError('server-error'))
    return new Promise<Reply>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  const timing = { everyMs: 1_000, withinMs: 400, wellAfter: 3, mostMs: 20_000, ...health }
  const layers = [
    breaker.create(breaker.options.parse({ failures: 1, openMs: 10_000, trials: 1, ...breaking }), site),
    healthCheck.create(healthCheck.options.parse(timing), site),
  ]
  const call = compose(layers, callee.call, env)
  const ask = () => call(aRequest(), aSignal()).catch((error: unknown) => error)
  const probes = () => callee.requests.filter(({ effect }) => effect === 'health')
  const told = () => env.recorded('policy').flatMap(({ policy, what }) => (policy === 'breaker' ? [what] : []))
  const become = (to: Answer) => {
    answer = to
  }
  return { env, callee, ask, probes, told, become }
}

describe('a health check', () => {
  it('asks nothing while the breaker is closed', async () => {
    const { env, ask, become, probes } = stand()
    become('well')
    await ask()
    await env.advance(60_000)
    expect(probes()).toEqual([])
    expect(env.backgrounds).toEqual([])
  })

  it('asks every so often while it is open, for no purchase, and has it on record', async () => {
    const { env, ask, probes } = stand()
    await ask()
    await env.advance(2_000)
    const request = { operation: 'query', effect: 'health', purchase: 'health-check', body: {} }
    expect(probes()).toEqual([
      { ...request, attempt: 1 },
      { ...request, attempt: 2 },
    ])
    expect(env.recorded('policy').at(-1)).toEqual({
      ...{ type: 'policy', policy: 'health-check', edge: 'order→payment', what: 'probed', amount: 0 },
      ...{ detail: 'server-error', purchase: 'health-check', effect: 'health' },
    })
  })

  it('shortens the open period when enough probes in a row went well', async () => {
    const { env, ask, become, told, probes } = stand()
    await ask()
    await env.advance(1_000)
    become('well')
    await env.advance(2_000)
    expect(await ask()).toMatchObject({ reason: 'breaker-open' })
    await env.advance(1_000)
    expect(told().at(-1)).toBe('half-opened')
    expect(await ask()).toBe(OK)
    expect(told().at(-1)).toBe('closed')
    await env.advance(60_000)
    expect(probes()).toHaveLength(4)
    expect(env.timers()).toBe(0)
  })

  it('begins to count again at a probe that failed', async () => {
    const { env, ask, become, told } = stand()
    await ask()
    become('well')
    await env.advance(2_000)
    become('ill')
    await env.advance(1_000)
    become('well')
    await env.advance(2_000)
    expect(told().at(-1)).toBe('opened')
    await env.advance(1_000)
    expect(told().at(-1)).toBe('half-opened')
  })

  it('keeps the breaker open past its period while probes fail, and says so to callers', async () => {
    const { env, ask } = stand()
    await ask()
    await env.advance(12_000)
    // The next probe is due in 1,000 ms and may take 400.
    expect(await ask()).toMatchObject({ reason: 'breaker-open', retryAfterMs: 1_400 })
  })

  it('keeps it open no longer than it may, and then stops asking', async () => {
    const { env, ask, told, probes } = stand()
    await ask()
    await env.advance(19_999)
    expect(await ask()).toMatchObject({ reason: 'breaker-open', retryAfterMs: 1 })
    await env.advance(1)
    expect(probes()).toHaveLength(19)
    expect(env.timers()).toBe(0)
    await ask()
    expect(told().slice(-2)).toEqual(['half-opened', 'opened'])
  })

  it('holds nothing once the last probe went well', async () => {
    const { env, ask, become, told } = stand({ wellAfter: 100 })
    await ask()
    await env.advance(12_500)
    become('well')
    await env.advance(500)
    expect(await ask()).toBe(OK)
    expect(told().slice(-2)).toEqual(['half-opened', 'closed'])
  })

  it('takes no answer in time for a bad one, and takes the question back', async () => {
    const { env, ask, become, callee, probes } = stand()
    await ask()
    become('mute')
    await env.advance(1_399)
    expect(callee.signals.at(-1)?.aborted).toBe(false)
    await env.advance(1)
    expect(callee.signals.at(-1)?.aborted).toBe(true)
    expect(env.recorded('policy').at(-1)).toMatchObject({ what: 'probed', detail: 'timeout', amount: 0 })
    await env.advance(1_000)
    expect(probes()).toHaveLength(2)
  })

  it('ends with the open period it belongs to: never two at once', async () => {
    const { env, ask, probes } = stand({ mostMs: 5_000 })
    await ask()
    await env.advance(10_000)
    await ask()
    expect(env.backgrounds).toHaveLength(2)
    const before = probes().length
    await env.advance(5_000)
    expect(probes().length - before).toBe(5)
  })

  it('has no say any more when trials have begun while it asked', async () => {
    const { env, ask, become, told } = stand({}, { openMs: 1_200 })
    await ask()
    become('mute')
    await env.advance(1_200)
    const trial = ask()
    await env.advance(10_000)
    expect(told()).toEqual(['opened', 'half-opened'])
    expect(env.recorded('policy').filter(({ what }) => what === 'probed')).toEqual([])
    expect(env.timers()).toBe(0)
    trial.catch(() => undefined)
  })

  it('passes on what a bug throws, and ends', async () => {
    const bug = new TypeError('a bug')
    const site = aSite()
    const env = fakeEnv()
    const failing = fakeCallee(({ effect }) => Promise.reject(effect === 'health' ? bug : new CallError('reset')))
    const layers = [
      breaker.create(breaker.options.parse({ failures: 1 }), site),
      healthCheck.create(healthCheck.options.parse({}), site),
    ]
    await compose(layers, failing.call, env)(aRequest(), aSignal()).catch(() => undefined)
    await env.advance(60_000)
    expect(env.failures).toEqual([bug])
    expect(env.timers()).toBe(0)
  })

  it('is of no use without a breaker, and does no harm', async () => {
    const env = fakeEnv()
    const callee = fakeCallee()
    const call = healthCheck.create(healthCheck.options.parse({}), aSite())(callee.call, env)
    expect(await call(aRequest(), aSignal())).toBe(OK)
    expect(env.backgrounds).toEqual([])
  })
})

describe('whatever happens to a breaker with a health check', () => {
  const step = fc.oneof(
    fc.record({ become: fc.constantFrom<Answer>('well', 'ill', 'mute') }),
    fc.record({ waitMs: fc.integer({ min: 1, max: 4_000 }) }),
    fc.constant({ ask: true }),
  )

  it('is held for no longer than it may be, asks one thing at a time, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          everyMs: fc.integer({ min: 100, max: 3_000 }),
          withinMs: fc.integer({ min: 10, max: 3_000 }),
          wellAfter: fc.integer({ min: 1, max: 4 }),
          mostMs: fc.integer({ min: 1, max: 15_000 }),
        }),
        fc.array(step, { maxLength: 40 }),
        async (health, steps) => {
          const { env, ask, become, callee } = stand(health, { openMs: 4_000 })
          for (const each of steps) {
            if ('become' in each) become(each.become)
            else if ('waitMs' in each) await env.advance(each.waitMs)
            else {
              // A mute dependency would keep the test waiting.
              const answer = ask()
              await env.advance(0)
              if (env.recorded('policy').at(-1)?.what !== 'refused') continue
              const refusal = (await answer) as CallError
              expect(refusal.retryAfterMs).toBeGreaterThan(0)
              expect(refusal.retryAfterMs).toBeLessThanOrEqual(Math.max(10_000, health.mostMs))
            }
            const asking = callee.requests.filter(
              ({ effect }, index) => effect === 'health' && !callee.signals[index]?.aborted,
            )
            expect(asking.length).toBeLessThanOrEqual(1)
          }
          await env.advance(4_000 + health.mostMs + health.everyMs + health.withinMs)
          expect(env.timers()).toBe(0)
          expect(env.failures).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })
})
