import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedDraw } from '../core/draw.ts'
import type { ComparedMetric, Measured, MeasuredRun } from '../core/measured.ts'
import type { Verdict } from '../core/result.ts'
import type { MetricChange, RunComparison } from '../core/run-comparison.ts'
import type { Scenario } from '../core/scenario.ts'
import { compareMeasured } from './compare.ts'

const metric = (id: string, gate: ComparedMetric['gate'], better: ComparedMetric['better']): ComparedMetric => ({
  id,
  name: id,
  unit: id === 'p99' ? 'ms' : 'count',
  better,
  gate,
  ofSeeds: id === 'failing',
})
const METRICS = [
  metric('failing', 'promise', 'less'),
  metric('violations', 'promise', 'less'),
  metric('lost', 'promise', 'less'),
  metric('failed', 'count', 'less'),
  metric('p99', 'speed', 'less'),
  metric('goodput', 'speed', 'more'),
  metric('messages', null, 'less'),
  metric('refused', null, null),
]

const CONFIGURATION = {
  name: 'calm',
  traffic: { orders: 300 },
  gremlins: [{ name: 'slow', probability: 0.1 }],
  variants: [{ name: 'retry' }, { name: 'naive' }],
} as unknown as Scenario

type Values = Readonly<Record<string, number>>

function run(seed: number, values: Values, verdict: Verdict = 'PASS', name = 'retry'): MeasuredRun {
  const failing = verdict === 'PASS' ? 0 : 1
  return { seed, verdict, cutShort: null, variants: [{ name, verdict, values: { failing, ...values } }] }
}

function measured(runs: readonly MeasuredRun[], changes: Partial<Measured> = {}): Measured {
  return {
    scenario: 'calm',
    title: 'Calm',
    baseCurrency: 'USD',
    faultline: '0.1.0',
    mode: 'virtual',
    flags: [],
    calibration: null,
    configuration: CONFIGURATION,
    runs,
    ...changes,
  }
}

function compare(before: Measured, after: Measured, more: { tolerance?: number; beside?: readonly Measured[] } = {}) {
  return compareMeasured({
    before: { place: 'a', measured: before },
    after: { place: 'b', measured: after },
    beside: more.beside ?? [],
    metrics: METRICS,
    tolerance: more.tolerance,
  })
}

function found({ variants }: RunComparison, id: string): MetricChange {
  const change = variants[0]?.metrics.find((each) => each.metric === id)
  if (!change) throw new Error(`no ${id}`)
  return change
}

const real = { mode: 'real' } as const
const seeds = (count: number, values: (seed: number) => Values, from = 1) =>
  Array.from({ length: count }, (_, at) => run(from + at, values(from + at)))
/** Between -1 and 1, and never twice the same way. */
const draw = keyedDraw('compare')
const noise = (seed: number, salt: string) => 2 * draw('luck', 'order', salt, 'p99', seed) - 1

describe('one run each in the virtual world', () => {
  it('at one seed any difference is a change', () => {
    const comparison = compare(measured([run(1, { p99: 100 })]), measured([run(1, { p99: 102 })]))
    expect(found(comparison, 'p99')).toMatchObject({
      method: 'exact',
      shows: 'change',
      change: 2,
      share: 0.02,
      direction: 'worse',
      regression: true,
    })
    expect(comparison).toMatchObject({ askedTheSame: true, sameSeeds: true, regressions: 1, tolerance: 0.01 })
  })

  it('lets pass what is within the tolerance, but no broken promise', () => {
    const before = measured([run(1, { p99: 100, violations: 100 })])
    const after = measured([run(1, { p99: 104, violations: 101 })])
    const comparison = compare(before, after, { tolerance: 0.05 })
    expect(found(comparison, 'p99')).toMatchObject({ shows: 'change', regression: false })
    expect(found(comparison, 'violations')).toMatchObject({ shows: 'change', regression: true })
  })

  it('knows which direction is worse', () => {
    const before = measured([run(1, { goodput: 50, lost: 500, refused: 3, messages: 7 })])
    const after = measured([run(1, { goodput: 40, lost: 0, refused: 9, messages: 9 })])
    const comparison = compare(before, after)
    expect(found(comparison, 'goodput')).toMatchObject({ direction: 'worse', regression: true })
    expect(found(comparison, 'lost')).toMatchObject({ direction: 'better', regression: false })
    expect(found(comparison, 'refused')).toMatchObject({ direction: null, regression: false })
    expect(found(comparison, 'messages')).toMatchObject({ direction: 'worse', regression: false })
  })

  it('at different seeds tells nothing', () => {
    const comparison = compare(measured([run(1, { violations: 0 })]), measured([run(2, { violations: 3 })]))
    expect(found(comparison, 'violations')).toMatchObject({ method: 'single', shows: 'unknown', regression: false })
    expect(comparison).toMatchObject({ sameSeeds: false, askedTheSame: true })
  })
})

