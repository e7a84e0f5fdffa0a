import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gremlin, smallScenario } from '../../test/support/scenarios.ts'
import { loadText, SHIPPED_TEXT } from '../../test/support/shipped-scenarios.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { ExploreBounds, Scenario } from '../core/scenario.ts'
import { loadScenarios } from '../scenarios/file/load.ts'
import { formatMistake } from '../scenarios/file/mistakes.ts'
import { writeScenario } from '../scenarios/file/write.ts'
import { boundsOf } from './bounds.ts'
import { drawSwarm } from './swarm.ts'

const { scenarios } = loadText(SHIPPED_TEXT)
const anyScenario = fc.constantFrom(...scenarios)
const anySeed = fc.integer({ min: 0, max: 1_000_000_000 })
const anyReach = fc.constantFrom<ExploreBounds['gremlins']>('own', 'general', 'all')
const ROUNDED = 0.001

const reaching = (scenario: Scenario, gremlins: ExploreBounds['gremlins']): Scenario => ({
  ...scenario,
  explore: { ...scenario.explore, gremlins },
})

function lengthOf({ fromMs, toMs }: Pick<GremlinSetting, 'fromMs' | 'toMs'>): number {
  return (toMs ?? Number.POSITIVE_INFINITY) - fromMs
}

describe('a swarm', () => {
  it('is a pure function of the scenario and the seed', () => {
    fc.assert(
      fc.property(anyScenario, anySeed, (scenario, seed) => {
        expect(drawSwarm(scenario, seed)).toEqual(drawSwarm(structuredClone(scenario), seed))
      }),
      { numRuns: 50 },
    )
  })

  it('keeps to the bounds of orders and rate', () => {
    fc.assert(
      fc.property(anyScenario, anySeed, (scenario, seed) => {
        const { orders, rateFactor } = boundsOf(scenario)
        const { traffic } = drawSwarm(scenario, seed)
        expect(traffic.orders).toBeGreaterThanOrEqual(orders.from)
        expect(traffic.orders).toBeLessThanOrEqual(orders.to)
        const factor = traffic.ratePerSecond / scenario.traffic.ratePerSecond
        expect(factor).toBeGreaterThan(rateFactor.from * 0.99)
        expect(factor).toBeLessThan(rateFactor.to * 1.01)
      }),
    )
  })

  it('is no harder on the system than the scenario with its own gremlins', () => {
    fc.assert(
      fc.property(anyScenario, anySeed, anyReach, (scenario, seed, reach) => {
        const drawn = drawSwarm(reaching(scenario, reach), seed)
        for (const own of scenario.gremlins) {
          const found = drawn.gremlins.find(({ name }) => name === own.name)
          if (!found) continue
          expect(found).toMatchObject({ gremlin: own.gremlin, on: own.on, operations: own.operations, at: own.at })
          expect(found.probability).toBeLessThanOrEqual(Math.max(own.probability, ROUNDED))
          expect(found.purchases.length).toBeLessThanOrEqual(own.purchases.length)
          if (own.purchases.length > 0) expect(found.purchases.length).toBeGreaterThan(0)
          if (own.toMs !== null) expect(lengthOf(found)).toBeLessThanOrEqual(Math.max(lengthOf(own), 20) + 1)
          for (const [key, value] of Object.entries(own.options)) {
            if (typeof value === 'number') expect(found.options[key]).toBeLessThanOrEqual(value)
          }
        }
      }),
    )
  })

  it('keeps further gremlins to their bounds', () => {
    const explore = { mostProbability: 0.2, mostDelayMs: 70, mostWindowMs: 90 }
    fc.assert(
      fc.property(anySeed, anyReach, (seed, gremlins) => {
        const drawn = drawSwarm(smallScenario({ explore: { ...explore, gremlins } }), seed)
        if (gremlins === 'own') expect(drawn.gremlins).toEqual([])
        for (const each of drawn.gremlins) {
          const windowed = ['outage', 'kill', 'partition'].includes(each.gremlin)
          if (windowed) expect(lengthOf(each)).toBeLessThanOrEqual(explore.mostWindowMs)
          else expect(each.probability).toBeLessThanOrEqual(explore.mostProbability)
          expect(Number(each.options.toMs ?? 0)).toBeLessThanOrEqual(explore.mostDelayMs)
          if (gremlins === 'general') expect(['crash', 'pause', 'partition']).not.toContain(each.gremlin)
        }
      }),
    )
  })

  it('is a scenario that a file can hold', () => {
    fc.assert(
      fc.property(anyScenario, anySeed, anyReach, (scenario, seed, reach) => {
        const drawn = drawSwarm(reaching(scenario, reach), seed)
        const loaded = loadScenarios(writeScenario(drawn), 'drawn.yaml')
        expect(loaded.ok ? [] : loaded.mistakes.map(formatMistake)).toEqual([])
        const again = loaded.ok ? loaded.file.scenarios[0] : undefined
        expect(again?.traffic).toEqual(drawn.traffic)
        expect(again?.gremlins).toEqual(drawn.gremlins)
      }),
      { numRuns: 60 },
    )
  })

  it('leaves out what was decided, and what belongs to the traffic of the scenario', () => {
    const scenario = smallScenario({
      gremlins: [gremlin('dropped-answer', 'bank')],
      seed: 7,
      strikes: [],
      traffic: { exactly: [{ purchase: 'p-1', atMs: 0 }] },
      expectations: {
        'retry+key': { holds: [], violated: [], allowed: [], bounds: [{ metric: 'confirmed-at-least', value: 40 }] },
      },
    })
    const drawn = drawSwarm(scenario, 3)
    for (const key of ['seed', 'strikes', 'explore']) expect(drawn).not.toHaveProperty(key)
    expect(drawn.traffic).not.toHaveProperty('exactly')
    expect(drawn.expectations['retry+key']?.bounds).toEqual([])
  })

  it('differs from seed to seed, and leaves every gremlin out about as often as not', () => {
    const seeds = Array.from({ length: 400 }, (_, index) => index + 1)
    const scenario = smallScenario({
      gremlins: [gremlin('dropped-answer', 'bank'), gremlin('crash-after-commit', 'payment')],
    })
    const drawn = seeds.map((seed) => drawSwarm(scenario, seed))
    for (const { name } of scenario.gremlins) {
      const present = drawn.filter(({ gremlins }) => gremlins.some((each) => each.name === name)).length
      expect(present / seeds.length).toBeGreaterThan(0.4)
      expect(present / seeds.length).toBeLessThan(0.6)
    }
    expect(new Set(drawn.map(({ traffic }) => traffic.orders)).size).toBeGreaterThan(20)
    const kinds = new Set(drawn.flatMap(({ gremlins }) => gremlins.map((each) => each.gremlin)))
    expect(kinds.size).toBe(9)
  })
})
