import { describe, expect, test } from 'vitest'
import { agreementResult } from '../../../test/support/example-agreement.ts'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import { INVARIANTS } from '../../core/invariant.ts'
import { formatMoney } from '../format.ts'
import { buildCharts } from './charts.ts'

function chart(id: string, result = exampleResult()) {
  const spec = buildCharts(result).find((one) => one.id === id)
  if (!spec) throw new Error(`no chart ${id}`)
  return spec
}

describe.each([
  ['the full example', exampleResult()],
  ['services that agree', agreementResult()],
  ['a run in which nothing happened', emptyResult()],
  ['a run without variants', { ...emptyResult(), variants: [] }],
])('%s', (_, result) => {
  const specs = buildCharts(result)

  test('charts are plain data: what JSON cannot carry is not in them', () => {
    expect(JSON.parse(JSON.stringify(specs))).toEqual(specs)
  })

  test('no axis and no point is infinite or not a number', () => {
    // JSON writes both as null; where null is meant there are quantiles, or gaps in a curve.
    for (const spec of specs.filter(({ id }) => id !== 'latency-quantiles' && id !== 'locked-time')) {
      expect(JSON.stringify(spec.config).replaceAll('"y":null', '')).not.toContain('null')
    }
  })

  test('every chart has an id of its own, a label for those who cannot see it, and a rectangular table', () => {
    expect(new Set(specs.map(({ id }) => id)).size).toBe(specs.length)
    for (const { label, table } of specs) {
      expect(label.length).toBeGreaterThan(10)
      for (const row of table.rows) expect(row).toHaveLength(table.columns.length)
    }
  })
})

test('losses are drawn in units of money, part by part, and the totals are the variants’ losses', () => {
  const { config, table } = chart('money-lost')
  const result = exampleResult()
  for (const [at, variant] of result.variants.entries()) {
    const drawn = config.data.datasets.reduce((sum, { data }) => sum + Number(data[at]), 0)
    expect(drawn * 100).toBeCloseTo(variant.lossCents)
    expect(table.rows[at]?.at(-1)).toBe(formatMoney(variant.lossCents, 'USD'))
  }
})

test('violations are stacked by invariant, and no two that meet look alike', () => {
  const { config } = chart('violations')
  expect(config.data.datasets.map(({ label }) => label)).toEqual([
    'charged-at-most-once',
    'deducted-at-most-once',
    'all-or-nothing',
    'no-order-lost',
    'buyer-told-the-truth',
    'history-complete',
  ])
  const everything = exampleResult().variants.map((variant) => ({
    ...variant,
    violations: Object.fromEntries(INVARIANTS.map((name) => [name, 1])) as typeof variant.violations,
  }))
  const { config: full } = chart('violations', { ...exampleResult(), variants: everything })
  const looks = full.data.datasets.map(({ backgroundColor, hatch }) => `${backgroundColor} ${hatch}`)
  expect(new Set(looks).size).toBe(INVARIANTS.length)
})

test('orders by class sum to those that arrived', () => {
  const { config } = chart('orders-by-class')
  for (const [at, variant] of exampleResult().variants.entries()) {
    expect(config.data.datasets.reduce((sum, { data }) => sum + Number(data[at]), 0)).toBe(variant.orders.arrived)
  }
})

test('goodput is per second in the variant’s lane, with its strikes and crashes, and the outage is shaded', () => {
  const { config } = chart('goodput-over-time')
  const { data } = config
  const lanes = data.datasets.filter(({ label }) => label === 'confirmed per second')
  expect(lanes.map(({ yAxisID }) => yAxisID)).toEqual(['lane-0', 'lane-1', 'lane-2', 'lane-3'])
  const [naive, retry] = exampleResult().variants
  const points = lanes[0]?.data as { x: number; y: number }[]
  const heldAt = (seconds: number) => points.findLast(({ x }) => x <= seconds)?.y
  for (const [at, count] of naive!.series.goodput.entries()) expect(heldAt((at + 0.5) / 2)).toBe(count * 2)
  const marks = (label: string, axis: string) =>
    data.datasets.find((one) => one.label === label && one.yAxisID === axis)
  expect(marks('crash', 'lane-1')?.data).toHaveLength(retry!.series.crashes.filter((count) => count > 0).length)
  expect(marks('bank-holiday (outage on bank), 5 s to 6.5 s', 'windows')?.data).toEqual([
    { x: 5, y: 1 },
    { x: 6.5, y: 1 },
  ])
})

