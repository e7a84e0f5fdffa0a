/** What every policy of the catalogue must do, whatever else it does, and whichever world it is in. */

import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { WORLDS, type World } from '../../../test/support/two-worlds.ts'
import { type Call, CallError, ConnectionLost, type JsonObject, type Request } from '../../core/call.ts'
import { POLICY_WORDS } from '../../core/event.ts'
import { POLICIES } from './catalogue.ts'

/** Options for the policies that cannot do without. */
const OPTIONS: Readonly<Record<string, JsonObject>> = {
  // The wire of the real world takes real time, on a busy machine a lot of it.
  timeout: { afterMs: 5_000 },
  bulkhead: { permits: 1 },
  'shared-pool': { permits: 1 },
  'rate-limit': { ratePerSecond: 10, burst: 10 },
  fallback: { answer: 'pending' },
}

/** What an event about a policy may say; reports and dashboards know these words. */
const WORDS = Object.keys(POLICY_WORDS)

const EDGE = 'order→payment'

type Answer = Parameters<typeof fakeCallee>[0]

function layerOf(name: string) {
  const policy = POLICIES[name]!
  return policy.create(policy.options.parse(OPTIONS[name] ?? {}), aSite(EDGE))
}

function standIn({ clock }: World, name: string, answer?: Answer) {
  const env = fakeEnv({ service: 'order', clock: clock() })
  const callee = fakeCallee(answer)
  return { env, callee, call: layerOf(name)(callee.call, env) }
}

describe.each(Object.entries(POLICIES))('%s', (name, policy) => {
  it('is known by its own name, with one line about it', () => {
    expect(policy.name).toBe(name)
    expect(policy.name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(policy.summary).toMatch(/^[A-Z].{10,110}\.$/)
  })

  it('refuses an option that it does not have', () => {
    expect(policy.options.safeParse({ ...OPTIONS[name], surprise: 1 }).success).toBe(false)
    expect(policy.options.safeParse(OPTIONS[name] ?? {}).success).toBe(true)
  })
})

/** Each policy in each world. */
const PLACES = WORLDS.flatMap((world) => Object.keys(POLICIES).map((name) => ({ name, world })))

describe.each(PLACES)('$name in $world.name', ({ name, world }) => {
  const stand = (answer?: Answer) => standIn(world, name, answer)

  it('passes a success through untouched, the request too', async () => {
    const { env, callee, call } = stand()
    const request = aRequest({ key: 'k-1', deadlineAtMs: env.clock.nowMs() + 10_000 })
    expect(await call(request, aSignal())).toBe(OK)
    expect(callee.requests).toEqual([request])
    expect(env.records).toEqual([])
    expect(env.timers()).toBe(0)
  })

  it('passes a business refusal through once', async () => {
    const refusal = new CallError('refused', 'insufficient_stock', { status: 409 })
    const { env, callee, call } = stand(() => Promise.reject(refusal))
    await expect(call(aRequest(), aSignal())).rejects.toBe(refusal)
    expect(callee.requests).toHaveLength(1)
    expect(env.records).toEqual([])
    expect(env.timers()).toBe(0)
  })

  it('never swallows an unexpected exception, and does not try again after one', async () => {
    const bug = new TypeError('a bug')
    const { env, callee, call } = stand(() => Promise.reject(bug))
    for (let i = 0; i < 10; i++) await expect(call(aRequest(), aSignal())).rejects.toBe(bug)
    expect(callee.requests).toHaveLength(10)
    expect(env.timers()).toBe(0)
  })

  it('does not start a call whose signal is aborted already', async () => {
    const { callee, call } = stand()
    const reason = new CallError('timeout', 'nobody waits')
    await expect(call(aRequest(), AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(callee.requests).toHaveLength(0)
  })

  it('hands an abort on to a call that runs, and stops', async () => {
    const reason = new CallError('timeout', 'nobody waits')
    const { env, callee, call } = stand(
      (_request, _index, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
    )
    const caller = new AbortController()
    const answer = call(aRequest(), caller.signal)
    answer.catch(() => undefined)
    await drain()
    caller.abort(reason)
    await expect(answer).rejects.toBe(reason)
    expect(callee.requests).toHaveLength(1)
    expect(env.timers()).toBe(0)
  })

  it('leaves no timer and no failed work behind, and records only what can be read', async () => {
    // Every third call works, the others fail in each of the ways in which a dependency can.
    const reasons = [
      'timeout',
      'reset',
      'server-error',
      'connection-refused',
      'in-progress',
      'too-many-requests',
    ] as const
    const { env, call } = stand((_request, index) =>
      index % 3 === 2 ? OK : Promise.reject(new CallError(reasons[index % reasons.length]!)),
    )
    for (let i = 0; i < 30; i++) {
      const answer = call(aRequest({ purchase: `p-${i}` }), aSignal())
      answer.catch((error: unknown) => expect(error).toBeInstanceOf(CallError))
      await env.advance(10_000)
    }
    expect(env.timers()).toBe(0)
    expect(env.failures).toEqual([])
    for (const event of env.records) {
      expect(event).toMatchObject({ type: 'policy', policy: name, edge: EDGE, effect: 'deduct' })
      expect(event).toHaveProperty(
        'what',
        expect.toSatisfy((word: string) => WORDS.includes(word)),
      )
      expect(event).toHaveProperty('purchase', expect.stringMatching(/^p-\d+$/))
      expect(event).toHaveProperty('detail', expect.any(String))
      expect(JSON.parse(JSON.stringify(event))).toEqual(event)
    }
  })
})

describe.each(PLACES)('$name over the wire of $world.name', ({ name, world }) => {
  async function standOn(handle: Call | undefined) {
    let heard = 0
    const counted: Call | undefined =
      handle &&
      ((request, signal) => {
        heard += 1
        return handle(request, signal)
      })
    const { env, call, run } = await world.line(counted)
    const through = layerOf(name)(call, env)
    const ask = (about: Partial<Request> = {}, signal = aSignal()) =>
      run(() => through(aRequest({ key: 'k-1', effect: 'charge', ...about }), signal).catch((error: unknown) => error))
    return { env, ask, heard: () => heard }
  }

  it('brings an answer home as it was given', async () => {
    const { env, ask, heard } = await standOn(async ({ body }) => ({ status: 200, body: { echo: body } }))
    expect(await ask({ body: { cents: 7, word: 'naïve ✓' } })).toMatchObject({
      status: 200,
      body: { echo: { cents: 7, word: 'naïve ✓' } },
    })
    expect(heard()).toBe(1)
    expect(env.failures).toEqual([])
  })

  it('asks once where the answer is a refusal', async () => {
    const { ask, heard } = await standOn(async () => ({ status: 422, body: { reason: 'insufficient_funds' } }))
    expect(await ask()).toMatchObject({
      name: 'CallError',
      reason: 'refused',
      detail: 'insufficient_funds',
      status: 422,
    })
    expect(heard()).toBe(1)
  })

  it('says of a service that is away, or whose answer is lost, what is known of it', async () => {
    const away = await (await standOn(undefined)).ask()
    const lost = await (
      await standOn(async () => {
        throw new ConnectionLost()
      })
    ).ask()
    // A fallback stands in.
    if (name === 'fallback') expect([away, lost]).toMatchObject([{ status: 202 }, { status: 202 }])
    else expect([away, lost]).toMatchObject([{ reason: 'connection-refused', definite: true }, { definite: false }])
  })
})
