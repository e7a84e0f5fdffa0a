import { expect, it } from 'vitest'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv, OK } from '../../test/support/fake-env.ts'
import { CallError, type Reply } from '../core/call.ts'
import type { Layer } from '../core/layer.ts'
import { breaker } from './policies/breaker.ts'
import { stripKey } from './policies/strip-key.ts'
import { switchable } from './switchable.ts'

/** Two places, given back when the call ends. */
function twoPlaces() {
  let taken = 0
  let most = 0
  const layer: Layer = (next) => async (request, signal) => {
    if (taken === 2) throw new CallError('bulkhead-full')
    taken += 1
    most = Math.max(most, taken)
    try {
      return await next(request, signal)
    } finally {
      taken -= 1
    }
  }
  return { layer, taken: () => taken, most: () => most }
}

/** A callee whose answers come when the test says so. */
function slowCallee() {
  const waiting: ((reply: Reply) => void)[] = []
  const callee = fakeCallee(() => new Promise<Reply>((resolve) => waiting.push(resolve)))
  return { ...callee, answerAll: () => waiting.splice(0).forEach((answer) => void answer(OK)) }
}

it('takes part while it is on, and is not there while it is off', async () => {
  const refusing = switchable(() => async () => {
    throw new CallError('limit-reached')
  })
  const call = refusing.layer(fakeCallee().call, fakeEnv())
  await expect(call(aRequest(), aSignal())).rejects.toMatchObject({ reason: 'limit-reached' })
  refusing.turn(false)
  await expect(call(aRequest(), aSignal())).resolves.toEqual(OK)
  refusing.turn(true)
  await expect(call(aRequest(), aSignal())).rejects.toMatchObject({ reason: 'limit-reached' })
})

it('gives every permit back, whenever it is switched', async () => {
  const places = twoPlaces()
  const { layer, turn } = switchable(places.layer)
  const callee = slowCallee()
  const call = layer(callee.call, fakeEnv())
  const ask = () => call(aRequest(), aSignal())
  const first = [ask(), ask()]
  expect(places.taken()).toBe(2)
  turn(false)
  const past = [ask(), ask(), ask()]
  await drain()
  expect([callee.requests.length, places.taken()]).toEqual([5, 2])
  turn(true)
  await expect(ask()).rejects.toMatchObject({ reason: 'bulkhead-full' })
  turn(false)
  callee.answerAll()
  expect(await Promise.all([...first, ...past])).toEqual(Array(5).fill(OK))
  expect([places.taken(), places.most()]).toEqual([0, 2])
})

it('leaves a breaker as it was, and lets a call that was under way have its say', async () => {
  const site = aSite()
  const options = breaker.options.parse({ failures: 1, openMs: 1_000 })
  const { layer, turn } = switchable(breaker.create(options, site))
  const env = fakeEnv()
  let fail: (error: Error) => void = () => undefined
  const callee = fakeCallee((_, index) => (index > 0 ? OK : new Promise<Reply>((_resolve, reject) => (fail = reject))))
  const call = layer(callee.call, env)
  const failing = call(aRequest(), aSignal())
  turn(false)
  fail(new CallError('reset'))
  await expect(failing).rejects.toMatchObject({ reason: 'reset' })
  await expect(call(aRequest(), aSignal())).resolves.toEqual(OK)
  turn(true)
  await expect(call(aRequest(), aSignal())).rejects.toMatchObject({ reason: 'breaker-open' })
})

it('may have something stand in for it', async () => {
  const { layer, turn } = switchable((next) => next, stripKey)
  const callee = fakeCallee()
  const call = layer(callee.call, fakeEnv())
  await call(aRequest({ key: 'k' }), aSignal())
  turn(false)
  await call(aRequest({ key: 'k' }), aSignal())
  expect(callee.requests.map(({ key }) => key)).toEqual(['k', undefined])
})
