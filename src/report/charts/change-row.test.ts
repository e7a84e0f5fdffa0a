import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agreementResult } from '../../../test/support/example-agreement.ts'
import { BY_HAND, changedResult, manyChanges } from '../../../test/support/example-changes.ts'
import { exampleResult } from '../../../test/support/example-result.ts'
import type { Levels, Result } from '../../core/result.ts'
import { type ChangeMark, spreadLabels } from './change-marks.ts'
import { buildCharts } from './charts.ts'
import type { ChartSpec } from './spec.ts'

const OVER_TIME = [
  'goodput-over-time',
  'latency-over-time',
  'breakers-over-time',
  'compartments-over-time',
  'locks-over-time',
  'services-away',
]
const LEVELS: Levels = {
  bucketMs: 500,
  inDoubt: [0, 2, 3, 1],
  lockedStock: [0, 4, 1, 0],
  lockedAccounts: [0, 0, 0, 0],
  away: { bank: [0, 0.5, 1, 0] },
}

/** Every picture over time has something to show. */
function whole(result: Result): Result {
  return { ...result, variants: result.variants.map((variant) => ({ ...variant, levels: LEVELS })) }
}

function marksOf({ config }: ChartSpec): ChangeMark[] {
  const { changes } = config.options.plugins as unknown as { changes?: { changes: ChangeMark[] } }
  return changes?.changes ?? []
}

test('every picture over time draws each change in every lane that it is about', () => {
  const charts = buildCharts(whole(changedResult())).filter(({ id }) => OVER_TIME.includes(id))
  expect(charts.map(({ id }) => id)).toEqual(OVER_TIME)
  for (const chart of charts) {
    const marks = marksOf(chart)
    // Paths are those of `retry`, lanes of the others all four variants.
    expect(marks.map(({ number, hand }) => `${number}${hand ? '' : '*'}`)).toEqual(['1', '2*', '3', '4', '5', '6', '7'])
    expect(marks[2]?.lines.map(([, seconds]) => seconds).every((seconds) => seconds === 3.05)).toBe(true)
    expect(chart.about).toContain('Numbers: changes by hand (filled, whole lines) and by the scenario (framed')
    expect(chart.label).toContain('7 changes were made while it went on.')
    expect(chart.besides).toContain('3: retry off, wherever it stands (3.1\u00a0s)')
    expect(chart.table.columns.at(-1)).toBe('changes')
  }
  const [goodput] = charts
  expect(marksOf(goodput!)[0]?.lines).toEqual([
    [0, 1.23],
    [1, 1.204],
  ])
  expect(marksOf(goodput!)[2]?.lines).toEqual([[1, 3.05]])
})

test('the table beside a picture has the numbers of what was changed in the time of a row', () => {
  const rows = buildCharts(changedResult()).find(({ id }) => id === 'latency-over-time')?.table.rows ?? []
  const numbers = (variant: string) => rows.filter((row) => row[0] === variant).map((row) => row.at(-1))
  expect(numbers('retry').slice(0, 15)).toEqual(['', '', '1', '', '', '2', '3', '', '4', '5', '', '', '6', '', '7'])
  expect(numbers('naive').filter((text) => text !== '')).toEqual(['1'])
})

test('where nothing was changed pictures are as they were', () => {
  for (const chart of [...buildCharts(exampleResult()), ...buildCharts(agreementResult())]) {
    expect(JSON.stringify(chart)).not.toContain('"changes"')
    expect(chart.besides).toBeUndefined()
  }
})

test('of very many changes the first are drawn, and the sentence says so', () => {
  const goodput = buildCharts(manyChanges(100, 50)).find(({ id }) => id === 'goodput-over-time')
  expect(marksOf(goodput!)).toHaveLength(60)
  expect(goodput?.about).toContain('Numbers: changes by hand (filled, whole lines), the first 60 of 100.')
})

test('a change after the end of a picture is not drawn, and moves no axis', () => {
  const late = { ...changedResult() }
  const variants = late.variants.map((each) =>
    each.name === 'retry' ? { ...each, changes: [...BY_HAND, { atMs: 600_000, traffic: 'on' as const }] } : each,
  )
  const chart = (result: Result) => buildCharts(result).find(({ id }) => id === 'goodput-over-time')!
  expect(marksOf(chart({ ...late, variants }))).toHaveLength(7)
  expect(chart({ ...late, variants }).config.options.scales).toEqual(chart(late).config.options.scales)
})

test('numbers cover one another never, stay within their row, and near their lines where there is room', () => {
  const place = fc.double({ min: 0, max: 1_000, noNaN: true })
  fc.assert(
    fc.property(fc.array(place, { maxLength: 120 }), fc.integer({ min: 1, max: 3 }), (unsorted, rows) => {
      const at = unsorted.toSorted((one, other) => one - other)
      const placed = spreadLabels(at, { width: 20, from: 0, to: 1_000, rows })
      expect(placed).toHaveLength(Math.min(at.length, rows * 50))
      for (const [index, { x, row }] of placed.entries()) {
        expect(x).toBeGreaterThanOrEqual(10 - 1e-6)
        expect(x).toBeLessThanOrEqual(990 + 1e-6)
        const next = placed.slice(index + 1).find((other) => other.row === row)
        if (next) expect(next.x - x).toBeGreaterThanOrEqual(20 - 1e-6)
      }
    }),
  )
  expect(spreadLabels([100, 200, 210, 300], { width: 20, from: 0, to: 1_000, rows: 2 })).toEqual([
    { x: 100, row: 0 },
    { x: 200, row: 0 },
    { x: 210, row: 1 },
    { x: 300, row: 0 },
  ])
})
