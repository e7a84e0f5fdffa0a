import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import { buildCharts } from '../charts/charts.ts'
import type { ChartConfig } from '../charts/spec.ts'
import { packChart } from './chart-data.ts'
import { CHART_SCRIPT } from './chart-script.ts'

const unpack = (config: ChartConfig): ChartConfig =>
  JSON.parse(runInNewContext(`${CHART_SCRIPT}; JSON.stringify(unpackChart(config))`, { config }))

function roundedText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'number' ? Number(part.toPrecision(5)) : part))
}

test.each(buildCharts(exampleResult()).map((spec) => [spec.id, spec] as const))(
  '%s is in the page as it was',
  (_, spec) => {
    const { id, config } = packChart(spec)
    expect(id).toBe(spec.id)
    expect(roundedText(unpack(config))).toBe(roundedText(spec.config))
  },
)

test('points are packed, and what is more than a point is left alone', () => {
  const points = [
    { x: 1, y: 2.345_678 },
    { x: 2, y: null },
  ]
  const marks = [{ x: 1, y: 'lane' }]
  const datasets = [
    { label: 'a', data: points },
    { label: 'b', data: marks },
    { label: 'c', data: [1, 2] },
  ]
  const spec = { id: 'c', title: '', about: '', label: '', table: { columns: [], rows: [] } }
  const { config } = packChart({ ...spec, config: { type: 'line', data: { datasets }, options: {} } })
  expect(config.data.datasets).toEqual([
    { label: 'a', data: [], xy: [1, 2.3457, 2, null] },
    { label: 'b', data: marks },
    { label: 'c', data: [1, 2] },
  ])
})
