import { expect, it } from 'vitest'
import { aRequest, aSignal, fakeCallee, fakeEnv, OK } from '../../test/support/fake-env.ts'
import { compose } from './compose.ts'
import type { Layer } from './layer.ts'

it('puts the first layer outermost', async () => {
  const order: string[] = []
  const named =
    (name: string): Layer =>
    (next) =>
    async (request, signal) => {
      order.push(name)
      return next(request, signal)
    }
  const call = compose([named('outer'), named('middle'), named('inner')], fakeCallee().call, fakeEnv())
  expect(await call(aRequest(), aSignal())).toBe(OK)
  expect(order).toEqual(['outer', 'middle', 'inner'])
})

it('is the call itself without layers', () => {
  const { call } = fakeCallee()
  expect(compose([], call, fakeEnv())).toBe(call)
})
