import { expect, it } from 'vitest'
import { type Bend, losesTheAnswer, losesTheRequest, openShop, type Shop } from '../../test/support/shop.ts'

const charge = {
  effect: 'charge',
  key: 'k-1',
  body: { account: 'eve', currency: 'EUR', amountCents: 700 },
}

/** A fallback that answers for fx, with this rate. */
const stale =
  (rateMicro: number): Bend =>
  async () => ({ status: 200, body: { rateMicro, stale: true, ageMs: 5 } })

async function history(shop: Shop): Promise<unknown> {
  const [row] = await shop.rows('payment', 'SELECT entry FROM paid')
  return row && JSON.parse(String(row.entry))
}

async function moved(shop: Shop): Promise<number> {
  return shop.balance('bank', 'merchant-EUR')
}

it('says in the history that the rate was stale, and only then', async () => {
  const shop = openShop({ openingCents: 1_000 })
  shop.bend('payment→fx', stale(900_000))
  expect(await shop.ask('payment', charge)).toMatchObject({ status: 200, body: { amountCents: 630 } })
  expect(await history(shop)).toMatchObject({ amountCents: 630, staleRate: true })
  await shop.advance(0)
  expect(await shop.ledger('logging')).toHaveLength(1)
  expect(await shop.ledger('fx')).toEqual([])

  const fresh = openShop({ openingCents: 1_000 })
  await fresh.ask('payment', charge)
  expect(await history(fresh)).not.toHaveProperty('staleRate')
})

it.each([
  ['did its work', losesTheAnswer],
  ['never heard of it', losesTheRequest],
])('asks the bank for the same amount again when the bank %s, whatever fx says by then', async (_, bend) => {
  const shop = openShop({ openingCents: 1_000 })
  shop.bend('payment→fx', stale(900_000))
  shop.bend('payment→bank', bend)
  expect(await shop.ask('payment', charge)).toMatchObject({ status: 504 })
  shop.mend('payment→bank')
  shop.mend('payment→fx')
  await shop.advance(1_000)
  expect(await shop.ask('payment', charge)).toMatchObject({ status: 200, body: { amountCents: 630 } })
  expect(await moved(shop)).toBe(630)
  expect(await shop.rows('payment', 'SELECT * FROM open_payments')).toEqual([])
  expect(shop.failures()).toEqual([])
})

it('takes no stale rate where an earlier try may have told the bank another', async () => {
  const shop = openShop({ openingCents: 1_000 })
  shop.bend('payment→bank', losesTheAnswer)
  await shop.ask('payment', charge)
  shop.mend('payment→bank')
  shop.bend('payment→fx', stale(900_000))
  await shop.advance(1_000)
  expect(await shop.ask('payment', charge)).toMatchObject({ status: 504 })
  expect(await moved(shop)).toBe(644)
  shop.mend('payment→fx')
  await shop.advance(10_000)
  expect(await shop.ask('payment', charge)).toMatchObject({ status: 200, body: { amountCents: 644 } })
  expect(await history(shop)).not.toHaveProperty('staleRate')
  expect(await moved(shop)).toBe(644)
  expect(shop.failures()).toEqual([])
})

it('undoes a charge that was made at a stale rate and never heard of', async () => {
  const shop = openShop({ openingCents: 1_000 })
  shop.bend('payment→fx', stale(900_000))
  shop.bend('payment→bank', losesTheAnswer)
  await shop.ask('payment', charge)
  shop.mend('payment→bank')
  expect(await shop.ask('payment', { ...charge, operation: 'undo', body: {} })).toMatchObject({ status: 200 })
  await shop.advance(10_000)
  expect(await moved(shop)).toBe(0)
  expect((await shop.ledger('logging')).map(({ key }) => key)).toEqual(['k-1/charged', 'k-1/refunded'])
  expect(shop.failures()).toEqual([])
})
