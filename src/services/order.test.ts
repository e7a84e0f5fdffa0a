import { describe, expect, it } from 'vitest'
import {
  losesTheAnswer,
  never,
  openShop,
  refusesConnections,
  type Shop,
  type ShopOptions,
} from '../../test/support/shop.ts'
import { CallError, type Request } from '../core/call.ts'
import type { Outcome, RunningWorkflow } from '../core/pattern.ts'

const wish = (about: Partial<Request> = {}): Partial<Request> => ({
  operation: 'place',
  effect: 'order',
  key: 'buyer-1',
  body: { product: 'console', quantity: 2, account: 'ada' },
  ...about,
})
const { key: _, ...keyless } = wish()

async function statesOf(shop: Shop) {
  return (await shop.ledger('order')).map(({ account, kind }) => `${account} ${kind}`)
}

const CONFIRMED = { orderId: 'o-1', status: 'confirmed', reason: null, message: 'Thank you for your order.' }

describe('an order', () => {
  it('is deducted, charged, confirmed and notified', async () => {
    const shop = openShop()
    expect(await shop.ask('order', wish())).toEqual({ status: 201, body: CONFIRMED })
    await shop.advance(0)
    expect(await statesOf(shop)).toEqual(['o-1 accepted', 'o-1 confirmed'])
    expect((await shop.ledger('inventory')).map(({ amount, key }) => [amount, key])).toEqual([[-2, 'buyer-1/deduct']])
    expect((await shop.ledger('payment')).map(({ amount, key }) => [amount, key])).toEqual([
      [100_000, 'buyer-1/charge'],
    ])
    expect((await shop.ledger('notification')).map(({ key }) => key)).toEqual(['buyer-1/notify'])
    expect(
      shop
        .env('order')
        .recorded('order')
        .map(({ state }) => state),
    ).toEqual(['accepted', 'confirmed'])
  })

  it('gives the same key the identical answer, and happens once', async () => {
    const shop = openShop()
    const first = await shop.ask('order', wish())
    expect(await shop.ask('order', wish())).toEqual(first)
    shop.restart('order')
    expect(await shop.ask('order', wish())).toEqual(first)
    await shop.advance(0)
    expect(await statesOf(shop)).toEqual(['o-1 accepted', 'o-1 confirmed'])
    expect(await shop.ledger('inventory')).toHaveLength(1)
    expect(await shop.ledger('notification')).toHaveLength(1)
  })

  it('is another one under another key, or without any', async () => {
    const shop = openShop()
    await shop.ask('order', wish())
    await shop.ask('order', wish({ key: 'buyer-2' }))
    for (const _ of [1, 2]) await shop.ask('order', keyless)
    expect(await shop.ledger('inventory')).toHaveLength(4)
    expect((await shop.ledger('inventory')).at(-1)?.key).toBe('o-4/deduct')
  })

  it('takes no notice of keys where they are ignored', async () => {
    const shop = openShop({ participants: { keys: 'ignored' } })
    for (const _ of [1, 2]) expect(await shop.ask('order', wish())).toMatchObject({ status: 201 })
    expect(await shop.ledger('inventory')).toHaveLength(2)
  })

  it('refuses a key with another wish, and says 409 while the first is being worked on', async () => {
    const shop = openShop()
    const gate = Promise.withResolvers<void>()
    shop.bend('order→inventory', async (reach) => {
      await gate.promise
      return reach()
    })
    const first = shop.ask('order', wish())
    const other = wish({ body: { product: 'console', quantity: 1, account: 'ada' } })
    expect(await shop.ask('order', wish())).toMatchObject({ status: 409, body: { reason: 'in_progress' } })
    expect(await shop.ask('order', other)).toMatchObject({ status: 422, body: { reason: 'key_reused' } })
    gate.resolve()
    expect(await first).toMatchObject({ status: 201 })
    expect(await shop.ask('order', other)).toMatchObject({ status: 422, body: { reason: 'key_reused' } })
    expect(await shop.ask('order', wish())).toEqual(await first)
  })

  it.each([
    { product: 'yacht', quantity: 1, account: 'ada' },
    { product: 'console', quantity: 1, account: 'nobody' },
    { product: 'console', quantity: 0, account: 'ada' },
    { product: 'console', quantity: 1_001, account: 'ada' },
    { product: 'console', quantity: 1 },
    { product: 'console', quantity: 1, account: 'ada', price: 1 },
  ])('is not accepted as %j, and the key stays free', async (body) => {
    const shop = openShop()
    expect(await shop.ask('order', wish({ body }))).toMatchObject({ status: 400, body: { reason: 'malformed' } })
    expect(await statesOf(shop)).toEqual([])
    expect(await shop.ask('order', wish())).toMatchObject({ status: 201 })
  })

  it.each(['query', 'do', 'undo', 'prepare', 'commit', 'abort'] as const)(
    'is not something to %s',
    async (operation) => {
      const no = await openShop().ask('order', wish({ operation }))
      expect(no).toMatchObject({ status: 404, body: { reason: 'unknown_operation' } })
    },
  )

  it('gives its deadline to those downstream: its own, or the shop’s', async () => {
    const shop = openShop()
    const deadlines: (number | undefined)[] = []
    shop.bend('order→inventory', (reach, { deadlineAtMs }) => {
      deadlines.push(deadlineAtMs)
      return reach()
    })
    const nowMs = shop.env('order').clock.nowMs()
    await shop.ask('order', wish())
    await shop.ask('order', wish({ key: 'buyer-2', deadlineAtMs: nowMs + 70 }))
    expect(deadlines).toEqual([nowMs + 5_000, nowMs + 70])
  })
})

