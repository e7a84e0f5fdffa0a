import fc from 'fast-check'
import { expect, it } from 'vitest'
import { never, openShop, type Shop } from '../../test/support/shop.ts'
import type { JsonObject, Operation } from '../core/call.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { ParticipantOptions } from '../core/pattern.ts'
import type { Point } from '../core/point.ts'
import type { ServiceName } from '../core/topology.ts'

const OPERATIONS = ['do', 'undo', 'prepare', 'commit', 'abort'] as const satisfies readonly Operation[]
const LITTLE = 5

interface Step {
  readonly operation: Operation
  readonly key: string
  readonly amount: number
}

const steps = fc.array(
  fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    // Mostly the same payload under a key, sometimes another one.
    amount: fc.constantFrom(2, 2, 2, 3),
  }),
  { maxLength: 24 },
)

const sum = (rows: readonly LedgerEntry[], kinds: readonly string[]) =>
  rows.filter(({ kind }) => kinds.includes(kind)).reduce((total, { amount }) => total + amount, 0)

/** What must hold after every single step. */
async function requireBooks(shop: Shop, service: ServiceName, floors: (account: string) => number): Promise<void> {
  const ledger = await shop.ledger(service)
  expect(ledger.map(({ seq }) => seq)).toEqual(ledger.map((_, index) => index + 1))
  for (const { account, opening, balance, held } of await shop.balances(service)) {
    const own = ledger.filter((row) => row.account === account)
    expect(balance).toBe(opening + sum(own, ['effect', 'reversal']))
    expect(held).toBe(sum(own, ['hold']) - sum(own, ['release']))
    expect(held).toBeGreaterThanOrEqual(0)
    expect(balance - held).toBeGreaterThanOrEqual(floors(account))
  }
  for (const rows of Map.groupBy(ledger, ({ key, account }) => `${key} ${account}`).values()) {
    const effects = rows.filter(({ kind }) => kind === 'effect').length
    const reversals = rows.filter(({ kind }) => kind === 'reversal').length
    expect([0, 1]).toContain(effects - reversals)
    expect(effects).toBeLessThanOrEqual(1)
  }
}

async function walk(
  shop: Shop,
  service: ServiceName,
  effect: string,
  way: readonly Step[],
  bodyOf: (step: Step) => JsonObject,
) {
  const answers: string[] = []
  const floors = (account: string) => (account.startsWith('merchant') ? Number.NEGATIVE_INFINITY : 0)
  for (const step of way) {
    const { operation, key } = step
    const { status, body } = await shop.ask(service, { operation, key, effect, purchase: key, body: bodyOf(step) })
    answers.push(`${operation} ${key} ${status} ${JSON.stringify(body)}`)
    await requireBooks(shop, service, floors)
  }
  return answers
}

it('stock adds up after any interleaving of do, undo, prepare, commit and abort', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (way) => {
      const shop = openShop({ stock: LITTLE })
      await walk(shop, 'inventory', 'deduct', way, ({ amount }) => ({ product: 'console', quantity: amount }))
    }),
    { numRuns: 60 },
  )
})

it('money adds up after any interleaving, and none is made or lost', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (way) => {
      const shop = openShop({ openingCents: LITTLE })
      await walk(shop, 'bank', 'charge', way, ({ amount }) => ({
        from: 'ada',
        to: 'merchant-USD',
        amountCents: amount,
        currency: 'USD',
      }))
      const dollars = (await shop.balances('bank')).filter(({ unit }) => unit === 'USD')
      expect(dollars.reduce((total, { balance }) => total + balance, 0)).toBe(LITTLE)
    }),
    { numRuns: 60 },
  )
})

it('whatever is asked a second time at once is answered in the same way and changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (way) => {
      const once = openShop({ stock: LITTLE })
      const twice = openShop({ stock: LITTLE })
      const body = ({ amount }: Step) => ({ product: 'console', quantity: amount })
      await walk(once, 'inventory', 'deduct', way, body)
      const answers = await walk(
        twice,
        'inventory',
        'deduct',
        way.flatMap((step) => [step, step]),
        body,
      )
      for (let i = 0; i < answers.length; i += 2) expect(answers[i + 1]).toBe(answers[i])
      const rows = async (shop: Shop) =>
        (await shop.ledger('inventory')).map(({ kind, amount, key }) => [kind, amount, key])
      expect(await rows(twice)).toEqual(await rows(once))
    }),
    { numRuns: 40 },
  )
})

/** What may happen to stock that several coordinators want, by and by. */
type Happening =
  | { readonly what: 'prepare' | 'deliver' | 'do'; readonly key: string }
  | { readonly what: 'decide'; readonly key: string; readonly decision: 'commit' | 'abort' }
  | { readonly what: 'wait'; readonly ms: number }
  | { readonly what: 'die'; readonly at: Point | null }

