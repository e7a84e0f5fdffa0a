import { describe, expect, it } from 'vitest'
import { losesTheAnswer, never, openShop, refusesConnections, type Shop } from '../../test/support/shop.ts'
import { CallError } from '../core/call.ts'

const charge = (key: string, operation: 'do' | 'undo' = 'do') =>
  ({ effect: 'charge', operation, key, body: { account: 'ada', currency: 'USD', amountCents: 1 } }) as const

async function heardKeys(shop: Shop): Promise<string[]> {
  return (await shop.ledger('logging')).map(({ key }) => key)
}

describe('a history that is kept until it is heard', () => {
  it('never stops a payment: what could not be told is told later, in order, once', async () => {
    const shop = openShop()
    shop.bend('payment→logging', refusesConnections)
    for (const key of ['k-1', 'k-2']) expect(await shop.ask('payment', charge(key))).toMatchObject({ status: 200 })
    expect(await shop.ask('payment', charge('k-1', 'undo'))).toMatchObject({ status: 200 })
    await shop.advance(5_000)
    expect(await heardKeys(shop)).toEqual([])
    shop.mend('payment→logging')
    await shop.advance(2_000)
    expect(await heardKeys(shop)).toEqual(['k-1/charged', 'k-2/charged', 'k-1/refunded'])
    expect(await shop.rows('payment', 'SELECT * FROM outbox')).toEqual([])
    expect(shop.failures()).toEqual([])
  })

  it('is told again when the answer was lost, and logging counts it once', async () => {
    const shop = openShop()
    let sent = 0
    shop.bend('payment→logging', (reach, request) => {
      sent += 1
      return sent === 1 ? losesTheAnswer(reach, request) : reach()
    })
    await shop.ask('payment', charge('k-1'))
    await shop.advance(1_000)
    expect(sent).toBe(2)
    expect(await heardKeys(shop)).toEqual(['k-1/charged'])
  })

  it('survives a crash between the telling and the forgetting', async () => {
    const shop = openShop()
    shop.bend('payment→logging', async (reach) => {
      await reach()
      return never()
    })
    await shop.ask('payment', charge('k-1'))
    await shop.advance(0)
    shop.mend('payment→logging')
    shop.restart('payment')
    await shop.advance(0)
    expect(await heardKeys(shop)).toEqual(['k-1/charged'])
    expect(await shop.rows('payment', 'SELECT * FROM outbox')).toEqual([])
  })

  it('is sent in one stream, however many are kept', async () => {
    const shop = openShop()
    shop.bend('payment→logging', refusesConnections)
    const keys = Array.from({ length: 45 }, (_, index) => `k-${index}`)
    await Promise.all(keys.map((key) => shop.ask('payment', charge(key))))
    shop.mend('payment→logging')
    await shop.advance(2_000)
    expect((await heardKeys(shop)).toSorted()).toEqual(keys.map((key) => `${key}/charged`).toSorted())
    expect(shop.env('payment').backgrounds.filter((name) => name === 'history relay')).toHaveLength(1)
  })

  it('does not wait for the next payment when one comes in just as the last one was sent', async () => {
    // Whatever the number of turns between the end of one relay and the next commit, the entry must find a relay.
    for (let turns = 0; turns < 60; turns++) {
      const shop = openShop()
      const first = shop.ask('payment', charge('k-1'))
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      await Promise.all([first, shop.ask('payment', charge('k-2'))])
      await shop.advance(0)
      expect(await heardKeys(shop)).toHaveLength(2)
    }
  })

  it('gives up on what logging will never take', async () => {
    const shop = openShop()
    shop.bend('payment→logging', () => Promise.reject(new CallError('refused', 'malformed', { status: 400 })))
    await shop.ask('payment', charge('k-1'))
    await shop.advance(0)
    expect(await shop.rows('payment', 'SELECT * FROM outbox')).toEqual([])
  })
})

describe('a history that is told in passing', () => {
  it('is told once and forgotten', async () => {
    const shop = openShop({ participants: { history: 'inline' } })
    shop.bend('payment→logging', refusesConnections)
    expect(await shop.ask('payment', charge('k-1'))).toMatchObject({ status: 200 })
    shop.mend('payment→logging')
    await shop.ask('payment', charge('k-2'))
    await shop.advance(10_000)
    expect(await heardKeys(shop)).toEqual(['k-2/charged'])
  })
})
