import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ORDERS_ONLY } from '../core/purchase.ts'
import type { Shape, TrafficPlan } from '../core/scenario.ts'
import { expectedWindowMs, intendedTimesMs } from './arrivals.ts'

function planOf(orders: number, ratePerSecond: number, shape: Shape = { kind: 'constant' }): TrafficPlan {
  return { orders, arrivals: 'poisson', ratePerSecond, shape, mostUnits: 1, mix: ORDERS_ONLY }
}

const paced = (plan: TrafficPlan): TrafficPlan => ({ ...plan, arrivals: 'paced' })
const timesOf = (plan: TrafficPlan, seed: number | string): number[] => [...intendedTimesMs(plan, seed)]

/** The rate as the plan's words say it, for checking against; per millisecond. */
function rateAt(plan: TrafficPlan, windowMs: number, ms: number): number {
  const { shape, ratePerSecond } = plan
  if (shape.kind === 'ramp') {
    return (ratePerSecond + (shape.toPerSecond - ratePerSecond) * Math.min(1, ms / windowMs)) / 1_000
  }
  if (shape.kind === 'spike' && ms >= shape.fromMs && ms < shape.toMs) return shape.spikePerSecond / 1_000
  return ratePerSecond / 1_000
}

/** Orders due by each of these ascending times: the integral of the rate, by small midpoint steps. */
function integrate(plan: TrafficPlan, windowMs: number, times: readonly number[]): number[] {
  const STEP_MS = 0.5
  let orders = 0
  let atMs = 0
  return times.map((untilMs) => {
    while (atMs < untilMs) {
      const stepMs = Math.min(STEP_MS, untilMs - atMs)
      orders += rateAt(plan, windowMs, atMs + stepMs / 2) * stepMs
      atMs += stepMs
    }
    return orders
  })
}

function gapsOf(times: readonly number[]): number[] {
  return times.map((time, index) => time - (times[index - 1] ?? 0))
}

/** Kolmogorov-Smirnov distance between these and the exponential distribution of mean 1, times the root of their number. */
function distanceFromExponential(gaps: readonly number[]): number {
  const sorted = [...gaps].sort((a, b) => a - b)
  let most = 0
  for (const [index, gap] of sorted.entries()) {
    const wanted = 1 - Math.exp(-gap)
    most = Math.max(most, Math.abs(wanted - index / sorted.length), Math.abs((index + 1) / sorted.length - wanted))
  }
  return most * Math.sqrt(sorted.length)
}

/** The distance that a true exponential sample exceeds once in 1,000 times. */
const KS_ONE_IN_1000 = 1.95

const SHAPES: readonly Shape[] = [
  { kind: 'constant' },
  { kind: 'ramp', toPerSecond: 900 },
  { kind: 'ramp', toPerSecond: 10 },
  { kind: 'spike', spikePerSecond: 2_000, fromMs: 1_000, toMs: 3_000 },
]

const anyShape: fc.Arbitrary<Shape> = fc.oneof(
  fc.constant<Shape>({ kind: 'constant' }),
  fc.record({ kind: fc.constant('ramp' as const), toPerSecond: fc.integer({ min: 0, max: 500 }) }),
  fc.tuple(fc.integer({ min: 0, max: 500 }), fc.nat(3_000), fc.nat(3_000)).map(
    ([spikePerSecond, fromMs, lengthMs]): Shape => ({
      kind: 'spike',
      spikePerSecond,
      fromMs,
      toMs: fromMs + lengthMs,
    }),
  ),
)
const anyPlan: fc.Arbitrary<TrafficPlan> = fc.record({
  orders: fc.integer({ min: 1, max: 300 }),
  arrivals: fc.constantFrom('poisson' as const, 'paced' as const),
  ratePerSecond: fc.integer({ min: 1, max: 500 }),
  shape: anyShape,
  mostUnits: fc.constant(1),
  mix: fc.constant(ORDERS_ONLY),
})

describe('intended times, any plan', () => {
  it('are as many as the orders, ascend, and are whole microseconds', () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(), (plan, seed) => {
        const times = timesOf(plan, seed)
        expect(times).toHaveLength(plan.orders)
        for (const [index, time] of times.entries()) {
          expect(time).toBeGreaterThanOrEqual(times[index - 1] ?? 0)
          expect(time).toBe(Math.round(time * 1_000) / 1_000)
        }
      }),
    )
  })

  it('are the same for the same seed, also when read twice, and differ between seeds', () => {
    fc.assert(
      fc.property(anyPlan, fc.nat(), (plan, seed) => {
        const times = intendedTimesMs(plan, seed)
        expect([...times]).toEqual(timesOf(plan, seed))
        expect([...times]).toEqual(timesOf(plan, seed))
        if (plan.arrivals === 'poisson') expect([...times]).not.toEqual(timesOf(plan, seed + 1))
      }),
    )
  })

  it('follow the integral of the rate exactly when paced: one order each time it grows by one', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const windowMs = expectedWindowMs(plan)
        const due = integrate(plan, windowMs, timesOf(paced(plan), 1))
        for (const [index, orders] of due.entries()) expect(Math.abs(orders - index)).toBeLessThan(0.3)
      }),
      { numRuns: 50 },
    )
  })

  it('fit the expected window: the integral of the rate over it is the number of orders', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const windowMs = expectedWindowMs(plan)
        const [orders] = integrate(plan, windowMs, [windowMs])
        expect(Math.abs((orders as number) - plan.orders)).toBeLessThan(0.3)
      }),
      { numRuns: 50 },
    )
  })
})

