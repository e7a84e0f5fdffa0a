/** How long buyers waited: quantiles, and the whole distribution. */

import type { Result, VariantResult } from '../../core/result.ts'
import { formatCount, formatMs, formatShare } from '../format.ts'
import { arrivedOf } from '../kinds.ts'
import { axis, quantileBars } from './quantiles.ts'
import { type ChartSpec, commonOptions, commonPlugins, type Dataset, lineLook } from './spec.ts'

/** Median, 90th and 99th percentile of each variant. */
export function latencyQuantilesChart(result: Result): ChartSpec {
  return quantileBars(result, {
    id: 'latency-quantiles',
    title: 'How long buyers waited',
    about: 'From the moment the buyer meant to ask. Plain: all answered purchases; hatched: confirmed ones.',
    quantiles: ['p50', 'p90', 'p99'],
    measures: [
      { name: 'all answered', hatch: 'none', of: (variant) => variant.latencyMs },
      { name: 'confirmed', hatch: 'diagonal', of: (variant) => variant.latencyConfirmedMs },
    ],
    empty: 'nothing was answered',
  })
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
  // Where nobody came for an order, the buckets are those of all requests.
  const came = variant.orders.arrived > 0 ? variant.orders.arrived : arrivedOf(variant)
  let count = 0
  let fromMs = 0
  return variant.latencyBuckets.map((bucket) => {
    count += bucket[population]
    const share = came > 0 ? count / came : 0
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
