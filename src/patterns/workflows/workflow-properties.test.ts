/** All or nothing, whatever is lost, late or slow on the way and whoever dies: for the workflows that promise it, and for no others. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lockedIn, mostEffectsOfOneKey, type OrderShop, openOrderShop } from '../../../test/support/order-shop.ts'
import { type Bend, puttingOff, type ShopOptions } from '../../../test/support/shop.ts'
import { CallError } from '../../core/call.ts'
import type { ServiceName } from '../../core/topology.ts'

const STOCK = 2
const PRICE_CENTS = 50_000
/** Some orders are refused by the one, some by the other. */
const OPENING_CENTS = 3 * PRICE_CENTS
/** So often at most a call of one kind for one purchase goes wrong: an undo always succeeds within its limit. */
const MOST_TROUBLE = 3
const TROUBLE_MS = 5_000
/** A buyer who hears nothing asks again, under the same key. */
const PATIENCE_MS = 1_500

/** What becomes of a call, after it has been on its way for a while. */
interface Fate {
  readonly what: 'well' | 'refused' | 'lost' | 'unheard' | 'late'
  readonly afterMs: number
}

interface Way {
  readonly orders: readonly { readonly afterMs: number; readonly quantity: number }[]
  /** What becomes of the calls, in the order in which they are made; all goes well after the last one. */
  readonly fates: readonly Fate[]
  /** At which of the order service's moments, counted over all its lives, it dies. */
  readonly deadly: readonly number[]
  readonly deaths: readonly { readonly afterMs: number; readonly who: ServiceName }[]
}

const fate: fc.Arbitrary<Fate> = fc.record({
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant('well' as const) },
    { weight: 1, arbitrary: fc.constantFrom('refused', 'lost', 'unheard', 'late') },
  ),
  afterMs: fc.constantFrom(0, 0, 0, 10, 40, 150),
})
const aWay = (crashes: number): fc.Arbitrary<Way> =>
  fc.record({
    orders: fc.array(fc.record({ afterMs: fc.constantFrom(0, 0, 20, 150), quantity: fc.constantFrom(1, 1, 2) }), {
      minLength: 2,
      maxLength: 4,
    }),
    fates: fc.array(fate, { minLength: 10, maxLength: 40 }),
    deadly: fc.uniqueArray(fc.nat(20), { maxLength: crashes }),
    deaths: fc.array(
      fc.record({
        afterMs: fc.constantFrom(10, 200, 800, 1_500),
        who: fc.constantFrom<ServiceName>('inventory', 'payment', 'bank'),
      }),
      { maxLength: 2 },
    ),
  })

/** What a call comes to. A request that is late arrives when its caller has long given up on it. */
function fated(shop: OrderShop, sleep: (ms: number) => Promise<void>, { what, afterMs }: Fate): Bend {
  return async (reach) => {
    if (afterMs > 0) await sleep(afterMs)
    switch (what) {
      case 'well':
        return reach()
      case 'refused':
        throw new CallError('connection-refused')
      case 'lost':
        throw new CallError('timeout')
      case 'unheard':
        await reach()
        throw new CallError('reset')
      case 'late':
        shop.env('logging').background('late', async () => {
          await sleep(700)
          // Nobody waits for the answer, whatever it is.
          await reach().catch((error: unknown) => expect(error).toBeInstanceOf(CallError))
        })
        throw new CallError('timeout')
    }
  }
}

interface Setting {
  readonly participants?: ShopOptions['participants'] & {}
  readonly workflow?: object
  /** Whether a fallback puts off what has no answer. */
  readonly fallback?: boolean
}

function openFated(name: string, { fates, deadly }: Way, { fallback = false, ...setting }: Setting): OrderShop {
  const left = [...fates]
  const trouble = new Map<string, number>()
  let moments = 0
  const shop: OrderShop = openOrderShop(name, {
    stock: STOCK,
    openingCents: OPENING_CENTS,
    ...setting,
    point(_point, _passed, service) {
      if (service !== 'order' || !deadly.includes(moments++)) return Promise.resolve()
      shop.kill('order')
      // Whoever got here is dead, and hears of nothing any more.
      return new Promise(() => undefined)
    },
  })
  const { clock } = shop.env('logging')

  shop.between((edge, { operation, purchase, deadlineAtMs = Number.POSITIVE_INFINITY }) => {
    const steps = edge === 'order→inventory' || edge === 'order→payment'
    const put = fallback && steps ? puttingOff : (how: Bend) => how
    if (clock.nowMs() >= deadlineAtMs) return put(() => Promise.reject(new CallError('deadline-passed')))
    const fate = left.shift()
    if (!fate) return put((reach) => reach())
    const call = `${edge} ${operation} ${purchase}`
    const before = trouble.get(call) ?? 0
    if (fate.what !== 'well') trouble.set(call, before + 1)
    return put(fated(shop, clock.sleep, before < MOST_TROUBLE ? fate : { ...fate, what: 'well' }))
  })
  return shop
}

