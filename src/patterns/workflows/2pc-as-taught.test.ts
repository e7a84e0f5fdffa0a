import { describe, expect, it } from 'vitest'
import {
  CANCELLED,
  CONFIRMED,
  endOf,
  lockedIn,
  type OrderShop,
  openOrderShop,
  REFUSED,
} from '../../../test/support/order-shop.ts'
import { refusesConnections } from '../../../test/support/shop.ts'
import { CallError } from '../../core/call.ts'

const openTaught = (options = {}) => openOrderShop('2pc-as-taught', options)

function openPausing(at: string, ms: number, participants: object): OrderShop {
  const shop: OrderShop = openTaught({
    participants,
    point: async (point: string) => (point === at ? shop.env('order').clock.sleep(ms) : undefined),
  })
  return shop
}

/** Two buyers who want the last one at the same time. */
async function sellTheLastOne(participants: object): Promise<OrderShop> {
  const shop = openTaught({ stock: 1, participants })
  const orders = [1, 2].map((n) => shop.place({ purchase: `p-${n}`, key: `buyer-${n}` }))
  await Promise.all(orders)
  await shop.advance(10_000)
  return shop
}

describe('the faults of two-phase commit as taught', () => {
  it('votes without counting what others have reserved: two prepared orders take the last unit', async () => {
    const shop = await sellTheLastOne({ holds: 'ignored' })
    expect(await endOf(shop, 'p-1')).toEqual(CONFIRMED)
    expect(await endOf(shop, 'p-2')).toEqual(CONFIRMED)
    expect(await shop.balance('inventory', 'console')).toBe(-1)
  })

  it.each(['after-vote', 'before-decision', 'between-commits'] as const)(
    'keeps no decision log: an order whose coordinator dies at %s stays open for ever',
    async (point) => {
      const shop = openTaught()
      shop.crashAt(point)
      await shop.place()
      await shop.advance(60_000)
      expect((await endOf(shop)).state).toBe('accepted')
      expect(await lockedIn(shop)).toBeGreaterThan(0)
    },
  )

  it('sends ABORT to everybody when one commit fails, although another participant has committed', async () => {
    const shop = openTaught()
    shop.spoil('order→payment', 'commit', refusesConnections)
    expect(await shop.place()).toMatchObject({ body: { status: 'cancelled', reason: 'connection_refused' } })
    await shop.advance(10_000)
    expect(shop.steps().slice(-2)).toEqual(['order→inventory abort deduct', 'order→payment abort charge'])
    expect(await endOf(shop)).toEqual({ ...CANCELLED, pieces: 1 })
  })

  it('lets reservations expire: a participant aborts what the coordinator commits', async () => {
    const shop = openPausing('between-commits', 2_000, { reservationMs: 1_500 })
    await shop.place()
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual({ ...CANCELLED, pieces: 1 })
  })
})

describe('apart from its faults, two-phase commit as taught', () => {
  it('does not oversell where votes count what others hold', async () => {
    const shop = await sellTheLastOne({ holds: 'counted' })
    expect(await shop.balance('inventory', 'console')).toBe(0)
    expect([await endOf(shop, 'p-1'), await endOf(shop, 'p-2')]).toEqual([CONFIRMED, REFUSED])
  })

  it('aborts those that voted, where a later one says no', async () => {
    const shop = openTaught({ openingCents: 1 })
    await shop.place()
    await shop.advance(0)
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(await lockedIn(shop)).toBe(0)
    expect(shop.steps().filter((step) => step.includes(' abort '))).toEqual(['order→inventory abort deduct'])
  })

  it('aborts one whose vote it does not know', async () => {
    const shop = openTaught()
    shop.spoil('order→payment', 'prepare', () => Promise.reject(new CallError('timeout')))
    await shop.place()
    await shop.advance(0)
    expect(shop.steps().filter((step) => step.includes(' abort '))).toHaveLength(2)
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it('gives an abort time of its own: the order’s deadline is often why there is one', async () => {
    const shop = openTaught()
    const remaining: number[] = []
    shop.spoil('order→payment', 'prepare', async () => {
      await shop.env('order').clock.sleep(5_000)
      throw new CallError('deadline-passed')
    })
    shop.spoil('order→inventory', 'abort', (reach, { deadlineAtMs = 0 }) => {
      remaining.push(deadlineAtMs - shop.env('order').clock.nowMs())
      return reach()
    })
    await shop.place()
    await shop.advance(10_000)
    expect(remaining).toEqual([2_000])
    expect(await lockedIn(shop)).toBe(0)
  })

  it('has no answer for participants that ask', async () => {
    const answer = await openTaught().ask('order', { operation: 'inquire', effect: 'deduct', key: 'buyer-1/deduct' })
    expect(answer).toMatchObject({ status: 404, body: { reason: 'unknown_operation' } })
  })
})
