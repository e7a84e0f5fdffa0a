import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import { CallError, type JsonObject } from '../../core/call.ts'
import { rateLimit } from './rate-limit.ts'
import { retry } from './retry.ts'

function stand(options: object) {
  const env = fakeEnv({ service: 'order' })
  const callee = fakeCallee()
  const call = rateLimit.create(rateLimit.options.parse(options), aSite('door'))(callee.call, env)
  const ask = (body: JsonObject) =>
    call(aRequest({ operation: 'place', effect: 'order', body }), aSignal()).catch((error: unknown) => error)
  return { env, callee, call, ask }
}

describe('a rate limit', () => {
  it('refuses at once what is over it, and says when to come again', async () => {
    const { env, callee, ask } = stand({ ratePerSecond: 10, burst: 2 })
    expect([await ask({ account: 'ada' }), await ask({ account: 'ada' })]).toEqual([OK, OK])
    await env.advance(40)
    const error = await ask({ account: 'ada' })
    expect(error).toBeInstanceOf(CallError)
    expect(error).toMatchObject({ reason: 'too-many-requests', definite: true, status: 429, retryAfterMs: 60 })
    expect(env.recorded('policy')).toEqual([
      {
        type: 'policy',
        policy: 'rate-limit',
        edge: 'door',
        what: 'refused',
        detail: 'ada: over the limit',
        amount: 60,
        purchase: 'p-1',
        effect: 'order',
      },
    ])
    await env.advance(60)
    expect(await ask({ account: 'ada' })).toBe(OK)
    expect(callee.requests).toHaveLength(3)
    expect(env.timers()).toBe(0)
  })

  it('is one for each account', async () => {
    const { ask } = stand({ ratePerSecond: 1, burst: 1 })
    expect([await ask({ account: 'ada' }), await ask({ account: 'bob' })]).toEqual([OK, OK])
    expect(await ask({ account: 'ada' })).toBeInstanceOf(CallError)
  })

  it('takes all who give no proper account for one', async () => {
    const nameless: JsonObject[] = [
      { account: 7 },
      { account: null },
      { account: 'x'.repeat(101) },
      { account: 'nobody' },
    ]
    const { ask } = stand({ ratePerSecond: 1, burst: 1 })
    expect(await ask({})).toBe(OK)
    for (const body of nameless) expect(await ask(body)).toMatchObject({ detail: 'nobody: over the limit' })
  })

  it('can be one for everybody', async () => {
    const { ask } = stand({ ratePerSecond: 1, burst: 1, per: 'everybody' })
    expect(await ask({ account: 'ada' })).toBe(OK)
    expect(await ask({ account: 'bob' })).toMatchObject({ detail: 'everybody: over the limit' })
  })

  it('at an edge has its retry wait as long as it says', async () => {
    const { env, call } = stand({ ratePerSecond: 2, burst: 1, per: 'everybody' })
    const patient = retry.create(retry.options.parse({ baseDelayMs: 1 }), aSite())(call, env)
    const heardAtMs: number[] = []
    for (let i = 0; i < 2; i++) void patient(aRequest(), aSignal()).then(() => heardAtMs.push(env.clock.nowMs()))
    await env.advance(10_000)
    expect(heardAtMs).toEqual([0, 500])
  })
})
