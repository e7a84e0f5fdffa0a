import { describe, expect, it } from 'vitest'
import {
  losesTheAnswer,
  losesTheRequest,
  never,
  openShop,
  refusesConnections,
  type Shop,
  type ShopOptions,
} from '../../test/support/shop.ts'
import type { Reply, Request } from '../core/call.ts'

const charge = (about: Partial<Request> = {}): Partial<Request> => ({
  effect: 'charge',
  key: 'k-1',
  body: { account: 'ada', currency: 'USD', amountCents: 700 },
  ...about,
})
const inEuros = { body: { account: 'eve', currency: 'EUR', amountCents: 700 } }

function open(options: ShopOptions = {}): Shop {
  return openShop({ openingCents: 1_000, ...options })
}

/** Kind, amount and key of each row. */
async function rowsOf(shop: Shop, service: 'payment' | 'bank' | 'logging') {
  return (await shop.ledger(service)).map(({ kind, amount, key }) => [kind, amount, key])
}

async function openPayments(shop: Shop): Promise<number> {
  return (await shop.rows('payment', 'SELECT * FROM open_payments')).length
}

const CHARGED_ONCE = [
  ['effect', -700, 'k-1/charge'],
  ['effect', 700, 'k-1/charge'],
]

describe('a charge', () => {
  it('goes through the bank, is booked, and is told to logging', async () => {
    const shop = open()
    const answer = { status: 200, body: { account: 'ada', currency: 'USD', amountCents: 700 } }
    expect(await shop.ask('payment', charge())).toEqual(answer)
    await shop.advance(0)
    expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
    expect(await rowsOf(shop, 'payment')).toEqual([['effect', 700, 'k-1']])
    expect(await rowsOf(shop, 'logging')).toEqual([['effect', 1, 'k-1/charged']])
    expect(await openPayments(shop)).toBe(0)
  })

  it('is converted where the currency differs, rounded half up', async () => {
    const shop = open()
    const answer = await shop.ask('payment', charge(inEuros))
    expect(answer.body).toEqual({ account: 'eve', currency: 'EUR', amountCents: 644 })
    expect(await shop.balance('bank', 'merchant-EUR')).toBe(644)
  })

  it('has one effect and one answer for one key', async () => {
    const shop = open()
    const first = await shop.ask('payment', charge())
    expect(await shop.ask('payment', charge())).toEqual(first)
    const other = charge({ body: { account: 'ada', currency: 'USD', amountCents: 1 } })
    expect(await shop.ask('payment', other)).toMatchObject({ status: 422, body: { reason: 'key_reused' } })
    expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
  })

  it('is answered 409 while the first one runs', async () => {
    const shop = open()
    const gate = Promise.withResolvers<void>()
    shop.bend('payment→bank', async (reach) => {
      await gate.promise
      return reach()
    })
    const first = shop.ask('payment', charge())
    await shop.advance(0)
    for (const operation of ['do', 'undo', 'abort'] as const) {
      const meanwhile = await shop.ask('payment', charge({ operation }))
      expect(meanwhile).toMatchObject({ status: 409, body: { reason: 'in_progress' } })
    }
    gate.resolve()
    expect(await first).toMatchObject({ status: 200 })
    expect(await shop.ask('payment', charge())).toEqual(await first)
    expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
  })

  it('that the bank refuses is refused, and the "no" is stored', async () => {
    const shop = open({ openingCents: 699 })
    const no = await shop.ask('payment', charge())
    expect(no).toMatchObject({ status: 422, body: { reason: 'insufficient_funds' } })
    shop.bend('payment→bank', () => Promise.reject(new Error('nobody asks the bank again')))
    expect(await shop.ask('payment', charge())).toEqual(no)
    expect(await openPayments(shop)).toBe(0)
  })

  it('stores nothing for a body that it does not understand', async () => {
    const shop = open()
    const odd = await shop.ask('payment', charge({ body: { account: 'ada' } }))
    expect(odd).toMatchObject({ status: 400, body: { reason: 'malformed' } })
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 200 })
  })

  it('needs a rate: an unknown currency is refused', async () => {
    const no = await open().ask('payment', charge({ body: { account: 'ada', currency: 'XAU', amountCents: 7 } }))
    expect(no).toMatchObject({ status: 422, body: { reason: 'unknown_currency' } })
  })

  it.each(['query', 'place'] as const)('is all there is to ask for, not %s', async (operation) => {
    const no = await open().ask('payment', charge({ operation }))
    expect(no).toMatchObject({ status: 404, body: { reason: 'unknown_operation' } })
  })
})

