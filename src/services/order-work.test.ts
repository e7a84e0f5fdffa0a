/** What the order service does with the orders of an earlier incarnation, and with questions about them. */

import { describe, expect, it } from 'vitest'
import { CONFIRMED, endOf, type OrderShop, openOrderShop } from '../../test/support/order-shop.ts'
import { never, openShop } from '../../test/support/shop.ts'
import type { Order, Outcome, RunningWorkflow } from '../core/pattern.ts'
import { answerOf } from './order-book.ts'

const HOLDING = {
  operation: 'place',
  effect: 'order',
  body: { product: 'console', quantity: 1, account: 'ada' },
} as const

describe('orders that a dead incarnation left open', () => {
  /** A shop with so many open orders, whose next incarnations recover them as `recover` says. */
  async function withOpenOrders(count: number, recover: (order: Order) => Promise<Outcome | undefined>) {
    const createWorkflow = (): RunningWorkflow => ({ place: () => never(), recover, resume() {} })
    const shop = openShop({ createWorkflow })
    for (let n = 1; n <= count; n++) void shop.ask('order', { ...HOLDING, purchase: `p-${n}`, key: `buyer-${n}` })
    await shop.advance(0)
    return shop
  }

  it('are taken up oldest first, no more than 32 at once', async () => {
    const begun: string[] = []
    const gates: PromiseWithResolvers<undefined>[] = []
    const shop = await withOpenOrders(40, ({ id }) => {
      begun.push(id)
      const gate = Promise.withResolvers<undefined>()
      gates.push(gate)
      return gate.promise
    })
    shop.restart('order')
    await shop.advance(0)
    expect(begun).toEqual(Array.from({ length: 32 }, (_, index) => `o-${index + 1}`))
    gates[5]?.resolve(undefined)
    await shop.advance(0)
    expect(begun.slice(32)).toEqual(['o-33'])
    for (const gate of gates) gate.resolve(undefined)
    await shop.advance(0)
    expect(begun).toHaveLength(40)
  })

  it('say so, when they have their end', async () => {
    const shop = await withOpenOrders(1, async () => ({ state: 'cancelled', reason: 'coordinator_restarted' }))
    shop.restart('order')
    await shop.advance(0)
    const { recorded } = shop.env('order')
    expect(recorded('order').map(({ order, state }) => `${order} ${state}`)).toEqual(['o-1 cancelled'])
    expect(recorded('workflow').map(({ what, detail }) => `${what}: ${detail}`)).toEqual([
      'recovered: o-1 is cancelled',
    ])
  })

  it('stay open where the workflow has nothing to go on from, and nothing is said of them', async () => {
    const shop = await withOpenOrders(1, async () => undefined)
    shop.restart('order')
    await shop.advance(0)
    expect(shop.env('order').recorded('workflow')).toEqual([])
    expect((await endOf(shop)).state).toBe('accepted')
  })

  it('have their log committed together with their end, or not at all', async () => {
    const records = [{ sql: 'INSERT INTO nowhere VALUES (1)', values: [] }]
    const shop = await withOpenOrders(1, async () => ({ state: 'confirmed', reason: null, records }))
    shop.restart('order')
    await shop.advance(0)
    expect(shop.failures()).toHaveLength(1)
    expect((await endOf(shop)).state).toBe('accepted')
  })
})

