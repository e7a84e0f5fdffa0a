/** How long buyers waited: quantiles, and the whole distribution. */

import type { Quantiles, Result, VariantResult } from '../core/result.ts'
import {
  axisName,
  type ChartSpec,
  commonOptions,
  commonPlugins,
  type Dataset,
  lineLook,
  OKABE_ITO,
} from './chart-spec.ts'
import { formatCount, formatMs, formatShare } from './format.ts'

/** From this ratio of longest to shortest on, a linear axis hides the short ones. */
const LOGARITHMIC_FROM = 20

/** The next 1, 2 or 5 times a power of ten, downwards: where a logarithmic axis has a line. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return (value >= 5 * power ? 5 : value >= 2 * power ? 2 : 1) * power
}

interface Axis {
  readonly type: 'linear' | 'logarithmic'
  readonly min: number
  readonly note: string
}

/** @param room share of the shortest value at which a logarithmic axis begins */
function axis(values: readonly number[], room: number): Axis {
  const positive = values.filter((value) => value > 0)
  const [least, most] = [Math.min(...positive), Math.max(...positive)]
  if (positive.length === 0 || most / least < LOGARITHMIC_FROM) return { type: 'linear', min: 0, note: '' }
  return { type: 'logarithmic', min: roundDown(least * room), note: ', logarithmic' }
}

const QUANTILES = [
  { key: 'p50', color: OKABE_ITO.sky },
  { key: 'p90', color: OKABE_ITO.orange },
  { key: 'p99', color: OKABE_ITO.vermillion },
] as const

const POPULATIONS = [
  { name: 'all answered', hatch: 'none', of: (variant: VariantResult): Quantiles => variant.latencyMs },
  { name: 'confirmed', hatch: 'diagonal', of: (variant: VariantResult): Quantiles => variant.latencyConfirmedMs },
] as const

/** Median, 90th and 99th percentile of each variant. */
export function latencyQuantilesChart(result: Result): ChartSpec {
  const { variants } = result
  const title = 'How long buyers waited'
  const about = 'From the moment the buyer meant to ask. Plain: all answered purchases; hatched: confirmed ones.'
  const bars = QUANTILES.flatMap(({ key, color }) => POPULATIONS.map((population) => ({ key, color, population })))
  const values = variants.map((variant) => bars.map(({ key, population }) => population.of(variant)[key]))
  const measured = values.flat().filter((value) => value !== null)
  const { type, min, note } = axis(measured, 0.25)
  const topMs = Math.max(1, ...measured) * (type === 'linear' ? 1.05 : 1.3)
  return {
    id: 'latency-quantiles',
    title,
    about,
    label: `${title}, median and 99th percentile: ${variants.map(({ name, latencyMs }) => `${name} ${formatMs(latencyMs.p50)} and ${formatMs(latencyMs.p99)}`).join(', ')}.`,
    config: {
      type: 'bar',
      data: {
        labels: variants.map((variant) => axisName(variant.name)),
        datasets: bars.map(({ key, color, population }, at) => ({
          label: `${key}, ${population.name}`,
          data: values.map((row) => row[at] ?? null),
          backgroundColor: color,
          hatch: population.hatch,
          pointStyle: 'rect',
          maxBarThickness: 60,
        })),
      },
      options: {
        ...commonOptions(title, about),
        scales: {
          x: { grid: { display: false }, ticks: { maxRotation: 0, autoSkip: false } },
          y: { type, min, max: topMs, title: { display: true, text: `milliseconds${note}` } },
        },
        plugins: commonPlugins(title, about, measured.length === 0 ? { marks: { empty: 'nothing was answered' } } : {}),
      },
    },
    table: {
      columns: ['variant', ...bars.map(({ key, population }) => `${key}, ${population.name}`), 'max, all answered'],
      rows: variants.map((variant, row) => [
        variant.name,
        ...bars.map((_, at) => formatMs(values[row]?.[at] ?? null)),
        formatMs(variant.latencyMs.max),
      ]),
    },
  }
}

type Population = 'all' | 'confirmed'

interface Step {
  /** Lower end of the bucket. */
  readonly fromMs: number
  readonly uptoMs: number
  readonly count: number
  /** Of the purchases that arrived, how many had their answer by `uptoMs`. */
  readonly share: number
}