describe('one real run each', () => {
  it('cannot tell, and only what is beyond a tenth counts as worse', () => {
    const at = (p99: number) => measured([run(1, { p99 })], real)
    expect(found(compare(at(100), at(109)), 'p99')).toMatchObject({ shows: 'unknown', regression: false })
    expect(found(compare(at(100), at(111)), 'p99')).toMatchObject({ shows: 'unknown', regression: true })
    expect(found(compare(at(2), at(2.9)), 'p99')).toMatchObject({ shows: 'unknown', regression: false })
  })

  it('knows that no luck breaks a promise that was kept, under the same coins', () => {
    const [kept, broken] = [measured([run(1, { violations: 0 })], real), measured([run(1, { violations: 1 })], real)]
    expect(found(compare(kept, broken), 'violations')).toMatchObject({ brokenNow: true, regression: true })
    expect(found(compare(broken, kept), 'violations')).toMatchObject({ shows: 'unknown', brokenNow: false })
    const asked = { ...CONFIGURATION, gremlins: [] }
    const unlike = compare(kept, { ...broken, configuration: asked })
    expect(found(unlike, 'violations')).toMatchObject({ shows: 'unknown', regression: false })
  })

  it('is weighed by other runs of the seed where there are some', () => {
    const at = (p99: number) => measured([run(1, { p99 })], real)
    const beside = [at(90), at(100), at(112)]
    expect(found(compare(at(100), at(115), { beside }), 'p99')).toMatchObject({
      method: 'beside',
      shows: 'noise',
      runs: { before: 1, after: 1, others: 3 },
      regression: false,
    })
    expect(found(compare(at(100), at(300), { beside }), 'p99')).toMatchObject({ shows: 'change', regression: true })
  })
})

describe('several seeds', () => {
  it('pairs the same seeds, and finds what is planted', () => {
    const before = measured(seeds(20, (seed) => ({ p99: 100 + 40 * noise(seed, 'luck') })))
    const after = measured(seeds(20, (seed) => ({ p99: 105 + 40 * noise(seed, 'luck') + noise(seed, 'more') })))
    const change = found(compare(before, after), 'p99')
    expect(change).toMatchObject({
      method: 'paired',
      shows: 'change',
      regression: true,
      runs: { before: 20, after: 20 },
    })
    expect(change.low).toBeGreaterThan(4)
    expect(change.high).toBeLessThan(6)
  })

  it('takes planted noise for noise', () => {
    const of = (salt: string) => measured(seeds(20, (seed) => ({ p99: 100 + 40 * noise(seed, salt) })))
    const change = found(compare(of('one'), of('other')), 'p99')
    expect(change).toMatchObject({ method: 'paired', shows: 'noise', regression: false })
  })

  it('takes seeds of their own by Welch, also where few are common', () => {
    const before = measured(seeds(20, (seed) => ({ p99: 100 + noise(seed, 'a') })))
    const after = measured(seeds(12, (seed) => ({ p99: 110 + noise(seed, 'b') }), 18))
    const change = found(compare(before, after), 'p99')
    expect(change).toMatchObject({ method: 'welch', shows: 'change', runs: { before: 20, after: 12 } })
  })

  it("gives Welch's interval of a textbook sample", () => {
    // Variances of 2.5 and sizes of 5 give 8 degrees of freedom: t = 2.306, and √(2.5 / 5 + 2.5 / 5) = 1.
    const of = (from: number, base: number) => measured(seeds(5, (seed) => ({ p99: base + seed - from }), from))
    const change = found(compare(of(1, 10), of(101, 20)), 'p99')
    expect(change.low).toBeCloseTo(10 - 2.306, 3)
    expect(change.high).toBeCloseTo(10 + 2.306, 3)
  })

  it('sets one run beside many by what one more of them would do', () => {
    const many = measured(
      seeds(5, (seed) => ({ p99: 10 + seed })),
      real,
    )
    const change = found(compare(many, measured([run(9, { p99: 14 })], real)), 'p99')
    // Mean 13, variance 2.5, t(4) = 2.776: 2.776 · √(2.5 · 1.2) = 4.809.
    expect(change).toMatchObject({ method: 'one-of-many', shows: 'noise' })
    expect(change.high).toBeCloseTo(1 + 4.809, 2)
  })

  it('in the virtual world one run is compared at its own seed', () => {
    const many = measured(seeds(5, (seed) => ({ p99: 10 * seed })))
    expect(found(compare(many, measured([run(3, { p99: 31 })])), 'p99')).toMatchObject({ method: 'exact', before: 30 })
  })

  it('finds a promise that is broken at one seed of many, under the same coins', () => {
    const before = measured(seeds(30, () => ({ violations: 0 })))
    const after = measured(seeds(30, (seed) => ({ violations: seed === 17 ? 1 : 0 })))
    const change = found(compare(before, after), 'violations')
    expect(change.low).toBeLessThan(0)
    expect(change).toMatchObject({ brokenNow: true, shows: 'change', regression: true })
  })

  it('leaves out what decides nothing, and counts it', () => {
    const odd = { ...run(3, { p99: 9_999 }, 'INCONCLUSIVE') }
    const before = measured([run(1, { p99: 10 }), run(2, { p99: 11 }), odd])
    const comparison = compare(before, before)
    expect(found(comparison, 'p99').runs.after).toBe(2)
    expect(comparison.variants[0]?.leftOut).toEqual({ before: 1, after: 1 })
  })

  it('counts the seeds that fail', () => {
    const of = (failing: number) =>
      measured(Array.from({ length: 10 }, (_, at) => run(at, {}, at < failing ? 'FAIL' : 'PASS')))
    expect(found(compare(of(1), of(9)), 'failing')).toMatchObject({ shows: 'change', regression: true })
    expect(found(compare(of(4), of(5)), 'failing')).toMatchObject({ shows: 'noise', regression: false })
  })
})

