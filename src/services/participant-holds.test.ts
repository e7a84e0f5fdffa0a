import { describe, expect, it } from 'vitest'
import { never, openShop, refusesConnections, type Shop } from '../../test/support/shop.ts'
import type { Operation } from '../core/call.ts'

const stock = (shop: Shop, operation: Operation, key: string, quantity = 2, more: object = {}) =>
  shop.ask('inventory', {
    operation,
    effect: 'deduct',
    key,
    body: ['do', 'prepare'].includes(operation) ? { product: 'console', quantity, ...more } : {},
  })
const pay = (shop: Shop, operation: Operation, key: string, amountCents = 700) =>
  shop.ask('payment', {
    operation,
    effect: 'charge',
    key,
    body: ['do', 'prepare'].includes(operation) ? { account: 'ada', currency: 'USD', amountCents } : {},
  })

async function balanceOf(shop: Shop, service: 'inventory' | 'bank', account: string) {
  const row = (await shop.balances(service)).find((balance) => balance.account === account)
  return [row?.balance, row?.held]
}

async function kindsOf(shop: Shop, service: 'inventory' | 'payment' | 'bank') {
  return (await shop.ledger(service)).map(({ kind }) => kind)
}

describe('a refusal', () => {
  it.each(['do', 'prepare'] as const)('of %s says whether stock is gone or only locked', async (operation) => {
    const shop = openShop({ stock: 3 })
    await stock(shop, 'prepare', 'k-1')
    expect(await stock(shop, operation, 'k-2', 3)).toMatchObject({ status: 422, body: { reason: 'stock_locked' } })
    expect(await stock(shop, operation, 'k-3', 4)).toMatchObject({ body: { reason: 'insufficient_stock' } })
    expect(await stock(shop, operation, 'k-4', 1)).toMatchObject({ status: 200 })
  })

  it.each(['do', 'prepare'] as const)(
    'of %s says whether money is gone or only locked, also at payment',
    async (operation) => {
      const shop = openShop({ openingCents: 1_000 })
      await pay(shop, 'prepare', 'k-1')
      expect(await pay(shop, operation, 'k-2', 1_000)).toMatchObject({ status: 422, body: { reason: 'funds_locked' } })
      expect(await pay(shop, operation, 'k-3', 1_001)).toMatchObject({ body: { reason: 'insufficient_funds' } })
      expect(await pay(shop, operation, 'k-4', 300)).toMatchObject({ status: 200 })
    },
  )

  it('is stored like any other, also when the lock is gone', async () => {
    const shop = openShop({ stock: 3 })
    await stock(shop, 'prepare', 'k-1')
    const no = await stock(shop, 'prepare', 'k-2')
    await stock(shop, 'abort', 'k-1')
    expect(await stock(shop, 'prepare', 'k-2')).toEqual(no)
  })
})

describe('holds of others that a vote ignores, as taught', () => {
  it('let two orders prepare the last unit, and both commit', async () => {
    const shop = openShop({ stock: 1, participants: { holds: 'ignored' } })
    for (const key of ['k-1', 'k-2']) expect(await stock(shop, 'prepare', key, 1)).toMatchObject({ status: 200 })
    expect(await balanceOf(shop, 'inventory', 'console')).toEqual([1, 2])
    for (const key of ['k-1', 'k-2']) expect(await stock(shop, 'commit', key)).toMatchObject({ status: 200 })
    expect(await balanceOf(shop, 'inventory', 'console')).toEqual([-1, 0])
    expect(await kindsOf(shop, 'inventory')).toEqual(['hold', 'hold', 'release', 'effect', 'release', 'effect'])
  })

  it('let two payments prepare the same money', async () => {
    const shop = openShop({ openingCents: 1_000, participants: { holds: 'ignored' } })
    for (const key of ['k-1', 'k-2']) expect(await pay(shop, 'prepare', key)).toMatchObject({ status: 200 })
    expect(await pay(shop, 'prepare', 'k-3', 1_001)).toMatchObject({ body: { reason: 'insufficient_funds' } })
    for (const key of ['k-1', 'k-2']) await pay(shop, 'commit', key)
    expect(await balanceOf(shop, 'bank', 'ada')).toEqual([-400, 0])
  })

  it('still count for whoever takes at once', async () => {
    const shop = openShop({ stock: 3, participants: { holds: 'ignored' } })
    await stock(shop, 'prepare', 'k-1')
    expect(await stock(shop, 'do', 'k-2')).toMatchObject({ status: 422, body: { reason: 'stock_locked' } })
  })
})