test('every picture over time has the windows and the strikes', () => {
  const specs = buildCharts(exampleResult()).filter(({ id }) => /-over-time$/.test(id))
  expect(specs.map(({ id }) => id)).toEqual([
    'goodput-over-time',
    'latency-over-time',
    'breakers-over-time',
    'compartments-over-time',
  ])
  for (const { config } of specs) {
    const labels = config.data.datasets.map(({ label }) => label)
    expect(labels).toEqual(expect.arrayContaining(['strike', 'crash', 'bank-holiday (outage on bank), 5 s to 6.5 s']))
  }
})

test('the distribution is the share of all that arrived, and ends at the share that was confirmed', () => {
  const { config } = chart('latency-distribution-confirmed')
  for (const [at, variant] of exampleResult().variants.entries()) {
    const line = config.data.datasets[at]?.data as { x: number; y: number }[]
    expect(line[0]?.y).toBe(0)
    expect(line.at(-1)?.y).toBeCloseTo((100 * variant.orders.confirmed) / variant.orders.arrived)
    for (const [index, { y }] of line.entries()) expect(y).toBeGreaterThanOrEqual(line[index - 1]?.y ?? 0)
  }
})

test('where nobody came for an order, the share is of all who came', () => {
  const [first] = exampleResult().variants
  const nothing = { p50: null, p90: null, p99: null, max: null }
  const figures = { arrived: 600, good: 30, unanswered: 0, latencyMs: nothing }
  const kind = { ...figures, kind: 'payment' as const, goodputPerSecond: 3, refusals: {}, focus: figures, goodput: [] }
  const variant = { ...first!, orders: { ...first!.orders, arrived: 0 }, kinds: [kind] }
  const { table } = chart('latency-distribution-answered', { ...exampleResult(), variants: [variant] })
  expect(table.rows.at(-1)?.at(-1)).toBe('50.0 %')
})

test('locked time is drawn where something was locked, and only there', () => {
  expect(buildCharts(exampleResult()).map(({ id }) => id)).not.toContain('locked-time')
  const { config, table } = chart('locked-time', agreementResult())
  expect(config.data.labels).toEqual(['retry+key', '2pc', 'saga'])
  expect(config.data.datasets.map(({ label, data }) => [label, data[1]])).toEqual([
    ['p50, stock', 9.12],
    ['p50, account', 5.5],
    ['p99, stock', 1_390],
    ['p99, account', 1_204],
  ])
  expect(table.rows.map(([name, median]) => [name, median])).toEqual([
    ['retry+key', '–'],
    ['2pc', '9.1 ms'],
    ['saga', '–'],
  ])
})

test('messages for each order are drawn for every run, with their figures', () => {
  const { config, table, label } = chart('messages-per-order', agreementResult())
  expect(config.data.datasets[0]?.data).toEqual([6.204, 14.96, 9.1])
  expect(table.rows.map((row) => row.at(-1))).toEqual(['6.2', '15.0', '9.1'])
  expect(label).toContain('2pc 15.0')
  expect(chart('messages-per-order', emptyResult()).table.rows).toEqual([['naive', '–']])
})

test('nine variants differ in colour, dashes and marker', () => {
  const [first] = exampleResult().variants
  const variants = Array.from({ length: 9 }, (_, at) => ({ ...first!, name: `v${at}` }))
  const { config } = chart('latency-distribution-confirmed', { ...exampleResult(), variants })
  for (const key of ['borderColor', 'borderDash', 'pointStyle']) {
    expect(new Set(config.data.datasets.map((dataset) => JSON.stringify(dataset[key]))).size).toBe(9)
  }
})

test('strikes are drawn gremlin by gremlin, and the table has the tosses', () => {
  const { config, table } = chart('gremlin-strikes')
  const result = exampleResult()
  expect(config.data.datasets.map(({ data }) => data[1])).toEqual(
    result.variants[1]!.gremlins.map(({ strikes }) => strikes),
  )
  expect(table.rows[1]).toEqual(['retry', '34 of 352', '9 of 291', '27 of 318', '43 of 43', '113 of 1,004'])
})
