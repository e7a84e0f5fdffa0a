import { describe, expect, it } from 'vitest'
import { shippedScenario } from '../../../test/support/shipped-scenarios.ts'
import type { Bound, Scenario } from '../../core/scenario.ts'
import { adjustScenario } from './adjust.ts'

const calm = shippedScenario('calm')

function adjusted(scenario: Scenario, changes: Parameters<typeof adjustScenario>[1]): Scenario {
  const done = adjustScenario(scenario, changes)
  if (!done.ok) throw new Error(done.mistakes.join('\n'))
  return done.scenario
}

/** What becomes of a bound when `orders` turn into `wanted`. */
function boundAt(bound: Bound, orders: number, wanted: number): number | undefined {
  const expectations = { naive: { holds: [], violated: [], allowed: [], bounds: [bound] } }
  const scenario = { ...calm, traffic: { ...calm.traffic, orders }, expectations }
  return adjusted(scenario, { orders: wanted }).expectations.naive?.bounds[0]?.value
}

describe('adjusting a scenario', () => {
  it('changes nothing when nothing is asked', () => {
    expect(adjusted(calm, {})).toEqual(calm)
    expect(adjusted(calm, { variants: [] })).toEqual(calm)
  })

  it('keeps the variants that are asked for, in that order, with what is expected of them', () => {
    const scenario = adjusted(calm, { variants: ['retry+key', 'naive', 'naive'] })
    expect(scenario.variants.map(({ name }) => name)).toEqual(['retry+key', 'naive'])
    expect(Object.keys(scenario.expectations).sort()).toEqual(['naive', 'retry+key'])
  })

  it('lets bounds on counts follow the number of orders', () => {
    const scenario = adjusted(calm, { orders: 15 })
    expect(scenario.traffic.orders).toBe(15)
    expect(scenario.expectations.naive?.bounds).toEqual([
      { metric: 'confirmed-at-least', value: 15 },
      { metric: 'loss-cents-at-most', value: 0 },
    ])
  })

  it.each([
    ['confirmed-at-least', 7, 2],
    ['failed-at-least', 7, 2],
    ['refused-by-lock-at-least', 7, 2],
    ['refused-at-most', 7, 3],
    ['failed-at-most', 7, 3],
    ['refused-by-lock-at-most', 7, 3],
    ['loss-cents-at-most', 7, 3],
    ['p50-ms-at-most', 7, 7],
    ['p99-ms-at-most', 7, 7],
    ['failed-at-most', 0, 0],
  ] as const)('asks of a third of the orders, instead of %s %i, %i', (metric, value, third) => {
    expect(boundAt({ metric, value }, 60, 20)).toBe(third)
  })

  it('scales a count exactly', () => {
    // As floating-point numbers 49 * (1 / 49) is less than 1.
    expect(boundAt({ metric: 'failed-at-least', value: 49 }, 49, 1)).toBe(1)
    expect(boundAt({ metric: 'failed-at-most', value: 190 }, 200, 20)).toBe(19)
  })

  it('keeps the proportions of a ramp and a spike', () => {
    const traffic = { ...calm.traffic, ratePerSecond: 20 }
    const ramp = { ...calm, traffic: { ...traffic, shape: { kind: 'ramp', toPerSecond: 60 } as const } }
    expect(adjusted(ramp, { ratePerSecond: 10 }).traffic).toMatchObject({
      ratePerSecond: 10,
      shape: { toPerSecond: 30 },
    })
    const spike = {
      ...calm,
      traffic: { ...traffic, shape: { kind: 'spike', spikePerSecond: 100, fromMs: 1, toMs: 2 } as const },
    }
    expect(adjusted(spike, { ratePerSecond: 40 }).traffic.shape).toMatchObject({
      spikePerSecond: 200,
      fromMs: 1,
      toMs: 2,
    })
  })

  it('asks less goodput of a slower run, and no more of a faster one', () => {
    const bound = { metric: 'goodput-per-second-at-least', value: 10 } as const
    const wanting = { ...calm, expectations: { naive: { holds: [], violated: [], allowed: [], bounds: [bound] } } }
    const goodputAt = (ratePerSecond: number) =>
      adjusted(wanting, { ratePerSecond }).expectations.naive?.bounds[0]?.value
    expect(goodputAt(calm.traffic.ratePerSecond / 2)).toBe(5)
    expect(goodputAt(calm.traffic.ratePerSecond * 2)).toBe(10)
  })

  it('says everything that is wrong, with the nearest name', () => {
    expect(adjustScenario(calm, { variants: ['naiv', 'zzz'], orders: 0, ratePerSecond: 0 })).toEqual({
      ok: false,
      mistakes: [
        "calm: unknown variant 'naiv'; did you mean 'naive'?",
        expect.stringContaining("calm: unknown variant 'zzz'; choose one of naive"),
        'orders must be a whole number from 1 to 1000000, not 0',
        'rate must be more than 0 and at most 100000 orders per second, not 0',
      ],
    })
  })
})

it('asks for no rate that a scenario file could not, at the peak of a spike either', () => {
  const shape = { kind: 'spike', spikePerSecond: calm.traffic.ratePerSecond * 10, fromMs: 0, toMs: 100 } as const
  const spiky = { ...calm, traffic: { ...calm.traffic, shape } }
  const done = adjustScenario(spiky, { ratePerSecond: 20_000 })
  expect(done.ok ? [] : done.mistakes).toEqual([
    'at rate 20000 the spike of calm would reach 200000 orders per second; at most 100000 are possible, give a lower rate',
  ])
  expect(adjustScenario(spiky, { ratePerSecond: 10_000 }).ok).toBe(true)
})
