/** Orders that were put off: what buyers hear, when they are tried, how they end, and that no crash loses one. */

import { describe, expect, it } from 'vitest'
import {
  CONFIRMED,
  type End,
  endOf,
  mostEffectsOfOneKey,
  type OrderShop,
  openOrderShop,
} from '../../test/support/order-shop.ts'
import {
  type Bend,
  losesTheAnswer,
  never,
  openShop,
  puttingOff,
  refusesConnections,
  type ShopOptions,
} from '../../test/support/shop.ts'
import { CallError } from '../core/call.ts'
import type { RunningWorkflow } from '../core/pattern.ts'
import type { Edge, ServiceName } from '../core/topology.ts'

const WITH_PENDING = 'sequential-with-pending'
const UNDONE: End = { state: 'accepted failed', pieces: 0, paid: 0, booked: 0 }
const STEPS: readonly Edge[] = ['order→inventory', 'order→payment']
/** When an order is tried that is never answered, after it was put off. */
const TRIES_MS = [200, 600, 1_400, 3_000, 6_200]

type Options = ShopOptions & { workflow?: object }

/** A shop whose order service has a fallback at both steps; the ways of `bends` are spoilt until the shop is healed. */
function openPending(bends: Partial<Record<Edge, Bend>>, options: Options = {}): OrderShop {
  const shop = openOrderShop(WITH_PENDING, options)
  shop.between((edge) => {
    const bend = bends[edge]
    if (!STEPS.includes(edge)) return bend
    return puttingOff(bend ?? ((reach) => reach()))
  })
  return shop
}

const away: Bend = () => Promise.reject(new CallError('breaker-open'))

function heal(shop: OrderShop): void {
  shop.between((edge) => (STEPS.includes(edge) ? puttingOff((reach) => reach()) : undefined))
}

async function kept(shop: OrderShop): Promise<string[]> {
  return (await shop.rows('order', 'SELECT * FROM pending ORDER BY n')).map(({ n, tries }) => `o-${n}: ${tries} tries`)
}

describe('an order that is put off', () => {
  it.each([
    ['order→inventory', 'inventory_pending', 'not reserved'],
    ['order→payment', 'payment_pending', 'not made'],
  ] as const)(
    'at %s is answered 202, in plain words, and the same when it is asked for again',
    async (edge, reason, words) => {
      const shop = openPending({ [edge]: away })
      const answer = await shop.place()
      const message = expect.stringContaining(words)
      expect(answer).toEqual({ status: 202, body: { orderId: 'o-1', status: 'pending', reason, message } })
      expect(await shop.place()).toEqual(answer)
      shop.kill('order')
      expect(await shop.place()).toEqual(answer)
      expect(await kept(shop)).toEqual(['o-1: 0 tries'])
    },
  )

  it('is confirmed in the background, with one effect each, and told like any other', async () => {
    const shop = openPending({ 'order→payment': losesTheAnswer })
    await shop.place()
    await shop.advance(500)
    expect((await endOf(shop)).state).toBe('accepted')
    heal(shop)
    await shop.advance(500)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(await mostEffectsOfOneKey(shop)).toBe(1)
    expect((await shop.ledger('notification')).map(({ key }) => key)).toEqual(['buyer-1/notify'])
    expect(await shop.place()).toMatchObject({ status: 201, body: { orderId: 'o-1', status: 'confirmed' } })
    expect(await kept(shop)).toEqual([])
  })

  it('ends at once where the participant says no', async () => {
    const shop = openPending({ 'order→payment': away }, { openingCents: 1 })
    await shop.place()
    heal(shop)
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual({ ...UNDONE, state: 'accepted cancelled' })
    expect(await shop.place()).toMatchObject({ status: 502, body: { reason: 'insufficient_funds' } })
  })

  it('is tried with growing pauses and a deadline of its own, five times', async () => {
    const shop = openPending({})
    const tried: number[] = []
    const { clock } = shop.env('order')
    const startMs = clock.nowMs()
    shop.spoil(
      'order→inventory',
      'do',
      puttingOff(async (_, { deadlineAtMs }) => {
        tried.push(clock.nowMs() - startMs)
        expect(deadlineAtMs).toBe(clock.nowMs() + 5_000)
        throw new CallError('timeout')
      }),
    )
    await shop.place()
    await shop.advance(60_000)
    expect(tried).toEqual([0, ...TRIES_MS])
  })

  it('is given up after the last try: nothing is left of it, and operations know', async () => {
    const shop = openPending({ 'order→payment': losesTheAnswer })
    await shop.place()
    await shop.advance(6_100)
    expect((await endOf(shop)).state).toBe('accepted')
    await shop.advance(10_000)
    // The charge was done, and its answer always lost; so is that of its undo, which is not put off.
    expect(shop.workflowEvents().filter((event) => event.startsWith('raised'))).toEqual([
      'raised charge',
      'raised order',
    ])
    expect(await endOf(shop)).toEqual(UNDONE)
    expect(await shop.place()).toMatchObject({ status: 500, body: { status: 'failed', reason: 'compensation_failed' } })
    expect(await kept(shop)).toEqual([])
  })

  it('is failed as pending_too_long where all of it could be undone', async () => {
    const shop = openPending({})
    shop.spoil('order→payment', 'do', puttingOff(refusesConnections))
    await shop.place()
    await shop.advance(10_000)
    expect(await shop.place()).toMatchObject({ status: 500, body: { status: 'failed', reason: 'pending_too_long' } })
    expect(await endOf(shop)).toEqual(UNDONE)
    expect(shop.workflowEvents()).toEqual(['compensated charge', 'compensated deduct', 'raised order'])
  })

  it('is tried as the variant says', async () => {
    const shop = openPending({ 'order→inventory': away }, { workflow: { tries: 2, firstPauseMs: 50, mostPauseMs: 60 } })
    await shop.place()
    await shop.advance(115)
    heal(shop)
    await shop.advance(5_000)
    expect((await endOf(shop)).state).toBe('accepted failed')
  })

  it('is a bug of a workflow that does not say how it goes on', async () => {
    const createWorkflow = (): RunningWorkflow => ({
      place: async () => ({ state: 'pending', reason: 'payment_pending' }),
      recover: async () => undefined,
      resume() {},
    })
    const body = { product: 'console', quantity: 1, account: 'ada' }
    const asked = openShop({ createWorkflow }).ask('order', { operation: 'place', effect: 'order', body })
    await expect(asked).rejects.toThrow(/does not say how it goes on/)
  })
})