describe('a question about an order', () => {
  const question = { operation: 'inquire', effect: 'deduct', key: 'buyer-1/deduct', body: {} } as const

  it.each(['sequential', 'saga', 'saga-as-taught'])('is none where nobody votes: %s', async (name) => {
    const answer = await openOrderShop(name).ask('order', question)
    expect(answer).toMatchObject({ status: 404, body: { reason: 'unknown_operation' } })
  })

  it('needs a key', async () => {
    const { key: _, ...keyless } = question
    const answer = await openOrderShop('2pc').ask('order', keyless)
    expect(answer).toMatchObject({ status: 400, body: { reason: 'key_missing' } })
  })

  it('is told "undecided" while its order waits for its turn to be recovered', async () => {
    const asked: boolean[] = []
    const createWorkflow = (): RunningWorkflow => ({
      place: () => never(),
      recover: () => never(),
      resume() {},
      async inquire(_, live) {
        asked.push(live)
        return live ? 'undecided' : 'abort'
      },
    })
    const shop = openShop({ createWorkflow })
    for (let n = 1; n <= 40; n++) void shop.ask('order', { ...HOLDING, purchase: `p-${n}`, key: `buyer-${n}` })
    await shop.advance(0)
    shop.restart('order', { recoverLater: true })
    const last = { ...question, key: 'buyer-40/deduct' }
    expect(await shop.ask('order', last)).toMatchObject({ body: { decision: 'abort' } })
    shop.recover('order')
    await shop.advance(0)
    expect(await shop.ask('order', last)).toMatchObject({ body: { decision: 'undecided' } })
    expect(asked).toEqual([false, true])
  })

  it('is one about an order that nobody works on, as soon as its recovery has ended', async () => {
    const asked: boolean[] = []
    const createWorkflow = (): RunningWorkflow => ({
      place: () => never(),
      recover: async () => undefined,
      resume() {},
      async inquire(_, live) {
        asked.push(live)
        return 'undecided'
      },
    })
    const shop = openShop({ createWorkflow })
    void shop.ask('order', { ...HOLDING, key: 'buyer-1' })
    await shop.advance(0)
    await shop.ask('order', question)
    shop.restart('order')
    await shop.advance(0)
    await shop.ask('order', question)
    expect(asked).toEqual([true, false])
  })

  it('passes the moments of every request, and is on record', async () => {
    const moments: string[] = []
    const shop = openOrderShop('2pc', {
      point: async (name, { operation }, service) => {
        if (service === 'order' && operation === 'inquire') moments.push(name)
      },
    })
    await shop.ask('order', question)
    expect(moments).toEqual(['before-work', 'after-commit'])
    const events = shop.env('order').recorded('workflow')
    expect(events.map(({ what, detail }) => `${what} ${detail}`)).toEqual(['answered abort'])
  })

  it('stays answered where the coordinator dies between its record and its answer', async () => {
    let deadly = true
    const shop: OrderShop = openOrderShop('2pc', {
      openingCents: 1,
      async point(name, { operation }, service) {
        if (!deadly || service !== 'order' || operation !== 'inquire' || name !== 'after-commit') return
        deadly = false
        shop.kill('order')
        await never()
      },
    })
    shop.spoil('order→inventory', 'abort', () => never())
    await shop.place()
    await shop.advance(10_000)
    expect(deadly).toBe(false)
    expect(await shop.rows('order', 'SELECT decision FROM decisions')).toEqual([{ decision: 'abort' }])
    expect((await shop.balances('inventory')).map(({ held }) => held)).toEqual([0, 0])
  })
})

describe('a buyer’s key', () => {
  it.each(['sequential', '2pc', 'saga'])('may not be the number of somebody else’s order: %s', async (name) => {
    const shop = openOrderShop(name)
    expect(await shop.place({ key: 'o-1' })).toMatchObject({ status: 400, body: { reason: 'malformed' } })
    expect(await shop.place({ key: null })).toMatchObject({ status: 201 })
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
  })

  it('may contain one', async () => {
    const shop = openOrderShop('saga')
    for (const key of ['o-1/deduct', 'co-1', 'o-', 'O-1'])
      expect(await shop.place({ key })).toMatchObject({ status: 201 })
  })
})

describe('what a buyer is told', () => {
  const about = { id: 'o-1' } as Order

  it.each<[Outcome, number, string, string]>([
    [{ state: 'confirmed', reason: null }, 201, 'confirmed', 'Thank you for your order.'],
    [{ state: 'refused', reason: 'stock_locked' }, 422, 'refused', 'This is out of stock.'],
    [{ state: 'cancelled', reason: 'funds_locked' }, 502, 'cancelled', 'The payment was declined.'],
    [{ state: 'cancelled', reason: 'coordinator_restarted' }, 502, 'cancelled', 'Your order could not be completed.'],
    [
      { state: 'failed', reason: 'compensation_failed' },
      500,
      'failed',
      'Your order could not be completed. We are looking into it.',
    ],
    [
      { state: 'cancelled', reason: 'temporarily_unavailable' },
      503,
      'degraded',
      'The service is temporarily unavailable. Please try again later.',
    ],
  ])('of %j', (outcome, status, word, message) => {
    expect(answerOf(about, outcome)).toEqual({
      status,
      body: { orderId: 'o-1', status: word, reason: outcome.reason, message },
    })
  })
})