describe('the verdict', () => {
  it.each<[Verdict, Verdict, boolean]>([
    ['PASS', 'FAIL', true],
    ['PASS', 'INCONCLUSIVE', true],
    ['FAIL', 'ERROR', true],
    ['FAIL', 'PASS', false],
    ['FAIL', 'FAIL', false],
  ])('%s before and %s now', (was, is, regression) => {
    const comparison = compare(measured([run(1, {}, was)]), measured([run(1, {}, is)]))
    expect(comparison.variants[0]?.verdict).toMatchObject({ before: was, after: is, regression })
  })

  it('a run that was cut short shows nothing', () => {
    const cut = measured([{ ...run(1, {}), cutShort: 'stopped' }])
    expect(compare(measured([run(1, {})]), cut)).toMatchObject({ afterCutShort: true, regressions: 1 })
    expect(compare(cut, measured([run(1, {})]))).toMatchObject({ afterCutShort: false, regressions: 0 })
  })
})

describe('what was asked', () => {
  it('is compared place by place, and lists by name', () => {
    const configuration = {
      ...CONFIGURATION,
      traffic: { orders: 50 },
      gremlins: [{ name: 'new' }, { name: 'slow', probability: 0.2 }],
      variants: [{ name: 'retry' }],
    } as unknown as Scenario
    const after = measured([run(2, {})], { configuration, mode: 'real', flags: ['--orders', '50'] })
    const { differences, askedTheSame } = compare(measured([run(1, {})]), after)
    expect(askedTheSame).toBe(false)
    expect(differences).toEqual([
      { what: 'world', before: 'virtual', after: 'real' },
      { what: 'seed', before: '1', after: '2' },
      { what: 'traffic.orders', before: '300', after: '50' },
      { what: 'gremlins.slow.probability', before: '0.1', after: '0.2' },
      { what: 'gremlins.new', before: 'not there', after: '{"name":"new"}' },
      { what: 'flags', before: 'none', after: '--orders 50' },
    ])
  })

  it('is not the same where somebody changed something by hand, unless it was the same in both', () => {
    const changed = (...changedByHand: string[]) => {
      const [variant] = run(1, {}).variants
      return measured([{ ...run(1, {}), variants: [{ ...variant!, changedByHand }] }])
    }
    const [plain, off, on] = [measured([run(1, {})]), changed('500 ms: retry off'), changed('500 ms: retry on')]
    expect(compare(plain, off)).toMatchObject({
      askedTheSame: false,
      differences: [{ what: 'retry, changed by hand', before: 'nothing', after: '500 ms: retry off' }],
      after: { changedByHand: 1 },
    })
    expect(compare(plain, off).before).not.toHaveProperty('changedByHand')
    expect(compare(on, off).askedTheSame).toBe(false)
    expect(compare(off, off)).toMatchObject({ askedTheSame: true, differences: [], before: { changedByHand: 1 } })
  })

  it('names variants that only one has', () => {
    const both = (name: string) => [...run(1, {}).variants, ...run(1, {}, 'PASS', name).variants]
    const of = (name: string) => measured([{ ...run(1, {}), variants: both(name) }])
    expect(compare(of('old'), of('new'))).toMatchObject({ onlyBefore: ['old'], onlyAfter: ['new'], regressions: 0 })
  })

  it('lists twenty differences and counts the others', () => {
    const of = (value: number) => ({ ...CONFIGURATION, ratesMicro: Array.from({ length: 30 }, () => value) })
    const side = (value: number) => measured([run(1, {})], { configuration: of(value) as unknown as Scenario })
    expect(compare(side(1), side(2))).toMatchObject({ differences: { length: 20 }, moreDifferences: 10 })
  })
})

