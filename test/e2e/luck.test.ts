/** The same seed: the same arrivals, the same orders, and every coin that two runs or two variants both toss falls the same. */

import { beforeAll, expect, it } from 'vitest'
import type { Row } from '../../src/core/env.ts'
import type { Variant } from '../../src/core/pattern.ts'
import { type LineOf, linesOf, type Run, readJournals, readRows, run } from '../support/runs.ts'
import { gremlin, smallScenario, VARIANTS } from '../support/scenarios.ts'

const VARIANTS_RUN: readonly Variant[] = [VARIANTS.retry, VARIANTS.key]
const FEWEST_COMMON = 150

const scenario = smallScenario({
  products: [
    { name: 'console', priceCents: 50_000, stock: 100_000, weight: 1 },
    { name: 'game', priceCents: 6_000, stock: 100_000, weight: 3 },
  ],
  traffic: { orders: 60, arrivals: 'poisson', ratePerSecond: 120, mostUnits: 3 },
  gremlins: [
    gremlin('crash-after-commit', 'inventory', { probability: 0.02 }),
    gremlin('dropped-answer', 'inventory', { probability: 0.2 }),
    gremlin('crash-before-work', 'payment', { probability: 0.02 }),
    gremlin('dropped-answer', 'payment', { probability: 0.2 }),
    gremlin('latency', 'bank', { probability: 0.3, options: { fromMs: 1, toMs: 20 } }),
  ],
  variants: VARIANTS_RUN,
})

let first: Run
let again: Run
let other: Run

beforeAll(async () => {
  first = await run(scenario)
  again = await run(scenario)
  // What the seed decides is decided alike in either world, and this one needs no processes.
  other = await run({ ...scenario, variants: [VARIANTS.key] }, { seed: 43, mode: 'virtual' })
})

function arrivals({ folder }: Run, variant: string = VARIANTS.key.name): Row[] {
  return readRows(folder, variant, 'traffic', 'SELECT * FROM purchases ORDER BY n')
}

type Toss = LineOf<'toss'>

function keyOf({ gremlin: name, node, purchase, effect, operation, attempt }: Toss): string {
  const undone = operation === 'undo' || operation === 'abort'
  return JSON.stringify([name, node, purchase, effect, undone, attempt])
}

/** How each coin of a variant fell. A coin that was tossed twice (work taken up by another incarnation) has to fall the same. */
function coinsOf({ folder }: Run, variant: string): Map<string, boolean> {
  const coins = new Map<string, boolean>()
  for (const toss of linesOf(readJournals(folder, variant), 'toss')) {
    const key = keyOf(toss)
    expect(coins.get(key) ?? toss.struck, `the coin ${key} of ${variant}`).toBe(toss.struck)
    coins.set(key, toss.struck)
  }
  return coins
}

/** Coins that both tossed: how many there are, how many of them struck, and those that fell differently. */
function compare(ones: ReadonlyMap<string, boolean>, others: ReadonlyMap<string, boolean>) {
  const common = [...ones.keys()].filter((key) => others.has(key))
  return {
    common: common.length,
    struck: common.filter((key) => ones.get(key)).length,
    differing: common.filter((key) => ones.get(key) !== others.get(key)),
  }
}

it('gives the same arrivals and orders, in every variant and in another run', () => {
  const expected = arrivals(first)
  expect(expected).toHaveLength(60)
  expect(new Set(expected.map(({ product }) => product)).size).toBe(2)
  expect(new Set(expected.map(({ quantity }) => quantity)).size).toBe(3)
  expect(new Set(expected.map(({ currency }) => currency)).size).toBe(2)
  for (const { name } of VARIANTS_RUN) {
    expect(arrivals(first, name)).toEqual(expected)
    expect(arrivals(again, name)).toEqual(expected)
  }
})

it.each(VARIANTS_RUN.map(({ name }) => name))('tosses the same coins in two runs of %s', (name) => {
  const { common, struck, differing } = compare(coinsOf(first, name), coinsOf(again, name))
  expect(differing).toEqual([])
  expect(common).toBeGreaterThan(FEWEST_COMMON)
  expect(struck).toBeGreaterThan(10)
})

it('tosses the same coins in two variants of one run', () => {
  const [one, two] = VARIANTS_RUN.map(({ name }) => coinsOf(first, name))
  const { common, struck, differing } = compare(one!, two!)
  expect(differing).toEqual([])
  expect(common).toBeGreaterThan(FEWEST_COMMON)
  expect(struck).toBeGreaterThan(10)
})

it('gives other arrivals, orders and coins for another seed', () => {
  const [ones, others] = [arrivals(first), arrivals(other)]
  expect(others).toHaveLength(60)
  expect(others.map(({ intended_ms }) => intended_ms)).not.toEqual(ones.map(({ intended_ms }) => intended_ms))
  expect(others.map(({ product }) => product)).not.toEqual(ones.map(({ product }) => product))
  const { common, differing } = compare(coinsOf(first, VARIANTS.key.name), coinsOf(other, VARIANTS.key.name))
  expect(common).toBeGreaterThan(FEWEST_COMMON)
  expect(differing.length).toBeGreaterThan(10)
})
