import { expect, test } from 'vitest'
import { agreementResult } from '../../../test/support/example-agreement.ts'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import type { Result } from '../../core/result.ts'
import { formatMoney } from '../format.ts'
import { headline } from '../headline.ts'
import { chartData } from './data.ts'

const clean = (result: Result): Result => ({
  ...result,
  variants: result.variants.map((variant) => ({
    ...variant,
    lossCents: 0,
    violations: Object.fromEntries(
      Object.keys(variant.violations).map((name) => [name, 0]),
    ) as typeof variant.violations,
    dependencies: [],
  })),
})

test('the poster shows how purchases ended, what went wrong, goodput, and then what this run has to show', () => {
  expect(chartData(exampleResult()).poster.charts).toEqual([
    'orders-by-class',
    'money-lost',
    'goodput-over-time',
    'breakers-over-time',
  ])
})

test('where no money was lost it shows broken promises; where none was broken, more of the rest', () => {
  const cheap = { ...exampleResult(), variants: exampleResult().variants.map((one) => ({ ...one, lossCents: 0 })) }
  expect(chartData(cheap).poster.charts[1]).toBe('violations')
  expect(chartData(clean(exampleResult())).poster.charts).toEqual([
    'orders-by-class',
    'goodput-over-time',
    'latency-quantiles',
    'gremlin-strikes',
  ])
})

test('where nobody came for an order it shows how the others fared', () => {
  const [first] = exampleResult().variants
  const nothing = { p50: null, p90: null, p99: null, max: null }
  const figures = { arrived: 40, good: 30, unanswered: 0, latencyMs: nothing }
  const kind = { ...figures, kind: 'payment' as const, goodputPerSecond: 3, refusals: {}, focus: figures, goodput: [] }
  const orders = { arrived: 0, confirmed: 0, cancelled: 0, refused: 0, failed: 0, inDoubt: 0 }
  const { poster, charts } = chartData({ ...exampleResult(), variants: [{ ...first!, orders, kinds: [kind] }] })
  expect(poster.charts[0]).toBe('good-by-kind')
  expect(charts.find(({ id }) => id === 'good-by-kind')?.table.rows).toEqual([
    ['naive', 'payment', '40', '30', '75.0 %'],
  ])
})

test.each([exampleResult(), agreementResult(), emptyResult(), { ...emptyResult(), variants: [] }])(
  'every chart of a poster is one of the run’s, four at most, none twice',
  (result) => {
    const { charts, poster } = chartData(result)
    const ids = charts.map(({ id }) => id)
    expect(poster.charts).toHaveLength(4)
    expect(new Set(poster.charts).size).toBe(4)
    expect(ids).toEqual(expect.arrayContaining([...poster.charts]))
  },
)

test('figures are those of the result, texts those of every other output', () => {
  const result = exampleResult()
  const { charts, poster, origin } = chartData(result)
  const rows = charts.find(({ id }) => id === 'money-lost')?.table.rows
  expect(rows?.map((row) => row.at(-1))).toEqual(result.variants.map((one) => formatMoney(one.lossCents, 'USD')))
  expect(poster).toMatchObject({ verdict: 'FAIL', headline: headline(result), origin })
  expect(poster.command).toBe('npx faultline run schrodingers-warehouse --seed 42')
})

test('escape sequences reach no picture', () => {
  const evil = '\u001b[31mred\u001b[0m\u0007'
  const [first] = exampleResult().variants
  const data = chartData({ ...exampleResult(), title: evil, variants: [{ ...first!, name: evil }] })
  expect(data.poster.title).toBe('red ')
  expect(JSON.stringify(data)).not.toMatch(/\\u001b|\\u0007/)
})
