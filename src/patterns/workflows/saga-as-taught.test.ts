import { describe, expect, it } from 'vitest'
import {
  CANCELLED,
  CONFIRMED,
  endOf,
  mostEffectsOfOneKey,
  openOrderShop,
  REFUSED,
} from '../../../test/support/order-shop.ts'
import { losesTheAnswer, never, refusesConnections } from '../../../test/support/shop.ts'
import { CallError } from '../../core/call.ts'

const openTaught = (options = {}) => openOrderShop('saga-as-taught', options)

describe('the faults of a saga as taught', () => {
  it('registers a compensation only after the step answered: a deduction that lost its answer is never undone', async () => {
    const shop = openTaught()
    shop.spoil('order→inventory', 'do', losesTheAnswer)
    expect(await shop.place()).toMatchObject({ body: { status: 'cancelled' } })
    await shop.advance(60_000)
    expect(shop.steps()).toEqual(['order→inventory do deduct'])
    expect(await endOf(shop)).toEqual({ ...CANCELLED, pieces: 1 })
  })

  it('registers a compensation only after the step answered: a charge that lost its answer is never undone', async () => {
    const shop = openTaught()
    shop.spoil('order→payment', 'do', losesTheAnswer)
    await shop.place()
    await shop.advance(60_000)
    expect(await endOf(shop)).toEqual({ ...CANCELLED, paid: 1, booked: 1 })
  })

  it.each([
    ['between-steps', { ...CANCELLED, pieces: 1 }],
    ['before-decision', { ...CANCELLED, paid: 1, booked: 1 }],
  ] as const)('registers a compensation only after the step answered: a crash at %s forgets it', async (point, end) => {
    const shop = openTaught()
    shop.crashAt(point)
    await shop.place()
    await shop.advance(60_000)
    expect(await endOf(shop)).toEqual(end)
  })

  it('logs a failed compensation and forgets it: the order is called cancelled all the same', async () => {
    const shop = openTaught({ openingCents: 1 })
    let tries = 0
    shop.spoil('order→inventory', 'undo', () => {
      tries += 1
      return Promise.reject(new CallError('connection-refused'))
    })
    expect(await shop.place()).toMatchObject({ body: { status: 'cancelled', reason: 'insufficient_funds' } })
    shop.heal()
    shop.kill('order')
    await shop.advance(60_000)
    expect(tries).toBe(1)
    expect(await endOf(shop)).toEqual({ ...CANCELLED, pieces: 1 })
    expect(shop.workflowEvents()).toEqual(['forgotten deduct'])
    // Nothing was undone: there is nothing that a crash could keep off the record, and be put right by the recovery.
    expect(shop.passed.map(({ point }) => point)).toEqual(['between-steps'])
  })
})

describe('apart from its faults, a saga as taught', () => {
  it('undoes what was done before a step that was refused', async () => {
    const shop = openTaught({ openingCents: 1 })
    await shop.place()
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(shop.workflowEvents()).toEqual(['compensated deduct'])
  })

  it('refuses where nobody listens, and nothing happened', async () => {
    const shop = openTaught()
    shop.spoil('order→inventory', 'do', refusesConnections)
    await shop.place()
    expect(await endOf(shop)).toEqual(REFUSED)
  })

  it('goes on backward after a crash, with what was registered, and undoes it once', async () => {
    const shop = openTaught({ openingCents: 1 })
    shop.crashAt('while-compensating')
    await shop.place()
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(await mostEffectsOfOneKey(shop)).toBe(1)
    expect((await shop.ledger('inventory')).map(({ kind }) => kind)).toEqual(['effect', 'reversal'])
  })

  it('goes on backward after a crash before the charge was heard of', async () => {
    const shop = openTaught()
    shop.spoil('order→payment', 'do', () => never())
    await shop.place()
    shop.heal()
    shop.kill('order')
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it('confirms after a crash an order whose steps are all registered', async () => {
    const shop = openTaught()
    shop.spoil('order→payment', 'do', () => never())
    await shop.place()
    shop.heal()
    await shop.ask('payment', {
      ...{ operation: 'do', effect: 'charge', key: 'buyer-1/charge' },
      body: { account: 'ada', currency: 'USD', amountCents: 50_000 },
    })
    await shop.rows('order', "INSERT INTO saga_steps VALUES ('o-1', 'charge', 'done')")
    shop.kill('order')
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
  })
})
