import { describe, expect, it } from 'vitest'
import {
  losesTheAnswer,
  losesTheRequest,
  never,
  openShop,
  type Shop,
  type ShopOptions,
} from '../../test/support/shop.ts'
import { CallError, type Operation } from '../core/call.ts'
import { INQUIRE_AFTER_MS } from './in-doubt.ts'

const ask = (shop: Shop, operation: Operation, key = 'k-1', amountCents = 700) =>
  shop.ask('payment', {
    operation,
    effect: 'charge',
    key,
    body: ['do', 'prepare'].includes(operation) ? { account: 'ada', currency: 'USD', amountCents } : {},
  })

const inquire = (shop: Shop, key = 'k-1/charge') => shop.ask('payment', { operation: 'inquire', effect: 'charge', key })

function open(options: ShopOptions = {}): Shop {
  return openShop({ openingCents: 1_000, ...options })
}

/** What the order service is to say to everybody that asks. */
function decide(shop: Shop, decision: 'commit' | 'abort' | 'undecided'): void {
  shop.bend('payment→order', async () => ({ status: 200, body: { decision } }))
}

async function kindsOf(shop: Shop, service: 'payment' | 'bank') {
  return (await shop.ledger(service)).map(({ kind }) => kind)
}

async function heldAtBank(shop: Shop): Promise<number | undefined> {
  return (await shop.balances('bank')).find(({ account }) => account === 'ada')?.held
}

describe('a payment in doubt', () => {
  it('asks the order service under its key, commits at the bank, and tells logging', async () => {
    const shop = open()
    const keys: (string | undefined)[] = []
    shop.bend('payment→order', async (_, { key }) => {
      keys.push(key)
      return { status: 200, body: { decision: 'commit' } }
    })
    await ask(shop, 'prepare')
    await shop.advance(INQUIRE_AFTER_MS)
    expect(keys).toEqual(['k-1'])
    expect(await shop.balance('bank', 'ada')).toBe(300)
    expect(await kindsOf(shop, 'payment')).toEqual(['hold', 'release', 'effect'])
    expect((await shop.ledger('logging')).map(({ key }) => key)).toEqual(['k-1/charged'])
  })

  it('aborts at the bank when it is told so', async () => {
    const shop = open()
    decide(shop, 'abort')
    await ask(shop, 'prepare')
    await shop.advance(INQUIRE_AFTER_MS)
    expect([await heldAtBank(shop), await shop.balance('bank', 'ada')]).toEqual([0, 1_000])
    expect(await kindsOf(shop, 'payment')).toEqual(['hold', 'release'])
  })

  it('keeps its lock for ever while it is told nothing, and so does the bank', async () => {
    const shop = open()
    decide(shop, 'undecided')
    await ask(shop, 'prepare')
    await shop.advance(60_000)
    expect([await kindsOf(shop, 'payment'), await kindsOf(shop, 'bank')]).toEqual([['hold'], ['hold']])
    expect(shop.failures()).toEqual([])
  })

  it('counts from the vote and not from the request', async () => {
    const shop = open()
    let askedAtMs = 0
    shop.bend('payment→order', async () => {
      askedAtMs ||= shop.env('payment').clock.nowMs()
      return { status: 200, body: { decision: 'commit' } }
    })
    shop.bend('payment→bank', async (reach) => {
      await shop.env('bank').clock.sleep(700)
      return reach()
    })
    const startMs = shop.env('payment').clock.nowMs()
    const vote = ask(shop, 'prepare')
    await shop.advance(5_000)
    expect([(await vote).status, askedAtMs - startMs]).toEqual([200, 700 + INQUIRE_AFTER_MS])
  })

  it('that an earlier life left open asks once it has its vote', async () => {
    const shop = open()
    decide(shop, 'abort')
    shop.bend('payment→bank', async (reach) => {
      await reach()
      return never()
    })
    void ask(shop, 'prepare')
    await shop.advance(0)
    shop.mend('payment→bank')
    expect([await kindsOf(shop, 'payment'), await heldAtBank(shop)]).toEqual([[], 700])
    shop.restart('payment')
    await shop.advance(INQUIRE_AFTER_MS + 10)
    expect([await kindsOf(shop, 'payment'), await heldAtBank(shop)]).toEqual([['hold', 'release'], 0])
  })

  it('asks again while the bank does not hear the decision, and books it once', async () => {
    const shop = open()
    decide(shop, 'commit')
    await ask(shop, 'prepare')
    shop.bend('payment→bank', losesTheAnswer)
    await shop.advance(3_000)
    expect(await kindsOf(shop, 'payment')).toEqual(['hold'])
    shop.mend('payment→bank')
    await shop.advance(3_000)
    expect(await kindsOf(shop, 'payment')).toEqual(['hold', 'release', 'effect'])
    expect(await shop.balance('bank', 'ada')).toBe(300)
  })
})

