import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, fakeCallee, fakeEnv } from '../../../test/support/fake-env.ts'
import { CALL_ERRORS, CallError, type CallErrorReason, OPERATIONS, type Reply, type Request } from '../../core/call.ts'
import type { PolicySite } from '../../core/pattern.ts'
import { fallback } from './fallback.ts'

const REASONS = Object.keys(CALL_ERRORS) as CallErrorReason[]

function stand(options: object, site: PolicySite, answer: Parameters<typeof fakeCallee>[0]) {
  const env = fakeEnv({ service: 'order' })
  const callee = fakeCallee(answer)
  const call = fallback.create(fallback.options.parse(options), site)(callee.call, env)
  const ask = (about: Partial<Request> = {}) => call(aRequest({ key: 'k-1', ...about }), aSignal())
  return { env, callee, call, ask }
}

describe('pending', () => {
  const failing = (reason: CallErrorReason, site = aSite('order→inventory')) =>
    stand({ answer: 'pending' }, site, () => Promise.reject(new CallError(reason)))

  it.each(REASONS)('puts a step off after %s, unless the answer would stay the same', async (reason) => {
    const { env, ask } = failing(reason)
    if (reason === 'refused' || reason === 'bad-answer') {
      await expect(ask()).rejects.toMatchObject({ reason })
      expect(env.records).toEqual([])
      return
    }
    expect(await ask()).toEqual({ status: 202, body: { pending: true, reason } })
    expect(env.records).toEqual([
      {
        type: 'policy',
        policy: 'fallback',
        edge: 'order→inventory',
        what: 'fallback',
        detail: 'pending',
        purchase: 'p-1',
        effect: 'deduct',
      },
    ])
  })

  it.each(REASONS)('without a key puts off only what certainly did not happen: %s', async (reason) => {
    const putOff = CALL_ERRORS[reason].definite && reason !== 'refused'
    const [unkeyed, keyless] = [failing(reason, aSite('order→inventory', false)), failing(reason)]
    for (const asked of [unkeyed.ask(), keyless.call(aRequest(), aSignal())]) {
      if (putOff) expect(await asked).toMatchObject({ status: 202 })
      else await expect(asked).rejects.toMatchObject({ reason })
    }
  })

  it.each(OPERATIONS.filter((operation) => operation !== 'do'))('never stands in for %s', async (operation) => {
    await expect(failing('timeout').ask({ operation })).rejects.toMatchObject({ reason: 'timeout' })
  })

  it.each(['history', 'notify', 'quote', 'transfer'])(
    'never stands in for %s: nobody would ask again',
    async (effect) => {
      await expect(failing('timeout').ask({ effect })).rejects.toMatchObject({ reason: 'timeout' })
    },
  )

  it.each(['payment→bank', 'payment→fx', 'payment→logging'] as const)('never stands in on %s', async (edge) => {
    const { ask } = failing('connection-refused', aSite(edge))
    await expect(ask({ effect: 'charge' })).rejects.toMatchObject({ reason: 'connection-refused' })
  })
})