describe('a reservation that expires', () => {
  const open = (more: object = {}) =>
    openShop({ stock: 10, openingCents: 1_000, participants: { reservationMs: 3_000 }, ...more })
  const heuristics = (shop: Shop, service: 'inventory' | 'payment' | 'bank') =>
    shop
      .env(service)
      .recorded('workflow')
      .filter(({ what }) => what === 'heuristic')

  it('is let go of after its time, without a question, and says so', async () => {
    const shop = open()
    shop.bend('inventory→order', () => Promise.reject(new Error('nobody is asked')))
    await stock(shop, 'prepare', 'k-1')
    await shop.advance(2_999)
    expect(await kindsOf(shop, 'inventory')).toEqual(['hold'])
    await shop.advance(1)
    expect(await kindsOf(shop, 'inventory')).toEqual(['hold', 'release'])
    expect(await balanceOf(shop, 'inventory', 'console')).toEqual([10, 0])
    expect(heuristics(shop, 'inventory')).toEqual([
      {
        type: 'workflow',
        what: 'heuristic',
        purchase: 'p-1',
        effect: 'deduct',
        detail: 'k-1 was let go after 3000 ms without a decision',
      },
    ])
    expect(shop.failures()).toEqual([])
  })

  it('leaves a late COMMIT without effect, and a late ABORT with its answer', async () => {
    const shop = open()
    await stock(shop, 'prepare', 'k-1')
    await shop.advance(3_000)
    expect(await stock(shop, 'commit', 'k-1')).toMatchObject({ status: 410, body: { reason: 'undone' } })
    expect(await stock(shop, 'abort', 'k-1')).toEqual({ status: 200, body: { undone: true } })
    expect(await balanceOf(shop, 'inventory', 'console')).toEqual([10, 0])
  })

  it('is none after the decision came in time', async () => {
    const shop = open()
    await stock(shop, 'prepare', 'k-1')
    await stock(shop, 'prepare', 'k-2')
    await shop.advance(2_999)
    await stock(shop, 'commit', 'k-1')
    await stock(shop, 'abort', 'k-2')
    await shop.advance(10_000)
    expect(await balanceOf(shop, 'inventory', 'console')).toEqual([8, 0])
    expect(heuristics(shop, 'inventory')).toEqual([])
  })

  it('of a payment is let go at the bank first, which may take a while', async () => {
    const shop = open()
    await pay(shop, 'prepare', 'k-1')
    shop.bend('payment→bank', refusesConnections)
    await shop.advance(2_999)
    expect(await balanceOf(shop, 'bank', 'ada')).toEqual([1_000, 700])
    await shop.advance(1_001)
    expect(await kindsOf(shop, 'payment')).toEqual(['hold'])
    // The bank’s own reservation was over as well.
    expect([heuristics(shop, 'bank').length, heuristics(shop, 'payment').length]).toEqual([1, 0])
    shop.mend('payment→bank')
    await shop.advance(3_000)
    expect(await kindsOf(shop, 'payment')).toEqual(['hold', 'release'])
    expect(heuristics(shop, 'payment')).toHaveLength(1)
    expect(await pay(shop, 'commit', 'k-1')).toMatchObject({ status: 410, body: { reason: 'undone' } })
  })

  it('of a payment whose commit reached the bank and not the books is none any more', async () => {
    const shop = open()
    await pay(shop, 'prepare', 'k-1')
    shop.bend('payment→bank', async (reach) => {
      await reach()
      return never()
    })
    void pay(shop, 'commit', 'k-1')
    await shop.advance(0)
    shop.mend('payment→bank')
    shop.restart('payment')
    await shop.advance(10_000)
    expect(await kindsOf(shop, 'payment')).toEqual(['hold', 'release', 'effect'])
    expect(await balanceOf(shop, 'bank', 'ada')).toEqual([300, 0])
    expect(heuristics(shop, 'payment')).toEqual([])
  })

  it('runs out in the next life of who made it, too', async () => {
    const shop = open()
    await stock(shop, 'prepare', 'k-1')
    await shop.advance(2_000)
    shop.restart('inventory')
    await shop.advance(1_000)
    expect(await kindsOf(shop, 'inventory')).toEqual(['hold', 'release'])
  })
})