describe('payment as the bank’s coordinator', () => {
  it.each<[string, string, (shop: Shop) => Promise<unknown>]>([
    ['undecided', 'it has voted and not heard', (shop) => ask(shop, 'prepare')],
    [
      'undecided',
      'it does not know what the bank did',
      async (shop) => {
        shop.bend('payment→bank', losesTheRequest)
        await ask(shop, 'prepare')
      },
    ],
    ['commit', 'it has committed', (shop) => ask(shop, 'prepare').then(() => ask(shop, 'commit'))],
    ['abort', 'it has aborted', (shop) => ask(shop, 'prepare').then(() => ask(shop, 'abort'))],
    ['abort', 'it has refused', (shop) => ask(shop, 'prepare', 'k-1', 2_000)],
    ['abort', 'it knows nothing of it', () => Promise.resolve()],
  ])('says %s when %s', async (decision, _, before) => {
    const shop = open()
    await before(shop)
    expect(await inquire(shop)).toEqual({ status: 200, body: { decision } })
  })

  it('sees to it that what it knows nothing of never comes', async () => {
    const shop = open()
    for (const _ of [1, 2]) expect((await inquire(shop)).body).toEqual({ decision: 'abort' })
    shop.restart('payment')
    expect(await ask(shop, 'prepare')).toMatchObject({ status: 410, body: { reason: 'undone' } })
    expect((await shop.ledger('payment')).map(({ kind, key }) => [kind, key])).toEqual([['tombstone', 'k-1']])
    expect(await kindsOf(shop, 'bank')).toEqual([])
  })

  it('has asked for nothing under a key that is not one of its own', async () => {
    const shop = open()
    expect((await inquire(shop, 'k-1')).body).toEqual({ decision: 'abort' })
    expect(await shop.ledger('payment')).toEqual([])
    expect(await shop.ask('payment', { operation: 'inquire', effect: 'charge' })).toMatchObject({ status: 400 })
  })

  it('passes the moments of every request', async () => {
    const moments: string[] = []
    const shop = open({ point: async (name, { operation }) => void moments.push(`${operation} ${name}`) })
    await inquire(shop)
    expect(moments).toEqual(['inquire before-work', 'inquire after-commit'])
  })

  it('does not leave a hold behind that arrived after payment had freed the key', async () => {
    const shop = open()
    // A retry that was refused at the door hides that the first try got through.
    shop.bend('payment→bank', async (reach) => {
      await reach()
      throw new CallError('connection-refused')
    })
    expect(await ask(shop, 'prepare')).toMatchObject({ status: 503 })
    shop.mend('payment→bank')
    expect(await heldAtBank(shop)).toBe(700)
    await shop.advance(INQUIRE_AFTER_MS)
    expect(await heldAtBank(shop)).toBe(0)
    expect(await ask(shop, 'prepare')).toMatchObject({ status: 410 })
  })

  it.each([
    ['commit', 300],
    ['abort', 1_000],
  ] as const)('is asked by the bank under the bank’s key, and heard when it says %s', async (decision, left) => {
    const shop = open()
    const keys: (string | undefined)[] = []
    shop.bend('bank→payment', async (_, { key }) => {
      keys.push(key)
      return { status: 200, body: { decision } }
    })
    decide(shop, 'undecided')
    await ask(shop, 'prepare')
    await shop.advance(INQUIRE_AFTER_MS)
    expect(keys).toEqual(['k-1/charge'])
    expect([await heldAtBank(shop), await shop.balance('bank', 'ada')]).toEqual([0, left])
  })
})

describe('a bank that decided otherwise', () => {
  const settleAtBank = (shop: Shop, operation: 'commit' | 'abort') =>
    shop.ask('bank', { operation, effect: 'charge', key: 'k-1/charge' })

  it('and let go of the money: the payment cannot be committed any more', async () => {
    const shop = open()
    await ask(shop, 'prepare')
    await settleAtBank(shop, 'abort')
    for (const _ of [1, 2]) {
      expect(await ask(shop, 'commit')).toMatchObject({ status: 410, body: { reason: 'undone' } })
    }
    expect(await kindsOf(shop, 'payment')).toEqual(['hold', 'release'])
    expect(await ask(shop, 'abort')).toEqual({ status: 200, body: { undone: true } })
    expect((await inquire(shop)).body).toEqual({ decision: 'abort' })
    await shop.advance(10_000)
    expect(await shop.ledger('logging')).toEqual([])
  })

  it('and took the money: the payment cannot be aborted any more, and is on the books', async () => {
    const shop = open()
    await ask(shop, 'prepare')
    await settleAtBank(shop, 'commit')
    for (const _ of [1, 2]) {
      expect(await ask(shop, 'abort')).toMatchObject({ status: 422, body: { reason: 'already_committed' } })
    }
    expect(await kindsOf(shop, 'payment')).toEqual(['hold', 'release', 'effect'])
    expect(await ask(shop, 'commit')).toMatchObject({ status: 200 })
    await shop.advance(0)
    expect((await shop.ledger('logging')).map(({ key }) => key)).toEqual(['k-1/charged'])
    expect(await ask(shop, 'undo')).toEqual({ status: 200, body: { undone: true } })
    expect(await shop.balance('bank', 'ada')).toBe(1_000)
  })

  it.each(['commit', 'abort', 'undo'] as const)(
    'or refuses %s for another reason: that is passed on',
    async (operation) => {
      const shop = open()
      await ask(shop, 'prepare')
      shop.bend('payment→bank', () => Promise.reject(new CallError('refused', 'not_prepared', { status: 404 })))
      expect(await ask(shop, operation)).toMatchObject({ status: 503, body: { reason: 'downstream' } })
      expect(await kindsOf(shop, 'payment')).toEqual(['hold'])
    },
  )
})