describe('last-known', () => {
  const stock = (product = 'console', about: Partial<Request> = {}): Partial<Request> => ({
    operation: 'query',
    effect: 'stock',
    body: { product },
    ...about,
  })

  /** Answers while it is well, with a number that grows. */
  function standing(options: object = {}) {
    const state = { well: true, reason: 'timeout' as CallErrorReason, answers: 0 }
    const answer = (): Reply => {
      if (!state.well) throw new CallError(state.reason)
      state.answers += 1
      return { status: 200, body: { available: state.answers } }
    }
    return { state, ...stand({ answer: 'last-known', ...options }, aSite('order→inventory', false), answer) }
  }

  it('answers with the last answer, its age, and the word that it is stale', async () => {
    const { env, state, ask } = standing()
    await ask(stock())
    await ask(stock())
    await env.advance(1_500)
    state.well = false
    const reply = await ask(stock('console', { purchase: 'p-2' }))
    expect(reply).toEqual({ status: 200, body: { available: 2, stale: true, ageMs: 1_500 } })
    expect(env.recorded('policy')).toMatchObject([
      { what: 'fallback', detail: 'last-known', amount: 1_500, purchase: 'p-2' },
    ])
  })

  it('does not keep its own answers: they only get older', async () => {
    const { env, state, ask } = standing({ mostAgeMs: 1_000 })
    await ask(stock())
    state.well = false
    await env.advance(1_000)
    expect((await ask(stock())).body).toMatchObject({ stale: true, ageMs: 1_000 })
    await env.advance(1)
    await expect(ask(stock())).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('does not keep what is stale already: it would be young again', async () => {
    const [inner, outer] = [fallback, fallback].map((policy, index) =>
      policy.create(policy.options.parse({ answer: 'last-known', mostAgeMs: 1_000 + index }), aSite('order→inventory')),
    )
    const env = fakeEnv({ service: 'order' })
    const callee = fakeCallee((_request, index) => {
      if (index > 0) throw new CallError('timeout')
      return { status: 200, body: { available: 7 } }
    })
    const call = outer!(inner!(callee.call, env), env)
    await call(aRequest(stock()), aSignal())
    await env.advance(900)
    expect((await call(aRequest(stock()), aSignal())).body).toMatchObject({ ageMs: 900 })
    await env.advance(900)
    await expect(call(aRequest(stock()), aSignal())).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('answers only the question that was asked', async () => {
    const { state, ask } = standing()
    await ask(stock('console'))
    state.well = false
    await expect(ask(stock('controller'))).rejects.toMatchObject({ reason: 'timeout' })
    await expect(ask(stock('console', { effect: 'price' }))).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('takes two questions for the same where they differ in other fields than those named', async () => {
    const { state, ask } = standing({ fields: ['product'] })
    await ask(stock('console', { body: { product: 'console', buyer: 'ada' } }))
    state.well = false
    expect(await ask(stock('console', { body: { buyer: 'eve', product: 'console' } }))).toMatchObject({ status: 200 })
  })

  it.each(REASONS)('after %s', async (reason) => {
    const { state, ask } = standing()
    await ask(stock())
    Object.assign(state, { well: false, reason })
    if (reason === 'refused' || reason === 'deadline-passed')
      await expect(ask(stock())).rejects.toMatchObject({ reason })
    else expect((await ask(stock())).body.stale).toBe(true)
  })

  it('gives a rate that moves nothing, and nothing else that is done', async () => {
    const { state, ask } = standing()
    for (const effect of ['quote', 'deduct', 'history']) await ask({ effect, body: { to: 'EUR' } })
    state.well = false
    expect((await ask({ effect: 'quote', body: { to: 'EUR' } })).body).toMatchObject({ available: 1, stale: true })
    for (const effect of ['deduct', 'history'])
      await expect(ask({ effect, body: { to: 'EUR' } })).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('keeps a thousand answers and forgets the one that was renewed longest ago', async () => {
    const { state, ask } = standing()
    for (let i = 0; i < 1_000; i++) await ask(stock(`product ${i}`))
    await ask(stock('product 0'))
    await ask(stock('one more'))
    state.well = false
    await expect(ask(stock('product 1'))).rejects.toMatchObject({ reason: 'timeout' })
    for (const kept of ['product 0', 'product 2', 'one more']) expect((await ask(stock(kept))).body.stale).toBe(true)
  })
})

it('does nothing for a caller that has gone', async () => {
  const caller = new AbortController()
  const gone = new CallError('timeout', 'gone')
  const { env, call } = stand({ answer: 'pending' }, aSite(), () => {
    caller.abort(gone)
    return Promise.reject(gone)
  })
  await expect(call(aRequest({ key: 'k-1' }), caller.signal)).rejects.toBe(gone)
  expect(env.records).toEqual([])
})

it('says what its options lack', () => {
  expect(fallback.options.safeParse({}).success).toBe(false)
  expect(fallback.options.safeParse({ answer: 'pending', mostAgeMs: 1 }).success).toBe(false)
  expect(fallback.options.parse({ answer: 'last-known' })).toEqual({
    answer: 'last-known',
    mostAgeMs: 60_000,
    fields: [],
  })
})