function cumulative(variant: VariantResult, population: Population): Step[] {
  let count = 0
  let fromMs = 0
  return variant.latencyBuckets.map((bucket) => {
    count += bucket[population]
    const share = variant.orders.arrived > 0 ? count / variant.orders.arrived : 0
    const step = { fromMs, uptoMs: bucket.uptoMs, count, share }
    fromMs = bucket.uptoMs
    return step
  })
}

/** The buckets reach from a millisecond to a minute; drawn is the part in which any variant's purchases were answered. */
function drawnRange(result: Result, population: Population): { fromMs: number; uptoMs: number } {
  const used = result.variants.flatMap((variant) =>
    cumulative(variant, population).filter((_, at) => (variant.latencyBuckets[at]?.[population] ?? 0) > 0),
  )
  return {
    fromMs: Math.min(...used.map((step) => step.fromMs)),
    uptoMs: Math.max(...used.map((step) => step.uptoMs)),
  }
}

function drawnSteps(result: Result, population: Population): Step[][] {
  const { fromMs, uptoMs } = drawnRange(result, population)
  return result.variants.map((variant) =>
    cumulative(variant, population).filter((step) => step.fromMs >= fromMs && step.uptoMs <= uptoMs),
  )
}

/** A marker now and then, at other places for each variant so that they do not cover one another. */
const MARKER_EVERY = 5

function distributionLine(name: string, at: number, steps: readonly Step[], startMs: number): Dataset {
  const points = steps.length === 0 ? [] : [{ x: startMs, y: 0 }]
  for (const { uptoMs, share } of steps) points.push({ x: uptoMs, y: share * 100 })
  return {
    label: name,
    data: points,
    ...lineLook(at),
    // Within a bucket nothing is known: the line rises only where the bucket ends.
    stepped: 'before',
    pointRadius: points.map((_, index) => (index > 0 && index % MARKER_EVERY === at % MARKER_EVERY ? 6 : 0)),
  }
}

const DISTRIBUTIONS: Record<Population, { id: string; title: string; about: string; verb: string }> = {
  all: {
    id: 'latency-distribution-answered',
    title: 'Answered in time',
    about:
      'Share of the purchases that were answered, whatever the answer, within this time. Higher and further left is better.',
    verb: 'answered',
  },
  confirmed: {
    id: 'latency-distribution-confirmed',
    title: 'Confirmed in time',
    about: 'Share of the purchases that were confirmed within this time. Higher and further left is better.',
    verb: 'confirmed',
  },
}

/** Which share of the purchases had its answer within which time. */
export function latencyDistributionChart(result: Result, population: Population): ChartSpec {
  const { variants } = result
  const { id, title, about, verb } = DISTRIBUTIONS[population]
  const steps = drawnSteps(result, population)
  const drawn = steps.flat()
  const { type, note } = axis(
    drawn.map((step) => step.uptoMs),
    1,
  )
  const leastMs = Math.min(...drawn.map((step) => step.fromMs || step.uptoMs / 2))
  const startMs = type === 'linear' ? 0 : leastMs
  const max = Math.max(1, ...drawn.map((step) => step.uptoMs))
  const shares = steps.map((own) => formatShare(own.at(-1)?.share ?? 0))
  const empty = drawn.length === 0 ? { marks: { empty: `nothing was ${verb}` } } : {}
  return {
    id,
    title,
    about,
    label: `${title}: ${variants.map((variant, at) => `${variant.name} ${shares[at]} ${verb}`).join(', ')}.`,
    config: {
      type: 'line',
      data: {
        datasets: variants.map((variant, at) => distributionLine(variant.name, at, steps[at] ?? [], startMs)),
      },
      options: {
        ...commonOptions(title, about),
        scales: {
          x: { type, min: startMs, max, title: { display: true, text: `milliseconds${note}` } },
          y: { min: 0, max: 100, title: { display: true, text: `% of purchases ${verb}` } },
        },
        plugins: commonPlugins(title, about, empty),
      },
    },
    table: {
      columns: ['variant', 'within', `purchases ${verb}`, 'share of all that arrived'],
      rows: variants.flatMap((variant, at) =>
        (steps[at] ?? []).map(({ uptoMs, count, share }) => [
          variant.name,
          formatMs(uptoMs),
          formatCount(count),
          formatShare(share),
        ]),
      ),
    },
  }
}