describe('an order that cannot be done', () => {
  it('is refused when the stock is too small: nothing happened', async () => {
    const shop = openShop({ stock: 1 })
    const answer = await shop.ask('order', wish())
    const body = { orderId: 'o-1', status: 'refused', reason: 'insufficient_stock', message: 'This is out of stock.' }
    expect(answer).toEqual({ status: 422, body })
    expect(await shop.ask('order', wish())).toEqual(answer)
    expect(await statesOf(shop)).toEqual(['o-1 accepted', 'o-1 refused'])
    expect(await shop.ledger('notification')).toEqual([])
  })

  it('is cancelled when the money is too little; the sequential workflow leaves the stock deducted', async () => {
    const shop = openShop({ openingCents: 1 })
    const answer = await shop.ask('order', wish())
    expect(answer).toMatchObject({ status: 502, body: { status: 'cancelled', reason: 'insufficient_funds' } })
    expect(await shop.ledger('inventory')).toHaveLength(1)
  })

  it('is cancelled when nobody knows what became of the deduction', async () => {
    const shop = openShop()
    shop.bend('order→inventory', losesTheAnswer)
    expect(await shop.ask('order', wish())).toMatchObject({
      status: 502,
      body: { status: 'cancelled', reason: 'reset' },
    })
  })

  it('is degraded while a breaker is open: try again later', async () => {
    const shop = openShop()
    shop.bend('order→inventory', () => Promise.reject(new CallError('breaker-open')))
    const answer = await shop.ask('order', wish())
    expect(answer).toMatchObject({ status: 503, body: { status: 'degraded', reason: 'temporarily_unavailable' } })
    expect(answer.body.message).toMatch(/temporarily unavailable/)
    expect(await statesOf(shop)).toEqual(['o-1 accepted', 'o-1 refused'])
  })

  it('is failed when the workflow says so', async () => {
    const createWorkflow = (): RunningWorkflow => ({
      place: async () => ({ state: 'failed', reason: 'compensation_failed' }),
      recover: async () => undefined,
      resume() {},
    })
    const answer = await openShop({ createWorkflow }).ask('order', wish())
    expect(answer).toMatchObject({ status: 500, body: { status: 'failed', reason: 'compensation_failed' } })
  })

  it('stands although the message could not be sent', async () => {
    const shop = openShop()
    shop.bend('order→notification', refusesConnections)
    expect(await shop.ask('order', wish())).toMatchObject({ status: 201 })
    await shop.advance(0)
    expect(shop.failures()).toEqual([])
  })
})

describe('after a crash of the order service', () => {
  /** An order that was accepted by a life that then ended. */
  async function withOpenOrder(options: ShopOptions = {}): Promise<Shop> {
    const shop = openShop(options)
    shop.bend('order→inventory', () => never())
    void shop.ask('order', wish())
    await shop.advance(0)
    shop.mend('order→inventory')
    return shop
  }

  it('an order of the sequential workflow stays open, and its key says so', async () => {
    const shop = await withOpenOrder()
    shop.restart('order')
    await shop.advance(10_000)
    expect(await statesOf(shop)).toEqual(['o-1 accepted'])
    expect(await shop.ask('order', wish())).toMatchObject({ status: 409, body: { reason: 'in_progress' } })
  })

  it('an order goes on where its workflow knows how, once, and its key gives the answer', async () => {
    const recovered: string[] = []
    const createWorkflow = (): RunningWorkflow => ({
      place: () => never(),
      async recover({ id, key, product, quantity }) {
        recovered.push(`${id} ${key} ${quantity} ${product}`)
        return { state: 'confirmed', reason: null }
      },
      resume() {},
    })
    const shop = await withOpenOrder({ createWorkflow })
    shop.restart('order')
    await shop.advance(0)
    shop.restart('order')
    await shop.advance(0)
    expect(recovered).toEqual(['o-1 buyer-1 2 console'])
    expect(await statesOf(shop)).toEqual(['o-1 accepted', 'o-1 confirmed'])
    expect(await shop.ask('order', wish())).toEqual({ status: 201, body: CONFIRMED })
    expect((await shop.ledger('notification')).map(({ key }) => key)).toEqual(['buyer-1/notify'])
  })

  it('an order that came before the recovery looked is not recovered, even when it ends before its turn', async () => {
    const slow = Promise.withResolvers<undefined>()
    const order2 = Promise.withResolvers<Outcome>()
    const recovered: string[] = []
    let lives = 0
    const createWorkflow = (): RunningWorkflow => {
      lives += 1
      const first = lives === 1
      return {
        place: () => (first ? never() : order2.promise),
        recover({ id }) {
          recovered.push(id)
          return slow.promise
        },
        resume() {},
      }
    }
    const shop = await withOpenOrder({ createWorkflow })
    shop.restart('order', { recoverLater: true })
    const answer = shop.ask('order', wish({ key: 'buyer-2' }))
    await shop.advance(0)
    shop.recover('order')
    order2.resolve({ state: 'confirmed', reason: null })
    await answer
    slow.resolve(undefined)
    await shop.advance(0)
    expect(recovered).toEqual(['o-1'])
    expect(await statesOf(shop)).toEqual(['o-1 accepted', 'o-2 accepted', 'o-2 confirmed'])
  })
})
