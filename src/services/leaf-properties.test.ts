import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openShop, type Shop } from '../../test/support/shop.ts'
import type { JsonObject, Operation } from '../core/call.ts'
import type { LedgerEntry } from '../core/ledger.ts'
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
