/** What every workflow of the catalogue does alike, and what every hardened one promises, in either world. */

import { describe, expect, it } from 'vitest'
import {
  CANCELLED,
  CONFIRMED,
  endOf,
  lockedIn,
  mostEffectsOfOneKey,
  type OrderShop,
  openOrderShop as openShopOf,
  REFUSED,
} from '../../../test/support/order-shop.ts'
import { losesTheAnswer, never, type ShopOptions } from '../../../test/support/shop.ts'
import { KEEPING_WORLDS } from '../../../test/support/two-worlds.ts'
import type { Operation } from '../../core/call.ts'
import type { Point } from '../../core/point.ts'
import type { Edge } from '../../core/topology.ts'
import { WORKFLOWS } from './catalogue.ts'

const STEP_BY_STEP = ['order→inventory do deduct', 'order→payment do charge']
const IN_TWO_PHASES = [
  'order→inventory prepare deduct',
  'order→payment prepare charge',
  'order→inventory commit deduct',
  'order→payment commit charge',
]
const CALLS: Readonly<Record<string, readonly string[]>> = {
  sequential: STEP_BY_STEP,
  'sequential-with-pending': STEP_BY_STEP,
  saga: STEP_BY_STEP,
  'saga-as-taught': STEP_BY_STEP,
  '2pc': IN_TWO_PHASES,
  '2pc-as-taught': IN_TWO_PHASES,
}
const HARDENED = ['2pc', 'saga', 'sequential-with-pending'] as const

/** Everything that may become of one order, as far as the workflow's ways through it differ. */
const STORIES: Readonly<Record<string, (name: string, openOrderShop: typeof openShopOf) => Promise<OrderShop>>> = {
  async 'all is well'(name, openOrderShop) {
    const shop = openOrderShop(name)
    await shop.place()
    return shop
  },
  async 'asked for the stock first'(name, openOrderShop) {
    const options = name === 'sequential' ? { workflow: { stock: 'ask-then-deduct' } } : {}
    const shop = openOrderShop(name, options)
    await shop.place()
    return shop
  },
  async 'too little money'(name, openOrderShop) {
    const shop = openOrderShop(name, { openingCents: 1 })
    await shop.place()
    return shop
  },
  async 'died and came back'(name, openOrderShop) {
    const shop = openOrderShop(name)
    shop.spoil('order→payment', CALLS[name] === IN_TWO_PHASES ? 'prepare' : 'do', () => never())
    await shop.place()
    shop.heal()
    shop.kill('order')
    await shop.advance(10_000)
    return shop
  },
}

/** Ways of an order that pass, together, every moment of the workflows that promise all or nothing. */
const WAYS: readonly (readonly [string, ShopOptions, (shop: OrderShop) => void])[] = [
  ['everybody says yes', {}, () => undefined],
  ['payment says no', { openingCents: 1 }, () => undefined],
  [
    'nobody knows what payment says',
    {},
    (shop) => {
      let lost = 0
      const losesOne = (...args: Parameters<typeof losesTheAnswer>) =>
        lost++ === 0 ? losesTheAnswer(...args) : args[0]()
      shop.spoil('order→payment', 'do', losesOne)
      shop.spoil('order→payment', 'prepare', losesOne)
    },
  ],
]

