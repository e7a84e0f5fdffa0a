import { describe, expect, it } from 'vitest'
import { losesTheAnswer, openShop, type Shop } from '../../test/support/shop.ts'
import { CallError, type Request } from '../core/call.ts'

const charge = (about: Partial<Request> = {}): Partial<Request> => ({
  effect: 'charge',
  key: 'k-1',
  body: { account: 'ada', currency: 'USD', amountCents: 700 },
  ...about,
})

function open(openingCents = 1_000): Shop {
  return openShop({ openingCents })
}

/** Kind, amount and key of each row. */
async function rowsOf(shop: Shop, service: 'payment' | 'bank' | 'logging') {
  return (await shop.ledger(service)).map(({ kind, amount, key }) => [kind, amount, key])
}

describe('a hold', () => {
  const ask = (shop: Shop, operation: Request['operation'], key = 'k-1') =>
    shop.ask('payment', charge({ operation, key }))
  const held = async (shop: Shop) => (await shop.balances('bank')).find(({ account }) => account === 'ada')?.held

  it('is voted for, held at the bank, and captured once at the commit', async () => {
    const shop = open()
    const vote = await ask(shop, 'prepare')
    expect(vote).toMatchObject({ status: 200, body: { vote: 'commit', amountCents: 700 } })
    expect(await held(shop)).toBe(700)
    expect(await ask(shop, 'prepare', 'k-2')).toMatchObject({ status: 422, body: { reason: 'funds_locked' } })
    for (const _ of [1, 2]) expect(await ask(shop, 'commit')).toEqual({ status: 200, body: { committed: true } })
    expect(await ask(shop, 'prepare')).toEqual(vote)
    expect(await held(shop)).toBe(0)
    expect(await shop.balance('bank', 'ada')).toBe(300)
    expect((await rowsOf(shop, 'payment')).map(([kind]) => kind)).toEqual(['hold', 'release', 'effect'])
    await shop.advance(0)
    expect(await rowsOf(shop, 'logging')).toEqual([['effect', 1, 'k-1/charged']])
    expect(await ask(shop, 'abort')).toMatchObject({ status: 422, body: { reason: 'already_committed' } })
  })

  it('is given back at the abort', async () => {
    const shop = open()
    await ask(shop, 'prepare')
    for (const _ of [1, 2]) expect(await ask(shop, 'abort')).toEqual({ status: 200, body: { undone: true } })
    expect(await held(shop)).toBe(0)
    expect((await rowsOf(shop, 'payment')).map(([kind]) => kind)).toEqual(['hold', 'release'])
    expect(await ask(shop, 'commit')).toMatchObject({ status: 410 })
    expect(await rowsOf(shop, 'logging')).toEqual([])
  })

  it('is not held twice by a commit whose answer was lost', async () => {
    const shop = open()
    await ask(shop, 'prepare')
    shop.bend('payment→bank', losesTheAnswer)
    expect(await ask(shop, 'commit')).toMatchObject({ status: 504 })
    shop.mend('payment→bank')
    expect(await ask(shop, 'commit')).toMatchObject({ status: 200 })
    expect(await shop.balance('bank', 'ada')).toBe(300)
    expect((await rowsOf(shop, 'payment')).map(([kind]) => kind)).toEqual(['hold', 'release', 'effect'])
  })

  it('cannot be committed when nobody prepared it', async () => {
    expect(await ask(open(), 'commit')).toMatchObject({ status: 404, body: { reason: 'not_prepared' } })
  })
})

describe('an undo', () => {
  const undo = charge({ operation: 'undo', body: {} })

  it('refunds, books it, tells logging, and gives the same answer again', async () => {
    const shop = open()
    await shop.ask('payment', charge())
    for (const _ of [1, 2]) expect(await shop.ask('payment', undo)).toEqual({ status: 200, body: { undone: true } })
    await shop.advance(0)
    expect(await shop.balance('bank', 'ada')).toBe(1_000)
    expect(await rowsOf(shop, 'payment')).toEqual([
      ['effect', 700, 'k-1'],
      ['reversal', -700, 'k-1'],
    ])
    expect((await rowsOf(shop, 'logging')).map(([, , key]) => key)).toEqual(['k-1/charged', 'k-1/refunded'])
  })

  it('that comes first leaves a tombstone', async () => {
    const shop = open()
    expect(await shop.ask('payment', undo)).toEqual({ status: 200, body: { undone: false } })
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 410, body: { reason: 'undone' } })
    expect(await rowsOf(shop, 'payment')).toEqual([['tombstone', 0, 'k-1']])
    expect(await rowsOf(shop, 'bank')).toEqual([])
  })

  it('and a charge that arrive together end as one of the two, never as both', async () => {
    const shop = open()
    const both = Promise.all([shop.ask('payment', undo), shop.ask('payment', charge())])
    await shop.advance(60_000)
    expect((await both).map(({ status }) => status)).toEqual([200, 410])
    expect(await shop.balance('bank', 'ada')).toBe(1_000)
  })

  it('keeps a retry out while the bank is taking back', async () => {
    const shop = open()
    await shop.ask('payment', charge())
    const gate = Promise.withResolvers<void>()
    shop.bend('payment→bank', async (reach) => {
      await gate.promise
      return reach()
    })
    const undoing = shop.ask('payment', undo)
    await shop.advance(0)
    expect(await shop.ask('payment', undo)).toMatchObject({ status: 409 })
    gate.resolve()
    expect(await undoing).toMatchObject({ status: 200 })
    expect(await shop.balance('bank', 'ada')).toBe(1_000)
  })

  it('of a charge that was refused has nothing to do', async () => {
    const shop = open(1)
    await shop.ask('payment', charge())
    expect(await shop.ask('payment', undo)).toEqual({ status: 200, body: { undone: false } })
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 410, body: { reason: 'undone' } })
  })

  it('that the bank does not answer is tried again by whoever asked', async () => {
    const shop = open()
    await shop.ask('payment', charge())
    shop.bend('payment→bank', () => Promise.reject(new CallError('reset')))
    expect(await shop.ask('payment', undo)).toMatchObject({ status: 504 })
    shop.mend('payment→bank')
    expect(await shop.ask('payment', undo)).toEqual({ status: 200, body: { undone: true } })
    expect(await shop.balance('bank', 'ada')).toBe(1_000)
  })
})

