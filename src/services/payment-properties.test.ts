/** Payment and the bank behind it, whatever gets lost between them and whoever dies: they end alike. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type Bend,
  losesTheAnswer,
  losesTheRequest,
  never,
  openShop,
  refusesConnections,
  type Shop,
} from '../../test/support/shop.ts'
import { CallError, type Operation } from '../core/call.ts'
import type { Point } from '../core/point.ts'

const OPENING_CENTS = 5
const PRICE_CENTS = 2
const keys = ['a', 'b', 'c'] as const

type Happening =
  | { readonly what: 'prepare' | 'deliver'; readonly key: string }
  | { readonly what: 'decide'; readonly key: string; readonly decision: 'commit' | 'abort' }
  | { readonly what: 'wait'; readonly ms: number }
  | { readonly what: 'die'; readonly who: 'payment' | 'bank'; readonly at: Point | null }
  | { readonly what: 'wire'; readonly way: 'good' | 'refuses' | 'loses-requests' | 'loses-answers' }

const key = fc.constantFrom(...keys)
const happenings = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: fc.constantFrom('prepare', 'deliver'), key }) },
    {
      weight: 4,
      arbitrary: fc.record({
        what: fc.constant('decide'),
        key,
        decision: fc.constantFrom('commit', 'commit', 'abort'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ what: fc.constant('wait'), ms: fc.constantFrom(100, 700, 1_500) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant('die'),
        who: fc.constantFrom('payment', 'bank'),
        at: fc.constantFrom(null, 'before-work', 'after-commit', 'while-recovering'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant('wire'),
        way: fc.constantFrom('good', 'refuses', 'loses-requests', 'loses-answers'),
      }),
    },
  ) as fc.Arbitrary<Happening>,
  { maxLength: 30 },
)

const WIRES: Record<string, Bend> = {
  good: (reach) => reach(),
  refuses: refusesConnections,
  'loses-requests': losesTheRequest,
  'loses-answers': losesTheAnswer,
}

function openHaunted(reservationMs: number | null) {
  const decisions = new Map<string, 'commit' | 'abort'>()
  const voted = new Set<string>()
  const deadly = new Map<string, Point>()
  let wire: Bend = (reach) => reach()
  let died = Promise.withResolvers<never>()
  const shop: Shop = openShop({
    openingCents: OPENING_CENTS,
    participants: { reservationMs },
    async point(name, _, service) {
      if (name !== deadly.get(service)) return
      kill(service as 'payment' | 'bank')
      return never()
    },
  })

  /** Whoever waits for an answer of the dead hears that the connection ended. */
  function kill(who: 'payment' | 'bank'): void {
    deadly.delete(who)
    shop.restart(who)
    const before = died
    died = Promise.withResolvers<never>()
    died.promise.catch(() => undefined)
    before.reject(new CallError('reset'))
  }
  died.promise.catch(() => undefined)
  shop.bend('payment→bank', (reach, request) => Promise.race([wire(reach, request), died.promise]))
  shop.bend('bank→payment', (reach) => Promise.race([reach(), died.promise]))
  shop.bend('payment→order', async (_, request) => ({
    status: 200,
    body: { decision: decisions.get(request.key ?? '') ?? 'undecided' },
  }))

  async function ask(operation: Operation, under: string): Promise<number | undefined> {
    const body = operation === 'prepare' ? { account: 'ada', currency: 'USD', amountCents: PRICE_CENTS } : {}
    const answer = shop.ask('payment', { operation, effect: 'charge', purchase: under, key: under, body })
    return Promise.race([answer.then(({ status }) => status), shop.advance(0).then(() => undefined)])
  }

  async function happen(event: Happening): Promise<void> {
    switch (event.what) {
      case 'prepare':
        if ((await ask('prepare', event.key)) === 200) voted.add(event.key)
        return
      case 'decide':
        if (decisions.has(event.key) || (event.decision === 'commit' && !voted.has(event.key))) return
        return void decisions.set(event.key, event.decision)
      case 'deliver': {
        const decision = decisions.get(event.key)
        return void (decision && (await ask(decision, event.key)))
      }
      case 'wait':
        return shop.advance(event.ms)
      case 'die':
        return event.at === null ? kill(event.who) : void deadly.set(event.who, event.at)
      case 'wire':
        wire = WIRES[event.way] ?? wire
    }
  }

  /** The end of all trouble: everybody is there, everything arrives, and every order is decided. */
  async function heal(): Promise<void> {
    deadly.clear()
    wire = (reach) => reach()
    for (const under of keys) if (!decisions.has(under)) decisions.set(under, 'abort')
    kill('payment')
    await shop.advance(10_000)
  }

  return { shop, decisions, happen, heal }
}

/** Holds less releases, and effects, of one key at one service. */
async function endOf(shop: Shop, service: 'payment' | 'bank', under: string) {
  const own = (await shop.ledger(service)).filter((row) => row.key === under && !row.account.startsWith('merchant'))
  const count = (kind: string) => own.filter((row) => row.kind === kind).length
  return { locked: count('hold') - count('release'), done: count('effect') }
}

async function requireSane(shop: Shop): Promise<void> {
  const dollars = (await shop.balances('bank')).filter(({ unit }) => unit === 'USD')
  expect(dollars.reduce((total, { balance }) => total + balance, 0)).toBe(OPENING_CENTS)
  for (const { account, balance, held } of dollars) {
    expect(held).toBeGreaterThanOrEqual(0)
    if (account === 'ada') expect(balance - held).toBeGreaterThanOrEqual(0)
  }
  // Payment books a charge after the bank made it, never before.
  for (const under of keys) {
    const above = await endOf(shop, 'payment', under)
    const below = await endOf(shop, 'bank', `${under}/charge`)
    expect(above.done).toBeLessThanOrEqual(below.done)
  }
}

it('payment and bank end as it was decided, whatever is lost and whoever dies', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (way) => {
      const { shop, decisions, happen, heal } = openHaunted(null)
      for (const event of way) {
        await happen(event)
        await requireSane(shop)
      }
      await heal()
      for (const under of keys) {
        const end = { locked: 0, done: decisions.get(under) === 'commit' ? 1 : 0 }
        expect([under, await endOf(shop, 'payment', under)]).toEqual([under, end])
        expect([under, await endOf(shop, 'bank', `${under}/charge`)]).toEqual([under, end])
      }
      expect(shop.failures()).toEqual([])
    }),
    { numRuns: 80 },
  )
})

it('payment and bank end alike also where reservations expire', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (way) => {
      const { shop, decisions, happen, heal } = openHaunted(1_000)
      for (const event of way) {
        await happen(event)
        await requireSane(shop)
      }
      await heal()
      for (const under of keys) {
        const end = await endOf(shop, 'payment', under)
        expect(await endOf(shop, 'bank', `${under}/charge`)).toEqual(end)
        expect(end.locked).toBe(0)
        if (decisions.get(under) !== 'commit') expect(end.done).toBe(0)
      }
      expect(shop.failures()).toEqual([])
    }),
    { numRuns: 80 },
  )
})
