/** What every policy of the catalogue must do, whatever else it does. */

import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type JsonObject } from '../../core/call.ts'
import { POLICY_WORDS } from '../../core/event.ts'
import { POLICIES } from './catalogue.ts'

/** Options for the policies that cannot do without. */
const OPTIONS: Readonly<Record<string, JsonObject>> = {
  timeout: { afterMs: 100 },
  bulkhead: { permits: 1 },
  'shared-pool': { permits: 1 },
  'rate-limit': { ratePerSecond: 10, burst: 10 },
  fallback: { answer: 'pending' },
}

/** What an event about a policy may say; reports and dashboards know these words. */
const WORDS = Object.keys(POLICY_WORDS)

const EDGE = 'order→payment'

function stand(name: string, answer?: Parameters<typeof fakeCallee>[0]) {
  const policy = POLICIES[name]!
  const env = fakeEnv({ service: 'order' })
  const callee = fakeCallee(answer)
  const call = policy.create(policy.options.parse(OPTIONS[name] ?? {}), aSite(EDGE))(callee.call, env)
  return { env, callee, call }
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

  it('passes a success through untouched, the request too', async () => {
    const { env, callee, call } = stand(name)
    const request = aRequest({ key: 'k-1', deadlineAtMs: 10_000 })
    expect(await call(request, aSignal())).toBe(OK)
    expect(callee.requests).toEqual([request])
    expect(env.records).toEqual([])
    expect(env.timers()).toBe(0)
  })

  it('passes a business refusal through once', async () => {
    const refusal = new CallError('refused', 'insufficient_stock', { status: 409 })
    const { env, callee, call } = stand(name, () => Promise.reject(refusal))
    await expect(call(aRequest(), aSignal())).rejects.toBe(refusal)
    expect(callee.requests).toHaveLength(1)
    expect(env.records).toEqual([])
    expect(env.timers()).toBe(0)
  })

  it('never swallows an unexpected exception, and does not try again after one', async () => {
    const bug = new TypeError('a bug')
    const { env, callee, call } = stand(name, () => Promise.reject(bug))
    for (let i = 0; i < 10; i++) await expect(call(aRequest(), aSignal())).rejects.toBe(bug)
    expect(callee.requests).toHaveLength(10)
    expect(env.timers()).toBe(0)
  })

  it('does not start a call whose signal is aborted already', async () => {
    const { callee, call } = stand(name)
    const reason = new CallError('timeout', 'nobody waits')
    await expect(call(aRequest(), AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(callee.requests).toHaveLength(0)
  })

  it('hands an abort on to a call that runs, and stops', async () => {
    const reason = new CallError('timeout', 'nobody waits')
    const { env, callee, call } = stand(
      name,
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
    const { env, call } = stand(name, (_request, index) =>
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