describe('Poisson arrivals', () => {
  it.each(SHAPES)('have exponential gaps once time is measured in expected orders: $kind', (shape) => {
    for (const seed of [1, 2, 'three']) {
      const plan = planOf(8_000, 400, shape)
      const gaps = gapsOf(integrate(plan, expectedWindowMs(plan), timesOf(plan, seed)))
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
      // Four standard errors of the mean of an exponential.
      expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(gaps.length))
      expect(distanceFromExponential(gaps)).toBeLessThan(KS_ONE_IN_1000)
    }
  })

  it('have gaps that tell nothing about the next gap', () => {
    const gaps = gapsOf(timesOf(planOf(20_000, 1_000), 7))
    let together = 0
    for (let index = 1; index < gaps.length; index++) {
      together += ((gaps[index] as number) - 1) * ((gaps[index - 1] as number) - 1)
    }
    expect(Math.abs(together / gaps.length)).toBeLessThan(4 / Math.sqrt(gaps.length))
  })

  it('begin alike whatever the number of orders', () => {
    const few = timesOf(planOf(100, 50), 3)
    expect(timesOf(planOf(1_000, 50), 3).slice(0, 100)).toEqual(few)
  })
})

describe('shapes', () => {
  it('constant: paced orders are equally far apart and fill the window', () => {
    expect(timesOf(paced(planOf(4, 200)), 1)).toEqual([0, 5, 10, 15])
    expect(expectedWindowMs(planOf(4, 200))).toBe(20)
  })

  it('ramp: the window is the orders over the mean rate, and its first half holds the smaller share', () => {
    const plan = paced(planOf(2_000, 100, { kind: 'ramp', toPerSecond: 300 }))
    expect(expectedWindowMs(plan)).toBeCloseTo(10_000, 6)
    // From 100/s to 200/s over 5 s.
    expect(timesOf(plan, 1).filter((time) => time < 5_000)).toHaveLength(750)
  })

  it('ramp: may begin or end at nothing', () => {
    for (const [from, to] of [
      [0, 100],
      [100, 0],
    ] as const) {
      const plan = planOf(500, from, { kind: 'ramp', toPerSecond: to })
      expect(expectedWindowMs(plan)).toBeCloseTo(10_000, 3)
      for (const seed of [1, 2, 3, 4, 5]) expect(timesOf(plan, seed).every(Number.isFinite)).toBe(true)
      expect(timesOf(paced(plan), 1)[0]).toBe(0)
    }
  })

  it('spike: so many before, within and after', () => {
    const plan = paced(planOf(500, 10, { kind: 'spike', spikePerSecond: 400, fromMs: 1_000, toMs: 2_000 }))
    const times = timesOf(plan, 1)
    expect(times.filter((time) => time < 1_000)).toHaveLength(10)
    expect(times.filter((time) => time >= 1_000 && time < 2_000)).toHaveLength(400)
    expect(expectedWindowMs(plan)).toBeCloseTo(11_000, 6)
  })

  it('spike: may also be a pause, in which nobody comes', () => {
    const plan = planOf(300, 100, { kind: 'spike', spikePerSecond: 0, fromMs: 1_000, toMs: 5_000 })
    const times = timesOf(plan, 1)
    expect(times.filter((time) => time > 1_000 && time < 5_000)).toEqual([])
    expect(times.filter((time) => time > 5_000).length).toBeGreaterThan(100)
  })
})

describe('plans that cannot be', () => {
  it('are refused before the first arrival', () => {
    const spike = { kind: 'spike', spikePerSecond: 9 } as const
    for (const plan of [
      planOf(1, 0),
      planOf(1, -1),
      planOf(1, Number.NaN),
      planOf(1, 0, { kind: 'ramp', toPerSecond: 0 }),
      planOf(1, 0, { ...spike, fromMs: 0, toMs: 10 }),
      planOf(1, 5, { ...spike, fromMs: 10, toMs: 5 }),
      planOf(1, 5, { ...spike, fromMs: -1, toMs: 5 }),
    ]) {
      expect(() => intendedTimesMs(plan, 1)).toThrow(RangeError)
      expect(() => expectedWindowMs(plan)).toThrow(RangeError)
    }
  })

  it('come lazily: the first of a million orders costs one draw', () => {
    const [first] = intendedTimesMs(planOf(1_000_000, 1_000), 1)
    expect(first).toBeGreaterThan(0)
  })
})