/** Lives through everything, heals and waits; gives what buyers were told, by purchase. */
async function live(shop: OrderShop, { orders, deaths }: Way): Promise<Map<string, string>> {
  const told = new Map<string, string>()
  const { clock } = shop.env('logging')
  orders.forEach(({ afterMs, quantity }, index) => {
    const purchase = `p-${index}`
    const body = { product: 'console', quantity, account: 'ada' }
    shop.env('logging').background('buyer', async () => {
      if (afterMs > 0) await clock.sleep(afterMs)
      for (let tries = 0; tries < 3 && !told.has(purchase); tries++) {
        const asking = { operation: 'place', effect: 'order', purchase, key: purchase, body } as const
        const answer = await Promise.race([shop.ask('order', asking), clock.sleep(PATIENCE_MS)])
        // No answer, 409 or 202: it is still being worked on.
        if (answer && answer.status !== 409 && answer.status !== 202) told.set(purchase, String(answer.body.status))
        else if (answer) await clock.sleep(PATIENCE_MS)
      }
    })
  })
  for (const { afterMs, who } of deaths) {
    shop.env('logging').background('death', async () => {
      await clock.sleep(afterMs)
      shop.kill(who)
    })
  }
  await shop.advance(TROUBLE_MS)
  shop.heal()
  await shop.advance(30_000)
  return told
}

async function requireAllOrNothing(shop: OrderShop, way: Way, told: Map<string, string>): Promise<void> {
  const [order, inventory, payment, bank] = await Promise.all(
    (['order', 'inventory', 'payment', 'bank'] as const).map(shop.ledger),
  )
  for (const [index, { quantity }] of way.orders.entries()) {
    const purchase = `p-${index}`
    const sumOf = (rows: typeof order) =>
      (rows ?? [])
        .filter((row) => row.purchase === purchase && (row.kind === 'effect' || row.kind === 'reversal'))
        .reduce((total, { amount }) => total + amount, 0)
    const states = (order ?? []).filter((row) => row.purchase === purchase).map(({ kind }) => kind)
    // One that died before it was accepted is nobody's, and nothing of it may be anywhere.
    if (states.length > 0) expect(states.join(' ')).toMatch(/^accepted (confirmed|cancelled|refused)$/)
    const taken = states[1] === 'confirmed' ? quantity : 0
    expect([purchase, sumOf(inventory)]).toEqual([purchase, 0 - taken])
    expect([purchase, sumOf(payment)]).toEqual([purchase, taken * PRICE_CENTS])
    const paid = (bank ?? []).filter(({ account }) => account === 'ada')
    expect([purchase, sumOf(paid)]).toEqual([purchase, 0 - taken * PRICE_CENTS])
    const said = told.get(purchase)
    if (said !== undefined) expect([purchase, states[1]]).toEqual([purchase, said])
  }
  expect(await lockedIn(shop)).toBe(0)
  expect(await mostEffectsOfOneKey(shop)).toBeLessThanOrEqual(1)
  expect(await shop.balance('inventory', 'console')).toBeGreaterThanOrEqual(0)
  expect(await shop.balance('bank', 'ada')).toBeGreaterThanOrEqual(0)
  expect(shop.failures()).toEqual([])
}

function allOrNothing(name: string, crashes: number, setting: Setting) {
  return fc.asyncProperty(aWay(crashes), async (way) => {
    const shop = openFated(name, way, setting)
    await requireAllOrNothing(shop, way, await live(shop, way))
  })
}

/** None is given up before the trouble is over. */
const PATIENT = { tries: 100, mostPauseMs: 500 }

it.each([
  ['2pc', {}],
  ['saga', {}],
  ['sequential-with-pending', { workflow: PATIENT }],
  ['sequential-with-pending', { workflow: PATIENT, fallback: true }],
] as const)('%s with %j is all or nothing, whatever is lost and whoever dies', async (name, setting) => {
  await fc.assert(allOrNothing(name, 3, setting), { numRuns: 80, seed: 20_261_121 })
})

it.each([
  ['sequential', {}],
  ['saga-as-taught', {}],
  ['2pc-as-taught', {}],
  ['2pc-as-taught', { holds: 'ignored', reservationMs: 1_500 }],
  // Not the coordinator's fault: a participant that decides alone.
  ['2pc', { reservationMs: 100 }],
  ['2pc', { holds: 'ignored' }],
] as const)('%s with %j is not, even where the order service never dies', async (name, participants) => {
  const { failed } = await fc.check(allOrNothing(name, 0, { participants }), {
    numRuns: 150,
    seed: 20_261_121,
    endOnFailure: true,
  })
  expect(failed).toBe(true)
})
