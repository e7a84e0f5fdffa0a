/** An oracle that finds nothing proves nothing: one bug for each invariant, in real services, turns that invariant red. */

import { beforeAll, describe, expect, it } from 'vitest'
import { INVARIANTS } from '../../src/core/invariant.ts'
import type { Result } from '../../src/core/result.ts'
import { drawPurchases } from '../../src/traffic/mix.ts'
import { BUGS } from '../planted/bugs.ts'
import { run, variantOf, violatedIn } from '../support/runs.ts'
import { gremlin, smallScenario, VARIANTS } from '../support/scenarios.ts'

const SEED = 42
const ORDERS = 40
const SOUND = 'without a bug'

const base = smallScenario({
  products: [
    { name: 'console', priceCents: 50_000, stock: 100_000, weight: 3 },
    // Too few for all who want one: without a bug the last ones are refused.
    { name: 'last-console', priceCents: 50_000, stock: 3, weight: 1 },
  ],
  traffic: { orders: ORDERS, ratePerSecond: 120 },
  variants: [SOUND, ...INVARIANTS].map((name) => ({ ...VARIANTS.key, name })),
})

/** Where answers are lost: never over the last units, since who is first there is a matter of time. */
const struck = Array.from({ length: ORDERS }, (_, index) => drawPurchases(base, SEED)(index, 0))
  .filter(({ product }) => product === 'console')
  .map(({ purchase }) => purchase)
const gremlins = [
  gremlin('dropped-answer', 'inventory', { purchases: struck, attempts: [1], probability: 0.3 }),
  gremlin('dropped-answer', 'bank', { purchases: struck, attempts: [1], probability: 0.3 }),
]

const childEntry = new URL('../planted/child.ts', import.meta.url)

let result: Result

beforeAll(async () => {
  const ran = await run({ ...base, gremlins }, { seed: SEED, childEntry })
  result = ran.result
})

it('is clean without a bug, under the same gremlins', () => {
  const sound = variantOf(result, SOUND)
  expect(violatedIn(sound)).toEqual([])
  expect(sound).toMatchObject({ verdict: 'PASS', lossCents: 0 })
  // The shortage and the lost answers were there.
  expect(sound.orders.refused).toBeGreaterThan(0)
  for (const { strikes } of sound.gremlins) expect(strikes).toBeGreaterThan(0)
})

it('plants a bug for every invariant', () => {
  expect(Object.keys(BUGS).sort()).toEqual([...INVARIANTS].sort())
})

describe.each(INVARIANTS)('%s', (invariant) => {
  const { about, alsoViolates = [] } = BUGS[invariant]!

  it(`turns red when ${about}`, () => {
    const variant = variantOf(result, invariant)
    expect(violatedIn(variant)).toEqual([invariant, ...alsoViolates].sort())
    const times = variant.violations[invariant]
    expect(variant).toMatchObject({ verdict: 'FAIL', quietAfterMs: expect.any(Number) })
    expect(variant.reasons.join('\n')).toContain(`${invariant} was violated ${times} time`)
    const found = variant.invariants.find(({ name }) => name === invariant)
    expect(found?.samples.length).toBe(Math.min(times, 20))
    expect(found?.samples.every(({ sentence }) => sentence.length > 20)).toBe(true)
  })
})

describe('a bug after which there is nothing to judge', () => {
  const variantsOf = (...names: string[]) => ({ variants: names.map((name) => ({ ...VARIANTS.key, name })) })

  it('is an error when there is no steady state', async () => {
    const ran = await run(smallScenario(variantsOf('never confirms')), { childEntry })
    expect(ran.result).toMatchObject({ verdict: 'ERROR', variants: [] })
    expect(ran.result.error).toMatch(/^no steady state: only 0 of \d+ warm-up orders were confirmed/)
  })

  it.each([
    ['throws', /^inventory: TypeError: stock is not a function\n\s+at .*bugs\.ts/],
    ['never starts', /^fx: TypeError: there are no rates\n\s+at .*bugs\.ts/],
  ])('is an error that names the service and the place, and keeps the variant before: %s', async (name, error) => {
    const ran = await run(smallScenario(variantsOf(SOUND, name)), { childEntry })
    expect(ran.result.verdict).toBe('ERROR')
    expect(ran.result.error).toMatch(error)
    expect(ran.result.variants.map((variant) => [variant.name, variant.verdict])).toEqual([[SOUND, 'PASS']])
  })
})