const keys = ['a', 'b', 'c', 'd'] as const
const happenings: fc.Arbitrary<Happening[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: fc.constantFrom('prepare', 'deliver'), key: fc.constantFrom(...keys) }) },
    { weight: 1, arbitrary: fc.record({ what: fc.constant('do'), key: fc.constantFrom('x', 'y') }) },
    {
      weight: 4,
      arbitrary: fc.record({
        what: fc.constant('decide'),
        key: fc.constantFrom(...keys),
        decision: fc.constantFrom('commit', 'commit', 'abort'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ what: fc.constant('wait'), ms: fc.constantFrom(100, 700, 1_500) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant('die'),
        at: fc.constantFrom(null, 'before-work', 'after-commit', 'while-recovering'),
      }),
    },
  ) as fc.Arbitrary<Happening>,
  { maxLength: 30 },
)

/** Stock with a coordinator that sometimes says nothing, and a process that dies where it is told to. */
function openHaunted(participants: Partial<ParticipantOptions>) {
  const decisions = new Map<string, 'commit' | 'abort'>()
  let deadlyAt: Point | undefined
  const shop: Shop = openShop({
    stock: LITTLE,
    participants,
    async point(name) {
      if (name !== deadlyAt) return
      deadlyAt = undefined
      shop.restart('inventory')
      return never()
    },
  })
  shop.bend('inventory→order', async (_, { key = '' }) => ({
    status: 200,
    body: { decision: decisions.get(key) ?? 'undecided' },
  }))
  /** The status, or undefined when the answer got lost with the process. */
  async function ask(operation: Operation, key: string): Promise<number | undefined> {
    const body = operation === 'do' || operation === 'prepare' ? { product: 'console', quantity: 2 } : {}
    const answer = shop.ask('inventory', { operation, effect: 'deduct', purchase: key, key, body })
    return Promise.race([answer.then(({ status }) => status), shop.advance(0).then(() => undefined)])
  }
  const voted = new Set<string>()
  async function happen(event: Happening): Promise<void> {
    switch (event.what) {
      case 'prepare':
        if ((await ask('prepare', event.key)) === 200) voted.add(event.key)
        return
      case 'do':
        return void (await ask('do', event.key))
      case 'decide':
        // Nobody decides to commit without the vote, and nobody decides twice.
        if (decisions.has(event.key) || (event.decision === 'commit' && !voted.has(event.key))) return
        return void decisions.set(event.key, event.decision)
      case 'deliver': {
        const decision = decisions.get(event.key)
        return void (decision && (await ask(decision, event.key)))
      }
      case 'wait':
        return shop.advance(event.ms)
      case 'die':
        if (event.at === null) shop.restart('inventory')
        else deadlyAt = event.at
    }
  }
  return {
    shop,
    decisions,
    happen,
    heal() {
      deadlyAt = undefined
    },
  }
}

/** What each key came to in the ledger: how often it was done, and how much of it is still locked. */
async function endsOf(shop: Shop) {
  const ledger = await shop.ledger('inventory')
  return keys.map((key) => {
    const own = ledger.filter((row) => row.key === key)
    return {
      key,
      done: own.filter(({ kind }) => kind === 'effect').length,
      locked: sum(own, ['hold']) - sum(own, ['release']),
    }
  })
}

it.each(['counted', 'ignored'] as const)(
  'whatever happens between vote and decision, all end as it was decided; holds of others are %s',
  async (holds) => {
    await fc.assert(
      fc.asyncProperty(happenings, async (way) => {
        const { shop, decisions, happen, heal } = openHaunted({ holds })
        const floors = () => (holds === 'counted' ? 0 : Number.NEGATIVE_INFINITY)
        for (const event of way) {
          await happen(event)
          await requireBooks(shop, 'inventory', floors)
        }
        heal()
        for (const key of keys) if (!decisions.has(key)) decisions.set(key, 'abort')
        await shop.advance(5_000)
        const expected = keys.map((key) => ({ key, done: decisions.get(key) === 'commit' ? 1 : 0, locked: 0 }))
        expect(await endsOf(shop)).toEqual(expected)
        expect(await shop.rows('inventory', "SELECT * FROM claims WHERE state = 'prepared'")).toEqual([])
        expect(shop.failures()).toEqual([])
      }),
      { numRuns: 60 },
    )
  },
)

it('reservations never outlive their time, and what was let go of is never done', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, async (way) => {
      const { shop, decisions, happen, heal } = openHaunted({ reservationMs: 1_000 })
      for (const event of way) {
        await happen(event)
        await requireBooks(shop, 'inventory', () => 0)
      }
      heal()
      await shop.advance(1_000 + 2_000)
      for (const { key, done, locked } of await endsOf(shop)) {
        expect(locked).toBe(0)
        if (decisions.get(key) !== 'commit') expect(done).toBe(0)
      }
      expect(shop.failures()).toEqual([])
    }),
    { numRuns: 60 },
  )
})