describe('the worker', () => {
  it('leaves nothing running when nothing is pending', async () => {
    const shop = openPending({ 'order→inventory': away })
    await shop.place()
    expect(shop.env('order').backgrounds).toEqual(['pending orders'])
    heal(shop)
    await shop.advance(5_000)
    const before = shop.env('order').backgrounds.length
    await shop.advance(60_000)
    expect(shop.env('order').backgrounds).toHaveLength(before)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(shop.failures()).toEqual([])
  })

  it('tries at most sixteen orders at once, and comes to all of them', async () => {
    const shop = openPending({ 'order→inventory': away }, { stock: 100, openingCents: 10_000_000 })
    for (let n = 1; n <= 50; n++) await shop.place({ purchase: `p-${n}`, key: `buyer-${n}` })
    let atOnce = 0
    let most = 0
    shop.between((edge) => {
      if (edge !== 'order→inventory') return undefined
      return async (reach) => {
        most = Math.max(most, ++atOnce)
        await shop.env('order').clock.sleep(30)
        atOnce--
        return reach()
      }
    })
    await shop.advance(10_000)
    expect(most).toBe(16)
    for (let n = 1; n <= 50; n++) expect(await endOf(shop, `p-${n}`)).toEqual(CONFIRMED)
  })

  it('counts a try before it makes it, so that one that kills the service does not kill it for ever', async () => {
    const shop = openPending({ 'order→inventory': away })
    await shop.place()
    shop.between((edge, { operation }) => {
      if (edge !== 'order→inventory' || operation !== 'do') return undefined
      return () => {
        shop.kill('order')
        return never()
      }
    })
    await shop.advance(60_000)
    expect(shop.env('order').incarnation).toBe(6)
    expect(await endOf(shop)).toEqual(UNDONE)
    expect(await shop.place()).toMatchObject({ body: { reason: 'pending_too_long' } })
  })

  it('goes on after a crash with what an earlier life left open, answered or not', async () => {
    const shop = openPending({ 'order→inventory': () => never(), 'order→payment': away })
    await shop.place()
    shop.kill('order')
    await shop.advance(0)
    expect(await shop.place()).toMatchObject({ status: 202, body: { reason: 'coordinator_restarted' } })
    heal(shop)
    await shop.advance(1_000)
    expect(await endOf(shop)).toEqual(CONFIRMED)
    expect(
      shop
        .env('order')
        .recorded('workflow')
        .map(({ detail }) => detail),
    ).toEqual(['o-1 is pending'])
  })
})

/** Ways of a pending order that pass, together, everything that the worker does. */
const WAYS: readonly (readonly [string, (shop: OrderShop) => void, Options])[] = [
  ['is confirmed', heal, {}],
  ['is refused by payment', heal, { openingCents: 1 }],
  [
    'is given up',
    (shop) => {
      heal(shop)
      shop.spoil('order→payment', 'do', puttingOff(losesTheAnswer))
    },
    {},
  ],
]

describe('a crash of the order service', () => {
  /** The order service dies right after its commit of this number, which it never hears of; every commit after it is heard. */
  async function live([, meanwhile, options]: (typeof WAYS)[number], deadly: number, who: ServiceName = 'order') {
    let commits = 0
    const shop: OrderShop = openPending(
      { 'order→payment': away },
      {
        ...options,
        committed(service) {
          if (service === who && ++commits === deadly) shop.kill(service)
        },
      },
    )
    await shop.place()
    await shop.advance(100)
    meanwhile(shop)
    await shop.advance(60_000)
    return { shop, commits }
  }

  it.each(WAYS)('after any of its commits loses no order and doubles none that %s', async (...way) => {
    const whole = await live(way, Number.POSITIVE_INFINITY)
    expect(whole.commits).toBeGreaterThan(5)
    for (let deadly = 1; deadly <= whole.commits; deadly++) {
      const { shop } = await live(way, deadly)
      const end = await endOf(shop)
      const all = end.state === 'accepted confirmed' ? 1 : 0
      expect([deadly, end.state]).toEqual([deadly, expect.stringMatching(/^accepted (confirmed|cancelled|failed)$/)])
      expect([deadly, end.pieces, end.paid, end.booked]).toEqual([deadly, all, all, all])
      expect(await mostEffectsOfOneKey(shop)).toBeLessThanOrEqual(1)
      expect(await kept(shop)).toEqual([])
      expect(shop.failures()).toEqual([])
      // Whoever asks again is told how it ended.
      expect(await shop.place()).toMatchObject({ body: { status: end.state.split(' ')[1] } })
      if (all === 1) expect(await shop.ledger('notification')).toHaveLength(1)
    }
  })
})
