import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, aSite, drain, fakeCallee, fakeEnv, OK } from '../../../test/support/fake-env.ts'
import type { Call, CallError, Reply } from '../../core/call.ts'
import type { PolicySite } from '../../core/pattern.ts'
import { sharedPool } from './shared-pool.ts'

/** Three edges of one service, over one pool. A call to inventory hangs until it is let go. */
function stand(options: object) {
  const env = fakeEnv({ service: 'order' })
  const { shared } = aSite()
  const hanging: PromiseWithResolvers<Reply>[] = []
  const callee = fakeCallee(({ effect }) => {
    if (effect !== 'hang') return OK
    hanging.push(Promise.withResolvers<Reply>())
    return (hanging.at(-1) as PromiseWithResolvers<Reply>).promise
  })
  const create = (edge: PolicySite['edge'], chosen = options) =>
    sharedPool.create(sharedPool.options.parse(chosen), { edge, keyed: true, shared })(callee.call, env)
  const heard: string[] = []
  async function ask(call: Call, purchase: string, effect = 'hang') {
    call(aRequest({ purchase, effect }), aSignal()).then(
      () => heard.push(`${purchase} ok`),
      (error: CallError) => heard.push(`${purchase} ${error.message}`),
    )
    await drain()
  }
  return { env, create, ask, heard, hanging, begun: () => callee.requests.map(({ purchase }) => purchase) }
}

describe('a shared pool', () => {
  it('lets one dependency that hangs take the permits of all', async () => {
    const { env, create, ask, heard } = stand({ permits: 2, queue: 1, mostWaitMs: 500 })
    const [inventory, payment] = [create('order→inventory'), create('order→payment')]
    await ask(inventory, 'a')
    await ask(inventory, 'b')
    await ask(payment, 'c', 'quick')
    await ask(payment, 'd', 'quick')
    await env.advance(500)
    expect(heard).toEqual(['d bulkhead-full: pool of order: full', 'c bulkhead-full: pool of order: waited too long'])
    expect(env.recorded('policy')).toMatchObject([
      { policy: 'shared-pool', edge: 'order→payment', what: 'queued', amount: 1, purchase: 'c' },
      { edge: 'order→payment', what: 'refused', detail: 'pool of order: full', purchase: 'd' },
      { what: 'waited', amount: 500, purchase: 'c' },
      { what: 'refused', detail: 'pool of order: waited too long', purchase: 'c' },
    ])
  })

  it('has one line for all edges, first come, first served', async () => {
    const { create, ask, hanging, begun } = stand({ permits: 1 })
    const [inventory, payment] = [create('order→inventory'), create('order→payment')]
    await ask(inventory, 'a')
    await ask(payment, 'b')
    await ask(inventory, 'c')
    await ask(payment, 'd')
    for (let i = 0; i < 3; i++) {
      hanging[i]?.resolve(OK)
      await drain()
    }
    expect(begun()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('is patient by default', () => {
    expect(sharedPool.options.parse({ permits: 8 })).toEqual({ permits: 8, queue: 10_000, mostWaitMs: 30_000 })
  })

  it('is one: an edge that asks for another is a mistake', () => {
    const { create } = stand({ permits: 2 })
    create('order→inventory')
    expect(() => create('order→payment', { permits: 3 })).toThrow('there is one pool')
  })

  it('is another one at the door, whose requests wait for calls of their own', async () => {
    const { create, ask, heard } = stand({ permits: 1 })
    const [door, payment] = [create('door'), create('order→payment')]
    await ask(door, 'a')
    await ask(payment, 'b', 'quick')
    expect(heard).toEqual(['b ok'])
  })
})