describe('a charge whose outcome is unknown', () => {
  it('is answered 504; the same key again charges once', async () => {
    const shop = open()
    shop.bend('payment→bank', losesTheAnswer)
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 504 })
    shop.mend('payment→bank')
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 200, body: { amountCents: 700 } })
    expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
    expect(await rowsOf(shop, 'payment')).toEqual([['effect', 700, 'k-1']])
  })

  it('is not another charge because the payload differs the second time', async () => {
    const shop = open()
    shop.bend('payment→bank', losesTheRequest)
    await shop.ask('payment', charge())
    shop.mend('payment→bank')
    const other = charge({ body: { account: 'ada', currency: 'USD', amountCents: 1 } })
    expect(await shop.ask('payment', other)).toMatchObject({ status: 422, body: { reason: 'key_reused' } })
    expect(await rowsOf(shop, 'bank')).toEqual([])
  })

  it('is finished in the background, by one task, however often it fails', async () => {
    const shop = open()
    shop.bend('payment→bank', losesTheRequest)
    await shop.ask('payment', charge())
    shop.bend('payment→bank', refusesConnections)
    await shop.advance(3_000)
    expect(shop.env('payment').backgrounds).toEqual(['finish k-1'])
    shop.mend('payment→bank')
    await shop.advance(10_000)
    expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
    expect(await openPayments(shop)).toBe(0)
    expect(shop.failures()).toEqual([])
  })

  it('counts the background tries as attempts of the same charge', async () => {
    const shop = open()
    shop.bend('payment→bank', losesTheRequest)
    await shop.ask('payment', charge())
    shop.mend('payment→bank')
    await shop.advance(1_000)
    expect(shop.env('payment').attempt('p-1', 'do:charge')).toBe(3)
  })

  it('is tried until it has its end, after pauses that double up to five seconds', async () => {
    const shop = open()
    const triedAtMs: number[] = []
    shop.bend('payment→bank', (reach, request) => {
      triedAtMs.push(shop.env('payment').clock.nowMs())
      return losesTheRequest(reach, request)
    })
    await shop.ask('payment', charge())
    await shop.advance(600_000)
    const pausesMs = triedAtMs.slice(1).map((atMs, index) => atMs - triedAtMs[index]!)
    expect(pausesMs.slice(0, 8)).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
    expect(Math.max(...pausesMs)).toBe(5_000)
    expect(await openPayments(shop)).toBe(1)
    shop.mend('payment→bank')
    await shop.advance(5_000)
    expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
    expect(await openPayments(shop)).toBe(0)
    // One task from the first try to the last: the run was not quiet for a moment.
    expect(shop.env('payment').backgrounds.filter((name) => name.startsWith('finish'))).toEqual(['finish k-1'])
    expect(shop.failures()).toEqual([])
  })

  it('is tried by one life at a time', async () => {
    const shop = open()
    let tries = 0
    shop.bend('payment→bank', (reach, request) => {
      tries += 1
      return losesTheRequest(reach, request)
    })
    await shop.ask('payment', charge())
    await shop.advance(60_000)
    shop.restart('payment')
    await shop.advance(60_000)
    const before = tries
    await shop.advance(50_000)
    expect(tries - before).toBe(10)
    expect(shop.failures()).toEqual([])
  })

  it('can be undone: the bank is asked to take it back', async () => {
    const shop = open()
    shop.bend('payment→bank', losesTheAnswer)
    await shop.ask('payment', charge())
    shop.mend('payment→bank')
    expect(await shop.ask('payment', charge({ operation: 'undo' }))).toEqual({ status: 200, body: { undone: true } })
    await shop.advance(60_000)
    expect(await shop.balance('bank', 'ada')).toBe(1_000)
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 410, body: { reason: 'undone' } })
  })
})

