/** What happened when: goodput, latency and absent services, variant by variant, with the gremlins' strikes and windows. */

import type { Result, VariantResult } from '../../core/result.ts'
import { formatCount, formatMs, formatRate, formatShare } from '../format.ts'
import { type Look, laneChart, lineAt, withHeadroom } from './lanes.ts'
import { axis } from './quantiles.ts'
import { type ChartSpec, OKABE_ITO } from './spec.ts'
import { bucketRow } from './timed-table.ts'

/** Finer buckets than these hold one or two orders each, and show nothing but chance. */
const MOST_DRAWN = 60

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

interface Rates {
  readonly bucketMs: number
  /** Confirmed truthfully and in time, per second of the bucket. */
  readonly perSecond: readonly number[]
  readonly strikes: readonly number[]
  readonly crashes: readonly number[]
}

/** Counts of neighbouring buckets together, so that at most `MOST_DRAWN` are left. */
export function coarseRates({ series }: VariantResult): Rates {
  const together = Math.max(1, Math.ceil(series.goodput.length / MOST_DRAWN))
  const bucketMs = series.bucketMs * together
  const sums = (counts: readonly number[]) =>
    Array.from({ length: Math.ceil(counts.length / together) }, (_, at) =>
      total(counts.slice(at * together, (at + 1) * together)),
    )
  const perSecond = sums(series.goodput).map((count) => (count * 1_000) / bucketMs)
  return { bucketMs, perSecond, strikes: sums(series.strikes), crashes: sums(series.crashes) }
}

const GOOD: Look = { label: 'confirmed per second', color: OKABE_ITO.green, fill: true }

/** Goodput over time, with strikes, crashes and windows. */
export function goodputChart(result: Result): ChartSpec {
  const title = 'Goodput over time'
  const lanes = result.variants.map((variant) => ({ variant, rates: coarseRates(variant) }))
  const most = Math.max(0, ...lanes.flatMap(({ rates }) => rates.perSecond))
  return laneChart(result, {
    id: 'goodput-over-time',
    title,
    about: 'Purchases confirmed truthfully and within the buyer’s patience; at the lanes’ feet, strikes.',
    label: `${title}: ${result.variants.map((variant) => `${variant.name} ${formatRate(variant.goodputPerSecond)} per second with ${formatCount(total(variant.series.strikes))} strikes`).join(', ')}.`,
    lanes: lanes.map(({ variant, rates: { bucketMs, perSecond } }) => ({
      name: variant.name,
      variant,
      curves: [{ look: GOOD, bucketMs, values: perSecond }],
    })),
    scale: { type: 'linear', min: 0, max: Math.max(1, withHeadroom(most)) },
    line: lineAt(most),
    table: {
      columns: ['variant', 'time', 'confirmed per second', 'strikes', 'crashes among them'],
      rows: lanes.flatMap(({ variant, rates: { bucketMs, perSecond, strikes, crashes } }) =>
        perSecond.map((rate, at) => {
          const struck = [strikes[at] ?? 0, crashes[at] ?? 0].map(formatCount)
          return bucketRow({ variant }, bucketMs, at, [formatRate(rate), ...struck])
        }),
      ),
    },
    empty: most === 0 ? 'no purchase was confirmed' : null,
  })
}

const MEDIAN: Look = { label: 'median, ms', color: OKABE_ITO.sky, fill: true }
const P99: Look = { label: '99th percentile, ms', color: OKABE_ITO.vermillion, fill: false }

/** How long those waited who were answered at the time. */
export function latencyOverTimeChart(result: Result): ChartSpec {
  const { variants } = result
  const title = 'How long buyers waited, over time'
  const measured = variants.flatMap(({ series }) => [...series.p50, ...series.p99]).filter((ms) => ms !== null)
  const { type, min, note } = axis(measured, 0.5)
  const most = Math.max(1, ...measured)
  const worst = ({ series }: VariantResult) => Math.max(0, ...series.p99.map((ms) => ms ?? 0))
  return laneChart(result, {
    id: 'latency-over-time',
    title,
    about: `Of those that were answered at that time, from the moment the buyer meant to ask${note}.`,
    label: `${title}, the longest 99th percentile: ${variants.map((variant) => `${variant.name} ${formatMs(worst(variant))}`).join(', ')}.`,
    lanes: variants.map((variant) => {
      const { bucketMs, p50, p99 } = variant.series
      const curves = [
        { look: MEDIAN, bucketMs, values: p50 },
        { look: P99, bucketMs, values: p99 },
      ]
      return { name: variant.name, variant, curves }
    }),
    scale: { type, min, max: withHeadroom(most, type, min) },
    line: lineAt(type === 'linear' ? most : Math.sqrt(min * most), formatMs),
    table: {
      columns: ['variant', 'time', 'median', '99th percentile'],
      rows: variants.flatMap((variant) => {
        const { bucketMs, p50, p99 } = variant.series
        return p50.map((ms, at) => bucketRow({ variant }, bucketMs, at, [ms, p99[at] ?? null].map(formatMs)))
      }),
    },
    empty: measured.length === 0 ? 'nothing was answered' : null,
  })
}

const AWAY_COLORS = Object.values(OKABE_ITO).filter((color) => color !== OKABE_ITO.yellow)
const AWAY_DASHES = [[], [8, 4], [3, 3], [12, 3, 3, 3]] as const

/** Services that were away, in any variant. */
export function servicesAway({ variants }: Result): string[] {
  return [...new Set(variants.flatMap(({ levels }) => Object.keys(levels?.away ?? {})))].sort()
}

/** When services were killed and not back yet, or kept away. Wants at least one that was. */
export function awayChart(result: Result): ChartSpec {
  const { variants } = result
  const title = 'Services away'
  const services = servicesAway(result)
  const looks = services.map(
    (label, at): Look => ({
      label,
      color: AWAY_COLORS[(at * 5) % AWAY_COLORS.length] ?? OKABE_ITO.grey,
      fill: false,
      dash: AWAY_DASHES[at % AWAY_DASHES.length] ?? [],
    }),
  )
  const sharesOf = ({ levels }: VariantResult, service: string) => levels?.away[service] ?? []
  const awayMs = (variant: VariantResult) =>
    services.map((service) => total(sharesOf(variant, service)) * (variant.levels?.bucketMs ?? 0))
  return laneChart(result, {
    id: 'services-away',
    title,
    about: 'Share of the time in which a service was killed and not back yet, or kept away by a window.',
    label: `${title}: ${variants.map((variant) => `${variant.name} ${formatMs(total(awayMs(variant)))} in all`).join(', ')}.`,
    lanes: variants.map((variant) => ({
      name: variant.name,
      variant,
      curves: looks.map((look) => ({
        look,
        bucketMs: variant.levels?.bucketMs ?? 1,
        values: sharesOf(variant, look.label).map((share) => share * 100),
      })),
    })),
    scale: { type: 'linear', min: 0, max: withHeadroom(100) },
    line: { value: 100, figure: '100 %' },
    table: {
      columns: ['variant', 'time', ...services],
      rows: variants.flatMap((variant) => {
        const { bucketMs = 1, inDoubt = [] } = variant.levels ?? {}
        return inDoubt.map((_, at) => {
          const shares = services.map((service) => formatShare(sharesOf(variant, service)[at] ?? 0))
          return bucketRow({ variant }, bucketMs, at, shares)
        })
      }),
    },
    empty: null,
  })
}