const anyRun = (seed: number) =>
  fc
    .record({
      violations: fc.nat(5),
      lost: fc.nat(10_000),
      p99: fc.double({ min: 0, max: 1e4, noNaN: true }),
      goodput: fc.double({ min: 0, max: 1e3, noNaN: true }),
    })
    .chain((values) => fc.constantFrom<Verdict>('PASS', 'FAIL').map((verdict) => run(seed, values, verdict)))
const anySide = fc
  .record({ from: fc.nat(12), count: fc.integer({ min: 1, max: 12 }), mode: fc.constantFrom('real', 'virtual') })
  .chain(({ from, count, mode }) =>
    fc
      .tuple(...Array.from({ length: count }, (_, at) => anyRun(from + at)))
      .map((runs) => measured(runs, { mode: mode as Measured['mode'] })),
  )

describe('whatever is compared', () => {
  it('with itself there is no change and no regression', () => {
    fc.assert(
      fc.property(anySide, (side) => {
        const { variants, regressions, differences } = compare(side, side)
        expect({ regressions, differences }).toEqual({ regressions: 0, differences: [] })
        for (const { change, shows } of variants.flatMap(({ metrics }) => metrics)) {
          expect({ change, shows }).toEqual({ change: 0, shows: 'same' })
        }
      }),
    )
  })

  it('the other way round every change is mirrored', () => {
    fc.assert(
      fc.property(anySide, anySide, (one, other) => {
        const [there, back] = [compare(one, other), compare(other, one)]
        for (const [at, change] of (there.variants[0]?.metrics ?? []).entries()) {
          const mirrored = back.variants[0]?.metrics[at]
          expect(mirrored).toMatchObject({ metric: change.metric, method: change.method })
          expect([mirrored?.before, mirrored?.after]).toEqual([change.after, change.before])
          expect((mirrored?.change ?? 0) + (change.change ?? 0)).toBeCloseTo(0, 9)
          expect((mirrored?.low ?? 0) + (change.high ?? 0)).toBeCloseTo(0, 6)
          expect(mirrored?.regression && change.regression).toBe(false)
        }
      }),
    )
  })

  it('an interval holds its change', () => {
    fc.assert(
      fc.property(anySide, anySide, (one, other) => {
        for (const { low, high, change } of compare(one, other).variants.flatMap(({ metrics }) => metrics)) {
          if (low === null || high === null || change === null) continue
          expect(low).toBeLessThanOrEqual(change)
          expect(high).toBeGreaterThanOrEqual(change)
        }
      }),
    )
  })

  it.each([
    ['paired', 1],
    ['welch', 1_001],
  ])('%s intervals of repeated studies cover the true change as often as they say', (_, from) => {
    let covered = 0
    const studies = 400
    for (let study = 0; study < studies; study++) {
      // Twelve uniform draws are near enough to normal.
      const luck = (seed: number, side: string) =>
        Array.from({ length: 12 }, (_, at) => noise(seed, `${study} ${side} ${at}`)).reduce(
          (sum, each) => sum + each,
          0,
        )
      const before = measured(seeds(8, (seed) => ({ p99: 500 + luck(seed, 'before') })))
      const after = measured(seeds(8, (seed) => ({ p99: 507 + 2 * luck(seed, 'after') }), from))
      const { low, high } = found(compare(before, after), 'p99')
      if ((low ?? 0) <= 7 && (high ?? 0) >= 7) covered += 1
    }
    expect(covered / studies).toBeGreaterThan(0.92)
    expect(covered / studies).toBeLessThan(0.985)
  })
})
