import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ORDERS_ONLY } from '../core/purchase.ts'
import { drawPurchase, drawPurchases, type MixScenario } from './mix.ts'

const SCENARIO: MixScenario = {
  products: [
    { name: 'console', priceCents: 50_000, stock: 10, weight: 1 },
    { name: 'game', priceCents: 6_000, stock: 10, weight: 3 },
    { name: 'retired', priceCents: 1, stock: 10, weight: 0 },
  ],
  accounts: [
    { name: 'alice', currency: 'USD', openingCents: 1, weight: 2 },
    { name: 'bob', currency: 'EUR', openingCents: 1, weight: 1 },
    { name: 'carol', currency: 'USD', openingCents: 1, weight: 1 },
  ],
  traffic: {
    orders: 10,
    arrivals: 'paced',
    ratePerSecond: 1,
    shape: { kind: 'constant' },
    mostUnits: 4,
    mix: ORDERS_ONLY,
  },
}
const MANY = 20_000

/** Chi-square of observed counts against expected shares. */
function chiSquare(counts: ReadonlyMap<unknown, number>, shares: readonly (readonly [unknown, number])[]): number {
  return shares.reduce((sum, [what, share]) => sum + ((counts.get(what) ?? 0) - share * MANY) ** 2 / (share * MANY), 0)
}

function countBy<Thing>(things: readonly Thing[], by: (thing: Thing) => unknown): Map<unknown, number> {
  const counts = new Map<unknown, number>()
  for (const thing of things) counts.set(by(thing), (counts.get(by(thing)) ?? 0) + 1)
  return counts
}

describe('purchases', () => {
  it('depend on seed and index alone, not on how many others are drawn or in which order', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(5_000), (seed, index) => {
        const drawn = drawPurchases(SCENARIO, seed)
        for (let other = 0; other < 5; other++) drawn(other, 1)
        const longer = { ...SCENARIO, traffic: { ...SCENARIO.traffic, orders: 1_000_000, ratePerSecond: 9 } }
        expect(drawn(index, 2.5)).toEqual(drawPurchase(longer, seed, index, 2.5))
      }),
    )
  })

  it('differ between seeds', () => {
    const drawn = (seed: number): unknown[] =>
      Array.from({ length: 50 }, (_, index) => drawPurchase(SCENARIO, seed, index, 0))
    expect(drawn(1)).not.toEqual(drawn(2))
  })

  it('are named from p-1, and cost the price of their units, in the currency of the account', () => {
    for (let index = 0; index < 200; index++) {
      const bought = drawPurchase(SCENARIO, 5, index, index * 1.5)
      const price = SCENARIO.products.find((product) => product.name === bought.product)?.priceCents
      const currency = SCENARIO.accounts.find((account) => account.name === bought.account)?.currency
      expect(bought).toMatchObject({ purchase: `p-${index + 1}`, index, intendedMs: index * 1.5, currency })
      expect(bought.amountCents).toBe((price as number) * bought.quantity)
    }
  })

  it('follow the weights, and 1 to mostUnits units are equally likely', () => {
    const purchaseAt = drawPurchases(SCENARIO, 11)
    const drawn = Array.from({ length: MANY }, (_, index) => purchaseAt(index, 0))
    // The bounds are the chi-square quantiles at 0.999 for 1, 2 and 3 degrees of freedom.
    const products = countBy(drawn, (bought) => bought.product)
    expect(
      chiSquare(products, [
        ['console', 1 / 4],
        ['game', 3 / 4],
      ]),
    ).toBeLessThan(10.83)
    expect(products.has('retired')).toBe(false)
    const accounts = countBy(drawn, (bought) => bought.account)
    expect(
      chiSquare(accounts, [
        ['alice', 1 / 2],
        ['bob', 1 / 4],
        ['carol', 1 / 4],
      ]),
    ).toBeLessThan(13.82)
    const units = countBy(drawn, (bought) => bought.quantity)
    expect(
      chiSquare(
        units,
        [1, 2, 3, 4].map((quantity) => [quantity, 1 / 4]),
      ),
    ).toBeLessThan(16.27)
  })

  it('choose product, account and quantity independently of one another', () => {
    const purchaseAt = drawPurchases(
      { ...SCENARIO, traffic: { ...SCENARIO.traffic, mostUnits: 2, mix: ORDERS_ONLY } },
      12,
    )
    const drawn = Array.from({ length: MANY }, (_, index) => purchaseAt(index, 0))
    const cells = countBy(drawn, (bought) => `${bought.product} ${bought.account === 'alice'} ${bought.quantity}`)
    const shares = [true, false].flatMap((alice) =>
      [1, 2].flatMap((quantity): [string, number][] => [
        [`console ${alice} ${quantity}`, 1 / 16],
        [`game ${alice} ${quantity}`, 3 / 16],
      ]),
    )
    // 7 degrees of freedom, 0.999.
    expect(chiSquare(cells, shares)).toBeLessThan(24.32)
  })

  it('cannot be drawn where no product or account has a weight', () => {
    expect(() => drawPurchases({ ...SCENARIO, products: [] }, 1)).toThrow(RangeError)
    const accounts = SCENARIO.accounts.map((account) => ({ ...account, weight: 0 }))
    expect(() => drawPurchases({ ...SCENARIO, accounts }, 1)).toThrow('weights of the accounts')
  })
})
