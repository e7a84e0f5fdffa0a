import { describe, expect, it } from 'vitest'
import {
  CANCELLED,
  CONFIRMED,
  endOf,
  lockedIn,
  mostEffectsOfOneKey,
  type OrderShop,
  openOrderShop,
} from '../../../test/support/order-shop.ts'
import { losesTheAnswer, losesTheRequest, never, refusesConnections } from '../../../test/support/shop.ts'
import { CallError } from '../../core/call.ts'
import type { Decision } from '../../core/pattern.ts'
import { openDecisionLog } from './decision-log.ts'

const openTwoPhase = (options = {}) => openOrderShop('2pc', options)

async function decisionsOf(shop: OrderShop) {
  const rows = await shop.rows('order', 'SELECT order_id, decision, delivered FROM decisions')
  return rows.map(({ order_id: id, decision, delivered }) => `${id} ${decision} ${delivered ? 'heard' : 'owed'}`)
}

async function inquire(shop: OrderShop, effect = 'deduct', key = `buyer-1/${effect}`): Promise<Decision> {
  const { body } = await shop.ask('order', { operation: 'inquire', effect, key, body: {} })
  return body.decision as Decision
}

/** Lets time pass while the order service is at a moment. */
function openPausing(at: string, ms: number, options = {}) {
  const shop: OrderShop = openTwoPhase({
    ...options,
    point: async (point: string) => (point === at ? shop.env('order').clock.sleep(ms) : undefined),
  })
  return shop
}

const backwardSteps = (shop: OrderShop) => shop.steps().filter((step) => step.includes(' abort '))