describe.each(KEEPING_WORLDS)('$name', (means) => {
  const openOrderShop: typeof openShopOf = (name, options = {}) => openShopOf(name, { ...options, means })

  describe.each(Object.entries(WORKFLOWS))('%s', (name, workflow) => {
    async function tell(story: string): Promise<OrderShop> {
      const shop = await STORIES[story]?.(name, openOrderShop)
      await shop?.advance(10_000)
      return shop as OrderShop
    }

    it('confirms an order of which everybody says yes, with just the calls it takes', async () => {
      const shop = openOrderShop(name)
      expect(await shop.place()).toMatchObject({ status: 201, body: { status: 'confirmed' } })
      expect(shop.steps()).toEqual(CALLS[name])
      await shop.advance(10_000)
      expect(await endOf(shop)).toEqual(CONFIRMED)
      expect(await lockedIn(shop)).toBe(0)
      expect(shop.steps()).toEqual(CALLS[name])
    })

    it('refuses what the first participant says no to, and leaves nothing', async () => {
      const shop = openOrderShop(name, { stock: 0 })
      expect(await shop.place()).toMatchObject({ status: 422, body: { reason: 'insufficient_stock' } })
      await shop.advance(10_000)
      expect(shop.steps()).toEqual(CALLS[name]?.slice(0, 1))
      expect(await endOf(shop)).toEqual(REFUSED)
      expect(await lockedIn(shop)).toBe(0)
    })

    it('derives every key from the order’s: the buyer’s, or its number', async () => {
      for (const story of ['all is well', 'too little money', 'died and came back']) {
        const { asked } = await tell(story)
        const own = asked.filter(({ edge, operation }) => edge.startsWith('order→') && operation !== 'query')
        for (const { effect, key } of own) expect(key).toBe(`buyer-1/${effect}`)
      }
      const shop = openOrderShop(name)
      await shop.place({ key: null })
      const own = shop.asked.filter(({ edge }) => edge.startsWith('order→'))
      for (const { effect, key } of own) expect(key).toBe(`o-1/${effect}`)
    })

    it('passes all its moments and no others, and asks for all its operations and no others', async () => {
      const points = new Set<Point>()
      const operations = new Set<Operation>()
      for (const story of Object.keys(STORIES)) {
        const { passed, asked } = await tell(story)
        for (const { point } of passed) points.add(point)
        for (const { edge, operation } of asked) {
          if (edge === 'order→inventory' || edge === 'order→payment') operations.add(operation)
        }
      }
      expect([...points].toSorted()).toEqual(workflow.points.toSorted())
      expect([...operations].toSorted()).toEqual(workflow.operations.toSorted())
    })

    it('hides no bug, whichever call it comes from', async () => {
      const calls = new Map<string, { edge: Edge; operation: Operation }>()
      for (const story of ['all is well', 'too little money']) {
        for (const { edge, operation } of (await tell(story)).asked) {
          if (edge.startsWith('order→')) calls.set(`${edge} ${operation}`, { edge, operation })
        }
      }
      for (const { edge, operation } of calls.values()) {
        const backwards = operation === 'undo' || operation === 'abort'
        const shop = openOrderShop(name, backwards ? { openingCents: 1 } : {})
        shop.spoil(edge, operation, () => Promise.reject(new TypeError('a bug')))
        const thrown = await shop.place().catch((error: unknown) => error)
        await shop.advance(10_000)
        const seen = [thrown, ...shop.failures()].filter((error) => error instanceof TypeError)
        expect(seen, `${edge} ${operation}`).toHaveLength(1)
      }
    })

    it('gives the same key the same answer, and nothing happens twice', async () => {
      const shop = openOrderShop(name)
      const first = await shop.place()
      expect(await shop.place()).toEqual(first)
      shop.kill('order')
      expect(await shop.place()).toEqual(first)
      await shop.advance(10_000)
      expect(await endOf(shop)).toEqual(CONFIRMED)
      expect(await mostEffectsOfOneKey(shop)).toBe(1)
    })
  })

  describe.each(HARDENED)('%s promises all or nothing', (name) => {
    const points = WORKFLOWS[name]?.points ?? []

    async function requireSound(shop: OrderShop): Promise<string> {
      const end = await endOf(shop)
      expect([CONFIRMED, CANCELLED]).toContainEqual(end)
      expect(await lockedIn(shop)).toBe(0)
      expect(await mostEffectsOfOneKey(shop)).toBeLessThanOrEqual(1)
      expect(shop.failures()).toEqual([])
      return end.state
    }

    it.each(points)('to an order whose coordinator dies at %s', async (point) => {
      let died = 0
      for (const [way, options, spoil] of WAYS) {
        const shop = openOrderShop(name, options)
        spoil(shop)
        shop.crashAt(point)
        // Somebody has to be there for it to recover.
        if (point === 'while-recovering') shop.crashAt('before-decision')
        await shop.place()
        await shop.advance(60_000)
        if (shop.env('order').incarnation > 1) died += 1
        const state = await requireSound(shop)
        expect(way === 'payment says no' && state === CONFIRMED.state).toBe(false)
        // Whoever asks again is told how it ended, and that changes nothing.
        expect(await shop.place()).toMatchObject({ body: { status: state.split(' ')[1] } })
      }
      expect(died).toBeGreaterThan(0)
    })

    it.each(points)(
      'to an order whose coordinator dies at %s, while a participant is away for a while',
      async (point) => {
        for (const away of ['order→inventory', 'order→payment'] as const) {
          const shop = openOrderShop(name)
          shop.crashAt(point)
          if (point === 'while-recovering') shop.crashAt('before-decision')
          await shop.place()
          shop.between((edge) => (edge === away ? () => never() : undefined))
          shop.kill('order')
          await shop.advance(2_000)
          shop.heal()
          shop.kill('order')
          await shop.advance(60_000)
          await requireSound(shop)
        }
      },
    )

    it.each(points)('to twenty orders at once whose coordinator dies at %s', async (point) => {
      const shop = openOrderShop(name, { stock: 5 })
      shop.crashAt(point)
      if (point === 'while-recovering') shop.crashAt('before-decision')
      const numbers = Array.from({ length: 20 }, (_, index) => index + 1)
      await Promise.all(numbers.map((n) => shop.place({ purchase: `p-${n}`, key: `buyer-${n}` })))
      await shop.advance(60_000)
      let sold = 0
      for (const n of numbers) {
        const { state, pieces, paid, booked } = await endOf(shop, `p-${n}`)
        expect(state).toMatch(/^accepted (confirmed|cancelled|refused)$/)
        const all = state === CONFIRMED.state ? 1 : 0
        expect([pieces, paid, booked]).toEqual([all, all, all])
        sold += all
      }
      expect(sold).toBeLessThanOrEqual(5)
      expect(await lockedIn(shop)).toBe(0)
      expect(await mostEffectsOfOneKey(shop)).toBeLessThanOrEqual(1)
    })
  })
})
