/** Every single fault of one order, against what variants promise. */

import { describe, expect, it } from 'vitest'
import { shippedScenario } from '../../test/support/shipped-scenarios.ts'
import { type Decision, decisionKey } from '../core/decision.ts'
import { summariseTrial } from '../scenarios/trial-summary.ts'
import { type EveryPointOptions, everyPoint } from './every-point.ts'
import { storiesOf } from './point-stories.ts'

const warehouse = shippedScenario('schrodingers-warehouse')
const workers: EveryPointOptions['workers'] = { count: 1, run: (plan) => summariseTrial(plan) }

function explored(variant: string, more: Partial<EveryPointOptions> = {}) {
  return everyPoint({ scenario: warehouse, variant, seed: 42, orders: 1, pairs: false, workers, ...more })
}

async function coinsOf(variant: string, story = 0, strikes: readonly Decision[] = []): Promise<readonly Decision[]> {
  const { scenario } = storiesOf(warehouse, 1)[story] as ReturnType<typeof storiesOf>[0]
  const { coins } = await summariseTrial({ scenario: { ...scenario, strikes }, variant, seed: 42, tellCoins: true })
  return coins ?? []
}

const wordsOf = (coins: readonly Decision[]) =>
  new Set(coins.map((coin) => `${coin.gremlin} ${coin.operation} ${coin.effect}`))
const momentsOf = (coins: readonly Decision[]) => new Set(coins.flatMap(({ at }) => at ?? []))

describe('every single fault', () => {
  it.each(['2pc', 'saga'])('of %s is survived, also where the bank refuses', async (variant) => {
    const coverage = await explored(variant)
    expect(coverage.map(({ story }) => story)).toEqual(['an order', 'an order that the bank refuses'])
    for (const { faultFree, singles, findings } of coverage) {
      expect({ faultFree, findings }).toEqual({ faultFree: [], findings: [] })
      expect(singles).toEqual({ planned: singles.planned, tried: singles.planned, violating: 0 })
      expect(singles.planned).toBeGreaterThan(30)
    }
  })

  it('of a shop without any pattern shows what a lost answer does', async () => {
    const [order] = await explored('naive')
    const lost = order?.findings.find(({ faults: [fault] }) => fault?.gremlin === 'dropped-answer@payment')
    expect(lost?.violations.map(({ what }) => what)).toEqual(['all-or-nothing', 'buyer-told-the-truth'])
    expect(order?.singles.violating).toBe(order?.findings.length)
  })

  it('of retries without keys shows the second charge, and blames no fault for what happens without any', async () => {
    const [order] = await explored('retry')
    const lost = order?.findings.find(({ faults: [fault] }) => fault?.gremlin === 'dropped-answer@payment')
    expect(lost?.violations.map(({ what }) => what)).toEqual(['charged-at-most-once'])
    const [, refused] = await explored('naive')
    expect(refused?.faultFree.map(({ what }) => what)).toEqual(['all-or-nothing', 'buyer-told-the-truth'])
    for (const { violations } of refused?.findings ?? [])
      expect(violations.map(({ what }) => what)).not.toContain('all-or-nothing')
  })
})

describe('the faults', () => {
  it('are at every service, every operation and every moment that the order passes', async () => {
    const coins = await coinsOf('2pc')
    const words = wordsOf(coins)
    for (const gremlin of ['crash-before-work', 'crash-after-commit', 'dropped-request', 'dropped-answer']) {
      for (const on of ['inventory deduct', 'payment charge', 'bank charge'])
        for (const operation of ['prepare', 'commit']) {
          const [service, effect] = on.split(' ')
          expect(words).toContain(`${gremlin}@${service} ${operation} ${effect}`)
        }
      expect(words).toContain(`${gremlin}@fx do quote`)
      expect(words).toContain(`${gremlin}@logging do history`)
      expect(words).toContain(`${gremlin}@notification do notify`)
    }
    expect([...momentsOf(coins)]).toEqual(['after-vote', 'before-decision', 'after-decision', 'between-commits'])
  })

  it('are there while something is undone, and while somebody recovers', async () => {
    const undone = await coinsOf('saga', 1)
    expect(wordsOf(undone)).toContain('crash-after-commit@inventory undo deduct')
    expect(momentsOf(undone)).toContain('while-compensating')
    const crash = (await coinsOf('saga')).find(({ at }) => at === 'between-steps') as Decision
    expect(momentsOf(await coinsOf('saga', 0, [crash]))).toContain('while-recovering')
  })

  it('have a name of their own, each', async () => {
    const coins = await coinsOf('saga')
    expect(new Set(coins.map(decisionKey)).size).toBe(coins.length)
  })
})

describe('pairs', () => {
  it('are each of two, and those whose second comes only after the first', async () => {
    const plans: { singles: number; pairs: number | null }[] = []
    const run = async (plan: Parameters<typeof summariseTrial>[0]) => {
      const { strikes = [] } = plan.scenario
      // What two faults do is of no interest here, and there are many of them.
      if (strikes.length === 2) return { violations: [], orders: null, requests: null, strikes }
      return summariseTrial(plan)
    }
    const counting = {
      pairs: true,
      workers: { count: 1, run },
      onPlan: (_: string, planned: (typeof plans)[0]) => void plans.push(planned),
    }
    const [order] = await explored('saga', counting)
    const { planned, tried, afterFirst, neverMeet } = order?.pairs ?? {
      planned: 0,
      tried: 0,
      afterFirst: 0,
      neverMeet: 0,
    }
    const singles = order?.singles.planned ?? 0
    expect(planned).toBe((singles * (singles - 1)) / 2 + afterFirst)
    expect(tried).toBe(planned)
    expect(afterFirst).toBeGreaterThan(singles)
    expect(neverMeet).toBeGreaterThan(0)
    expect(plans.slice(0, 2)).toEqual([
      { singles, pairs: null },
      { singles, pairs: planned },
    ])
  })

  it('that never meet are the first fault alone', async () => {
    const coins = await coinsOf('saga')
    const { scenario } = storiesOf(warehouse, 1)[0] as ReturnType<typeof storiesOf>[0]
    let apart = 0
    for (const [index, first] of coins.entries()) {
      const met = new Set((await coinsOf('saga', 0, [first])).map(decisionKey))
      const second = coins[index + 1 + (index % 3)]
      if (!second) continue
      const { strikes } = await summariseTrial({
        scenario: { ...scenario, strikes: [first, second] },
        variant: 'saga',
        seed: 42,
      })
      expect(strikes.map(decisionKey)).toEqual(
        met.has(decisionKey(second)) ? [first, second].map(decisionKey) : [decisionKey(first)],
      )
      if (!met.has(decisionKey(second))) apart += 1
    }
    expect(apart).toBeGreaterThan(0)
  })
})

it('two orders come at once, and for the last unit', () => {
  const [plenty, last] = storiesOf(warehouse, 2)
  expect(plenty?.scenario.traffic.exactly).toEqual([
    { purchase: 'p-1', atMs: 0 },
    { purchase: 'p-2', atMs: 0 },
  ])
  expect(last?.scenario.products.map(({ stock }) => stock)).toEqual([1])
})

it('ends with what it has', async () => {
  const enough = new AbortController()
  const onProgress = () => enough.abort()
  const coverage = await explored('saga', { signal: enough.signal, onProgress, pairs: true })
  // Which pairs there are is not known, and the other story has not begun.
  expect(coverage).toMatchObject([{ singles: { planned: 44, tried: 0, violating: 0 }, pairs: null }])
  expect(coverage).toHaveLength(1)
})
