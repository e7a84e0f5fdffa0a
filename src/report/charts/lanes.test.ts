import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import type { Levels, Result } from '../../core/result.ts'
import { locksOverTimeChart } from './agreement.ts'
import { laneChart, MOST_LANES, steps } from './lanes.ts'
import { breakersChart, compartmentsChart, stretchesOf } from './paths.ts'
import { strikeDots } from './strikes.ts'
import { awayChart, coarseRates, servicesAway } from './time.ts'

test('a curve of steps says of every bucket what it holds, and nothing of those in which nothing was measured', () => {
  const value = fc.option(fc.integer({ min: 0, max: 3 }))
  fc.assert(
    fc.property(fc.array(value, { maxLength: 40 }), (values) => {
      const points = steps({ values, bucketMs: 500 })
      for (const [at, expected] of values.entries()) {
        const middle = (at + 0.5) / 2
        // Of two points at the same time the later one counts.
        expect(points.findLast(({ x }) => x <= middle)?.y ?? null).toBe(
          expected === null && points.every(({ x }) => x < middle) ? (points.at(-1)?.y ?? null) : expected,
        )
      }
      expect(points.length).toBeLessThanOrEqual(3 * values.length)
    }),
  )
})

test('a curve ends where its last bucket does', () => {
  expect(steps({ values: [2, 2, null, 5, null], bucketMs: 500 })).toEqual([
    { x: 0, y: 2 },
    { x: 1, y: 2 },
    { x: 1, y: null },
    { x: 1.5, y: 5 },
    { x: 2, y: 5 },
  ])
})

test('fine buckets are told together, and nothing is lost', () => {
  const [variant] = exampleResult().variants
  const goodput = Array.from({ length: 103 }, (_, at) => at % 7)
  const rates = coarseRates({ ...variant!, series: { ...variant!.series, bucketMs: 200, goodput } })
  expect(rates.bucketMs).toBe(400)
  const total = rates.perSecond.reduce((sum, rate) => sum + rate * 0.4, 0)
  expect(total).toBeCloseTo(goodput.reduce((sum, count) => sum + count, 0))
})

const BREAKER = {
  openings: 1,
  openMs: 800,
  changes: [
    { atMs: 1_000, state: 'open', detail: '' },
    { atMs: 1_800, state: 'half-open', detail: '' },
    { atMs: 2_000, state: 'closed', detail: '' },
  ],
} as const

test('a breaker’s states follow one another from the start to the end', () => {
  expect(stretchesOf(BREAKER, 3_000)).toEqual([
    { state: 'closed', fromMs: 0, toMs: 1_000 },
    { state: 'open', fromMs: 1_000, toMs: 1_800 },
    { state: 'half-open', fromMs: 1_800, toMs: 2_000 },
    { state: 'closed', fromMs: 2_000, toMs: 3_000 },
  ])
})

test('where not all changes are kept, nothing is said of the time after the last one', () => {
  expect(stretchesOf(BREAKER, 3_000, 2).at(-1)).toEqual({ state: 'open', fromMs: 1_000, toMs: 1_800 })
})

test('breakers and compartments are drawn path by path, and only where there are some', () => {
  const [breakers] = breakersChart(exampleResult())
  expect(breakers?.table.rows[1]).toEqual(['retry: order→payment', '5.1 s', '6.1 s', 'open'])
  const open = breakers?.config.data.datasets.find(({ label }) => label === 'open')?.data ?? []
  expect((open as unknown as readonly { x: number }[]).map(({ x }) => x)).toEqual([
    5.12, 6.12, 6.12, 6.16, 6.9704, 6.9704,
  ])
  const [compartments] = compartmentsChart(exampleResult())
  expect(compartments?.table.rows[10]).toEqual(['retry: order→inventory', '5 s to 5.5 s', '15', '40', '8', '20'])
  const none: Result = { ...exampleResult(), variants: exampleResult().variants.slice(0, 1) }
  expect([...breakersChart(none), ...compartmentsChart(none)]).toEqual([])
})

const LEVELS: Levels = {
  bucketMs: 100,
  inDoubt: [0, 2.5, 0],
  lockedStock: [0, 4, 1],
  lockedAccounts: [0, 0, 0],
  away: { bank: [0, 0.5, 1] },
}

test('what was in doubt, locked and away is drawn where it was, and only there', () => {
  const example = exampleResult()
  expect([locksOverTimeChart(example), servicesAway(example)]).toEqual([[], []])
  const [naive, ...others] = example.variants
  const result = { ...example, variants: [{ ...naive!, levels: LEVELS }, ...others] }
  const [locks] = locksOverTimeChart(result)
  expect(locks?.table.rows).toEqual([
    ['naive', '0 s to 0.1 s', '0.0', '0.0', '0.0'],
    ['naive', '0.1 s to 0.2 s', '2.5', '4.0', '0.0'],
    ['naive', '0.2 s to 0.3 s', '0.0', '1.0', '0.0'],
  ])
  const { table, config } = awayChart(result)
  expect(table.rows.map((row) => row.at(-1))).toEqual(['0.0 %', '50.0 %', '100.0 %'])
  expect(config.data.datasets.find(({ label }) => label === 'bank')?.data).toContainEqual({ x: 0.1, y: 50 })
})

test('what looks the same stands in the legend once, and no more lanes are drawn than can be read', () => {
  const [variant] = exampleResult().variants
  const look = { label: 'level', color: '#000000', fill: true }
  const lane = { name: 'naive', variant: variant!, curves: [{ look, bucketMs: 100, values: [1, 2] }] }
  const spec = laneChart(exampleResult(), {
    ...{ id: 'x', title: 'X', about: 'About.', label: 'X.', table: { columns: [], rows: [] }, empty: null },
    lanes: Array.from({ length: 20 }, () => lane),
    scale: { type: 'linear', min: 0, max: 2 },
    line: { value: 1 },
  })
  const levels = spec.config.data.datasets.filter(({ label }) => label === 'level')
  expect(levels).toHaveLength(MOST_LANES)
  expect(levels.filter(({ unlisted }) => !unlisted)).toHaveLength(1)
  expect(spec.about).toBe('About. Drawn are the first 12 of 20 lanes.')
})

test('strikes are summed to few dots, and none is lost', () => {
  const [variant] = exampleResult().variants
  const every = Array.from({ length: 120 }, () => 4)
  const [strikes, crashes] = strikeDots(
    { ...variant!, series: { ...variant!.series, strikes: every, crashes: every } },
    0,
  )
  expect([strikes?.data.length, crashes?.data.length]).toEqual([0, 40])
})