describe('a charge that certainly did not happen', () => {
  it('frees its key', async () => {
    const shop = open()
    shop.bend('payment→bank', refusesConnections)
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 503 })
    expect(await openPayments(shop)).toBe(0)
    expect(shop.env('payment').backgrounds).toEqual([])
    shop.mend('payment→bank')
    const other = charge({ body: { account: 'ada', currency: 'USD', amountCents: 1 } })
    expect(await shop.ask('payment', other)).toMatchObject({ status: 200, body: { amountCents: 1 } })
  })

  it('does not free a key whose earlier attempt may have happened', async () => {
    const shop = open()
    shop.bend('payment→bank', losesTheAnswer)
    await shop.ask('payment', charge())
    shop.bend('payment→bank', refusesConnections)
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 503 })
    expect(await openPayments(shop)).toBe(1)
    shop.mend('payment→bank')
    await shop.ask('payment', charge())
    expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
  })
})

describe('a crash of payment', () => {
  it('between the bank and the commit is made good with the same keys downstream', async () => {
    const shop = open()
    const keys: (string | undefined)[] = []
    shop.bend('payment→bank', async (reach, { key }) => {
      keys.push(key)
      const reply = await reach()
      return keys.length === 1 ? never() : reply
    })
    void shop.ask('payment', charge(inEuros))
    await shop.advance(0)
    expect(await rowsOf(shop, 'payment')).toEqual([])
    shop.restart('payment')
    await shop.advance(0)
    expect(keys).toEqual(['k-1/charge', 'k-1/charge'])
    expect(await rowsOf(shop, 'payment')).toEqual([['effect', 644, 'k-1']])
    expect(await shop.balance('bank', 'merchant-EUR')).toBe(644)
    expect(await shop.ask('payment', charge(inEuros))).toMatchObject({ status: 200, body: { amountCents: 644 } })
    expect(await rowsOf(shop, 'logging')).toEqual([['effect', 1, 'k-1/charged']])
    expect(shop.failures()).toEqual([])
  })

  it('before the bank heard anything is made good, too', async () => {
    const shop = open()
    shop.bend('payment→bank', () => never())
    void shop.ask('payment', charge())
    await shop.advance(0)
    shop.mend('payment→bank')
    shop.restart('payment')
    await shop.advance(0)
    expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
  })

  it('leaves one piece of work, although a retry and the recovery both take it up', async () => {
    // Whoever is first by however little.
    for (let turns = -5; turns < 5; turns++) {
      const shop = open()
      shop.bend('payment→bank', () => never())
      void shop.ask('payment', charge())
      await shop.advance(0)
      shop.mend('payment→bank')
      shop.restart('payment', { recoverLater: true })
      const retries: Promise<Reply>[] = []
      if (turns < 0) retries.push(shop.ask('payment', charge()))
      for (let turn = 0; turn < Math.abs(turns); turn++) await Promise.resolve()
      shop.recover('payment')
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      retries.push(shop.ask('payment', charge()))
      await shop.advance(60_000)
      for (const { status } of await Promise.all(retries)) expect([200, 409]).toContain(status)
      expect(await rowsOf(shop, 'bank')).toEqual(CHARGED_ONCE)
      expect(await rowsOf(shop, 'payment')).toEqual([['effect', 700, 'k-1']])
      expect(shop.failures()).toEqual([])
    }
  })
})

describe('without keys that are kept', () => {
  it('ignored: each delivery is a charge', async () => {
    const shop = open({ participants: { keys: 'ignored' }, openingCents: 5_000 })
    for (const _ of [1, 2]) await shop.ask('payment', charge())
    expect(await shop.balance('bank', 'ada')).toBe(3_600)
  })

  it('as taught: two that arrive together both charge, a later one does not', async () => {
    const shop = open({ participants: { keys: 'as-taught' }, openingCents: 5_000 })
    const both = Promise.all([shop.ask('payment', charge()), shop.ask('payment', charge())])
    await shop.advance(20)
    expect((await both).map(({ status }) => status)).toEqual([200, 200])
    expect(await rowsOf(shop, 'payment')).toHaveLength(2)
    expect(await shop.balance('bank', 'ada')).toBe(3_600)
    expect(await shop.ask('payment', charge())).toMatchObject({ status: 200 })
    expect(await rowsOf(shop, 'payment')).toHaveLength(2)
  })

  it('ignored: what an earlier life left open stays open', async () => {
    const shop = open({ participants: { keys: 'ignored' } })
    shop.bend('payment→bank', () => never())
    void shop.ask('payment', charge())
    await shop.advance(0)
    shop.mend('payment→bank')
    shop.restart('payment')
    await shop.advance(60_000)
    expect(await rowsOf(shop, 'bank')).toEqual([])
  })
})
