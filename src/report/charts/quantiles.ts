/** Quantiles of several measures as bars side by side, variant by variant. */

import type { Quantiles, Result, VariantResult } from '../../core/result.ts'
import { formatMs } from '../format.ts'
import { axisName, type ChartSpec, commonOptions, commonPlugins, type Hatch, OKABE_ITO } from './spec.ts'

/** From this ratio of longest to shortest on, a linear axis hides the short ones. */
const LOGARITHMIC_FROM = 20

/** The next 1, 2 or 5 times a power of ten, downwards: where a logarithmic axis has a line. */
export function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return (value >= 5 * power ? 5 : value >= 2 * power ? 2 : 1) * power
}

interface Axis {
  readonly type: 'linear' | 'logarithmic'
  readonly min: number
  readonly note: string
}

/** @param room share of the shortest value at which a logarithmic axis begins */
export function axis(values: readonly number[], room: number): Axis {
  const positive = values.filter((value) => value > 0)
  const [least, most] = [Math.min(...positive), Math.max(...positive)]
  if (positive.length === 0 || most / least < LOGARITHMIC_FROM) return { type: 'linear', min: 0, note: '' }
  return { type: 'logarithmic', min: roundDown(least * room), note: ', logarithmic' }
}

const COLORS = { p50: OKABE_ITO.sky, p90: OKABE_ITO.orange, p99: OKABE_ITO.vermillion } as const

interface Measure {
  readonly name: string
  readonly hatch: Hatch
  readonly of: (variant: VariantResult) => Quantiles
}

interface QuantileChart {
  readonly id: string
  readonly title: string
  readonly about: string
  readonly quantiles: readonly (keyof typeof COLORS)[]
  readonly measures: readonly [Measure, ...Measure[]]
  /** Said where nothing was measured. */
  readonly empty: string
}

export function quantileBars(result: Result, chart: QuantileChart): ChartSpec {
  const { variants } = result
  const { id, title, about, measures } = chart
  const [first] = measures
  const bars = chart.quantiles.flatMap((key) => measures.map((measure) => ({ key, measure })))
  const values = variants.map((variant) => bars.map(({ key, measure }) => measure.of(variant)[key]))
  const measured = values.flat().filter((value) => value !== null)
  const { type, min, note } = axis(measured, 0.25)
  const topMs = Math.max(1, ...measured) * (type === 'linear' ? 1.05 : 1.3)
  const inWords = (variant: VariantResult) => {
    const { p50, p99 } = first.of(variant)
    return `${variant.name} ${formatMs(p50)} and ${formatMs(p99)}`
  }
  return {
    id,
    title,
    about,
    label: `${title}, median and 99th percentile: ${variants.map(inWords).join(', ')}.`,
    config: {
      type: 'bar',
      data: {
        labels: variants.map((variant) => axisName(variant.name)),
        // What no variant has measured needs neither room nor a place in the legend.
        datasets: bars.flatMap(({ key, measure }, at) => {
          const data = values.map((row) => row[at] ?? null)
          if (measure !== first && data.every((value) => value === null)) return []
          const look = { backgroundColor: COLORS[key], hatch: measure.hatch, pointStyle: 'rect', maxBarThickness: 60 }
          return [{ label: `${key}, ${measure.name}`, data, ...look }]
        }),
      },
      options: {
        ...commonOptions(title, about),
        scales: {
          x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkip: false } },
          y: { type, min, max: topMs, title: { display: true, text: `milliseconds${note}` } },
        },
        plugins: commonPlugins(title, about, measured.length === 0 ? { marks: { empty: chart.empty } } : {}),
      },
    },
    table: {
      columns: ['variant', ...bars.map(({ key, measure }) => `${key}, ${measure.name}`), `max, ${first.name}`],
      rows: variants.map((variant, row) => [
        variant.name,
        ...bars.map((_, at) => formatMs(values[row]?.[at] ?? null)),
        formatMs(first.of(variant).max),
      ]),
    },
  }
}