describe('the decision', () => {
  it('is durable before anybody is told to commit', async () => {
    const shop = openTwoPhase()
    const seen: string[][] = []
    shop.between((_, { operation }) => {
      if (operation !== 'commit') return undefined
      return async (reach) => {
        seen.push(await decisionsOf(shop))
        return reach()
      }
    })
    await shop.place()
    await shop.advance(0)
    // Inventory, payment, and the bank behind it.
    expect(seen).toEqual([['o-1 commit owed'], ['o-1 commit owed'], ['o-1 commit owed']])
    expect(await decisionsOf(shop)).toEqual(['o-1 commit heard'])
    expect(shop.workflowEvents()).toEqual(['decided order'])
  })

  it.each(['before-decision', 'after-vote'] as const)('is abort where the coordinator died at %s', async (point) => {
    const shop = openTwoPhase()
    shop.crashAt(point)
    expect(await shop.place()).toBeUndefined()
    await shop.advance(5_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(await decisionsOf(shop)).toEqual(['o-1 abort heard'])
    expect(await lockedIn(shop)).toBe(0)
    expect(shop.steps().filter((step) => step.includes(' commit '))).toEqual([])
  })

  it('is abort when the deadline has passed, although everybody voted to commit', async () => {
    const shop = openPausing('before-decision', 5_000)
    await shop.place()
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(await shop.place()).toMatchObject({ body: { status: 'cancelled', reason: 'deadline_passed' } })
    expect(await lockedIn(shop)).toBe(0)
  })

  it('is abort where somebody who asked was told so, although everybody voted to commit', async () => {
    const shop: OrderShop = openTwoPhase({
      async point(point: string) {
        // As an incarnation does that does not know of this one.
        if (point === 'before-decision') await openDecisionLog(shop.env('order')).decide('o-1', 'abort')
      },
    })
    expect(await shop.place()).toMatchObject({ body: { status: 'cancelled', reason: 'aborted' } })
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
    expect(await lockedIn(shop)).toBe(0)
    expect(shop.steps().filter((step) => step.includes(' commit '))).toEqual([])
  })

  it('is told with time of its own, whatever is left of the order’s', async () => {
    const shop = openPausing('before-decision', 4_900)
    const remaining: number[] = []
    shop.spoil('order→inventory', 'commit', (reach, { deadlineAtMs = 0 }) => {
      remaining.push(deadlineAtMs - shop.env('order').clock.nowMs())
      return reach()
    })
    await shop.place()
    await shop.advance(10_000)
    expect(remaining).toEqual([2_000])
  })

  it('has no row where it is abort and nobody asked: it is presumed', async () => {
    const shop = openTwoPhase({ openingCents: 1 })
    expect(await shop.place()).toMatchObject({ body: { status: 'cancelled', reason: 'insufficient_funds' } })
    await shop.advance(10_000)
    expect(await decisionsOf(shop)).toEqual([])
    expect(await lockedIn(shop)).toBe(0)
  })
})

describe('after the voting', () => {
  it('who certainly said no is not told to abort, who voted is', async () => {
    const shop = openTwoPhase({ openingCents: 1 })
    await shop.place()
    await shop.advance(10_000)
    expect(backwardSteps(shop)).toEqual(['order→inventory abort deduct'])
  })

  it.each([
    ['connection-refused', ['order→inventory abort deduct']],
    ['timeout', ['order→inventory abort deduct', 'order→payment abort charge']],
    ['reset', ['order→inventory abort deduct', 'order→payment abort charge']],
    ['in-progress', ['order→inventory abort deduct', 'order→payment abort charge']],
  ] as const)('a %s of the second is aborted as far as it may have voted', async (reason, aborted) => {
    const shop = openTwoPhase()
    shop.spoil('order→payment', 'prepare', () => Promise.reject(new CallError(reason)))
    await shop.place()
    await shop.advance(10_000)
    expect(backwardSteps(shop)).toEqual(aborted)
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it('a vote that was lost is aborted, and what comes late is refused', async () => {
    const shop = openTwoPhase()
    const late: Promise<unknown>[] = []
    shop.spoil('order→inventory', 'prepare', async (reach) => {
      late.push(
        shop
          .env('order')
          .clock.sleep(500)
          .then(reach)
          .catch((error: unknown) => error),
      )
      throw new CallError('timeout')
    })
    expect(await shop.place()).toMatchObject({ body: { status: 'cancelled', reason: 'timeout' } })
    await shop.advance(1_000)
    expect(backwardSteps(shop)).toEqual(['order→inventory abort deduct'])
    expect(await late[0]).toMatchObject({ reason: 'refused', detail: 'undone' })
    expect(await lockedIn(shop)).toBe(0)
  })

  it('an abort that nobody hears is asked for', async () => {
    const shop = openTwoPhase({ openingCents: 1 })
    shop.spoil('order→inventory', 'abort', losesTheRequest)
    await shop.place()
    await shop.advance(100)
    expect(await lockedIn(shop)).toBe(1)
    await shop.advance(10_000)
    expect(await lockedIn(shop)).toBe(0)
    expect(backwardSteps(shop)).toHaveLength(1)
    expect(await decisionsOf(shop)).toEqual(['o-1 abort heard'])
  })
})

describe('a participant that asks', () => {
  it('is told "undecided" while the order is worked on, and nothing is decided by that', async () => {
    const shop = openPausing('before-decision', 4_000)
    await shop.place()
    expect(await inquire(shop)).toBe('undecided')
    await shop.advance(3_000)
    expect(await inquire(shop, 'charge')).toBe('undecided')
    expect(await decisionsOf(shop)).toEqual([])
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
  })

  it('is told "commit" from the decision on, also while others are still being told', async () => {
    const shop = openPausing('after-decision', 4_000)
    await shop.place()
    expect(await inquire(shop)).toBe('commit')
    // Both found out by asking: nothing is left to tell, and nothing happens twice.
    await shop.advance(3_000)
    expect(await lockedIn(shop)).toBe(0)
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(await inquire(shop, 'charge')).toBe('commit')
    expect(await mostEffectsOfOneKey(shop)).toBe(1)
  })

  it('is told "abort" where nobody works on the order, and from then on nothing else can be decided', async () => {
    const shop = openTwoPhase()
    shop.crashAt('before-decision')
    // Asked before the recovery looks: the dead incarnation's order is nobody's yet.
    await shop.place()
    shop.restart('order', { recoverLater: true })
    expect(await inquire(shop)).toBe('abort')
    expect(await decisionsOf(shop)).toEqual(['o-1 abort heard'])
    shop.recover('order')
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual(CANCELLED)
  })

  it('is told "abort" of what was cancelled, durably', async () => {
    const shop = openTwoPhase({ openingCents: 1 })
    await shop.place()
    await shop.advance(100)
    expect(await inquire(shop)).toBe('abort')
    expect(await decisionsOf(shop)).toEqual(['o-1 abort heard'])
  })

  it.each([
    ['an order that nobody placed', 'buyer-9/deduct'],
    ['a key that is of another effect', 'buyer-1/charge'],
    ['a key that is of no effect', 'buyer-1'],
    ['a number that no order has', 'o-77/deduct'],
    ['the number of an order that has a key', 'o-1/deduct'],
  ])('is told "abort" about %s', async (_, key) => {
    const shop = openTwoPhase()
    await shop.place()
    expect(await inquire(shop, 'deduct', key)).toBe('abort')
    expect(await decisionsOf(shop)).toEqual(['o-1 commit heard'])
  })

  it('is told about orders without a key by their number', async () => {
    const shop = openTwoPhase()
    await shop.place({ key: null })
    expect(await inquire(shop, 'deduct', 'o-1/deduct')).toBe('commit')
  })
})

describe('a commit that cannot be told', () => {
  const away = (shop: OrderShop) => shop.spoil('order→inventory', 'commit', refusesConnections)

  it('is told later, and never taken back', async () => {
    const shop = openTwoPhase()
    away(shop)
    // Inventory must not find out by asking.
    shop.spoil('inventory→order', 'inquire', refusesConnections)
    expect(await shop.place()).toMatchObject({ status: 201 })
    expect(await endOf(shop)).toEqual({ ...CONFIRMED, pieces: 0 })
    await shop.advance(20_000)
    expect(await decisionsOf(shop)).toEqual(['o-1 commit owed'])
    shop.heal()
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(await decisionsOf(shop)).toEqual(['o-1 commit heard'])
    expect(shop.workflowEvents()).toEqual(['decided order', 'delivered order'])
    expect(backwardSteps(shop)).toEqual([])
    const tries = shop.steps().length
    await shop.advance(20_000)
    expect(shop.steps()).toHaveLength(tries)
  })

  it('is told later also when earlier ones have been', async () => {
    const shop = openTwoPhase()
    shop.spoil('inventory→order', 'inquire', refusesConnections)
    const tries = new Map<string, number>()
    shop.spoil('order→inventory', 'commit', (reach, request) => {
      const { purchase } = request
      tries.set(purchase, (tries.get(purchase) ?? 0) + 1)
      return tries.get(purchase) === 1 ? refusesConnections(reach, request) : reach()
    })
    for (const purchase of ['p-1', 'p-2']) {
      await shop.place({ purchase, key: purchase })
      await shop.advance(1_000)
      expect(await endOf(shop, purchase)).toEqual(CONFIRMED)
    }
  })

  it('is told after pauses that grow', async () => {
    const shop = openTwoPhase()
    const startMs = shop.env('order').clock.nowMs()
    const times: number[] = []
    shop.spoil('order→inventory', 'commit', () => {
      times.push(shop.env('order').clock.nowMs() - startMs)
      return Promise.reject(new CallError('connection-refused'))
    })
    await shop.place()
    await shop.advance(5_000)
    expect(times).toEqual([0, 0, 50, 150, 350, 750, 1_550, 2_550, 3_550, 4_550])
  })

  it('is told by the next incarnation where this one dies', async () => {
    const shop = openTwoPhase()
    away(shop)
    shop.spoil('inventory→order', 'inquire', refusesConnections)
    await shop.place()
    shop.kill('order')
    await shop.advance(100)
    shop.heal()
    await shop.advance(5_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(await decisionsOf(shop)).toEqual(['o-1 commit heard'])
  })

  it('is not told by two at once: a decision that is being told inline is nothing that is owed', async () => {
    const shop = openTwoPhase()
    shop.restart('order', { recoverLater: true })
    shop.spoil('order→inventory', 'commit', () => never())
    await shop.place()
    shop.recover('order')
    await shop.advance(500)
    expect(shop.steps().filter((step) => step.includes(' commit '))).toHaveLength(1)
  })

  it('keeps nobody else waiting, however many there are', async () => {
    const shop = openTwoPhase()
    shop.spoil('inventory→order', 'inquire', refusesConnections)
    let own: typeof losesTheRequest | undefined = losesTheRequest
    shop.spoil('order→inventory', 'commit', (reach, request) => {
      if (request.key?.startsWith('lost-')) return refusesConnections(reach, request)
      return own ? own(reach, request) : reach()
    })
    const lost = Array.from({ length: 40 }, (_, index) => ({ purchase: `l-${index}`, key: `lost-${index}` }))
    await Promise.all(lost.map(shop.place))
    await shop.place()
    own = undefined
    await shop.advance(3_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(await endOf(shop, 'l-1')).toEqual({ ...CONFIRMED, pieces: 0 })
  })
})

describe('after the decision', () => {
  it.each(['after-decision', 'between-commits'] as const)(
    'everybody is committed exactly once where the coordinator dies at %s',
    async (point) => {
      const shop = openTwoPhase()
      shop.crashAt(point)
      expect(await shop.place()).toBeUndefined()
      await shop.advance(500)
      expect(await endOf(shop)).toEqual(CONFIRMED)
      expect(await shop.place()).toMatchObject({ status: 201 })
      expect(await mostEffectsOfOneKey(shop)).toBe(1)
      expect(await decisionsOf(shop)).toEqual(['o-1 commit heard'])
      expect(shop.workflowEvents()).toEqual(['decided order', 'delivered order'])
    },
  )

  it('a commit whose answer is lost is told again, once', async () => {
    const shop = openTwoPhase()
    let told = 0
    shop.spoil('order→payment', 'commit', (reach, request) => (told++ === 0 ? losesTheAnswer(reach, request) : reach()))
    expect(await shop.place()).toMatchObject({ status: 201 })
    await shop.advance(500)
    expect(told).toBe(2)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(await mostEffectsOfOneKey(shop)).toBe(1)
  })

  it('one that decided by itself is not told for ever: only the audit can tell', async () => {
    const shop = openPausing('after-decision', 2_000, { participants: { reservationMs: 1_000 } })
    await shop.place()
    await shop.advance(10_000)
    expect(await endOf(shop)).toEqual({ state: CONFIRMED.state, pieces: 0, paid: 0, booked: 0 })
    expect(shop.steps().filter((step) => step.includes(' commit '))).toHaveLength(2)
    expect(await decisionsOf(shop)).toEqual(['o-1 commit heard'])
  })
})