describe('a charge that the bank made and payment never heard of', () => {
  const body = { account: 'eve', currency: 'EUR', amountCents: 700 }

  async function unheard(shop: Shop): Promise<void> {
    shop.bend('payment→bank', losesTheAnswer)
    expect(await shop.ask('payment', charge({ operation: 'do', body }))).toMatchObject({ status: 504 })
    shop.mend('payment→bank')
  }

  it('is in the history once it is undone, with its refund', async () => {
    const shop = open()
    await unheard(shop)
    for (const _ of [1, 2])
      expect(await shop.ask('payment', charge({ operation: 'undo' }))).toMatchObject({ status: 200 })
    await shop.advance(1_000)
    expect((await rowsOf(shop, 'bank')).map(([kind]) => kind)).toEqual(['effect', 'effect', 'reversal', 'reversal'])
    expect((await rowsOf(shop, 'logging')).map(([, , key]) => key)).toEqual(['k-1/charged', 'k-1/refunded'])
  })

  it('leaves nothing in the history where the request never reached the bank', async () => {
    const shop = open()
    shop.bend('payment→bank', () => Promise.reject(new CallError('timeout')))
    expect(await shop.ask('payment', charge({ operation: 'do', body }))).toMatchObject({ status: 504 })
    shop.mend('payment→bank')
    expect(await shop.ask('payment', charge({ operation: 'undo' }))).toMatchObject({ status: 200 })
    await shop.advance(1_000)
    expect(await rowsOf(shop, 'logging')).toEqual([])
  })
})

describe('an undo that nobody asks for again', () => {
  const undo = charge({ operation: 'undo', body: {} })

  /** The bank undoes it, and nobody hears. */
  async function unheardUndo(shop: Shop): Promise<void> {
    shop.bend('payment→bank', losesTheAnswer)
    expect(await shop.ask('payment', undo)).toMatchObject({ status: 504 })
    shop.mend('payment→bank')
  }

  async function expectTakenBack(shop: Shop): Promise<void> {
    await shop.advance(10_000)
    expect(await shop.balance('bank', 'ada')).toBe(1_000)
    expect((await rowsOf(shop, 'logging')).map(([, , key]) => key)).toEqual(['k-1/charged', 'k-1/refunded'])
    expect(await shop.rows('payment', 'SELECT * FROM open_undos')).toEqual([])
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 410, body: { reason: 'undone' } })
    expect(await shop.ask('payment', undo)).toEqual({ status: 200, body: { undone: true } })
    expect(shop.failures()).toEqual([])
  }

  it('is carried to its end, of a charge that payment knows of', async () => {
    const shop = open()
    await shop.ask('payment', charge())
    await unheardUndo(shop)
    await expectTakenBack(shop)
    expect((await rowsOf(shop, 'payment')).map(([kind]) => kind)).toEqual(['effect', 'reversal'])
  })

  it('is carried to its end, of a charge that payment never heard of', async () => {
    const shop = open()
    shop.bend('payment→bank', losesTheAnswer)
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 504 })
    await unheardUndo(shop)
    await expectTakenBack(shop)
  })

  it('is carried to its end by the next life', async () => {
    const shop = open()
    await shop.ask('payment', charge())
    await unheardUndo(shop)
    shop.restart('payment')
    await expectTakenBack(shop)
  })

  it('keeps everybody from having it done, from the moment that the bank may have undone it', async () => {
    const shop = open()
    await shop.ask('payment', charge())
    await unheardUndo(shop)
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 410, body: { reason: 'undone' } })
    await expectTakenBack(shop)
  })
})
