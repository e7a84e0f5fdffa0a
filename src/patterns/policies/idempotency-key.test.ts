import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, fakeCallee, fakeEnv } from '../../../test/support/fake-env.ts'
import { CallError } from '../../core/call.ts'
import { compose } from '../../core/compose.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { retry } from './retry.ts'
import { stripKey } from './strip-key.ts'

const site = aSite()

describe('idempotency-key', () => {
  it('sends the same key on every attempt', async () => {
    const env = fakeEnv()
    const callee = fakeCallee(() => Promise.reject(new CallError('reset')))
    const layers = [retry.create(retry.options.parse({}), site), idempotencyKey.create({}, site)]
    compose(layers, callee.call, env)(aRequest({ key: 'order-7/charge' }), aSignal()).catch(() => undefined)
    await env.advance(60_000)
    expect(callee.requests.map(({ key }) => key)).toEqual(Array.from({ length: 4 }, () => 'order-7/charge'))
  })

  it('makes no key where the workflow gave none', async () => {
    const callee = fakeCallee()
    await idempotencyKey.create({}, site)(callee.call, fakeEnv())(aRequest(), aSignal())
    expect(callee.requests[0]).not.toHaveProperty('key')
  })
})

describe('an edge without idempotency-key', () => {
  it('sends no key, and everything else', async () => {
    const callee = fakeCallee()
    const request = aRequest({ deadlineAtMs: 9, body: { amountCents: 1 } })
    const call = stripKey(callee.call, fakeEnv())
    await call({ ...request, key: 'order-7/charge' }, aSignal())
    await call(request, aSignal())
    expect(callee.requests).toEqual([request, request])
    expect(callee.requests[0]).not.toHaveProperty('key')
    expect(callee.requests[1]).toBe(request)
  })
})
