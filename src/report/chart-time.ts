/** What happened when: goodput of each variant above, the gremlins' strikes in lanes below, their time windows shaded. */

import type { Result, VariantResult } from '../core/result.ts'
import { type ChartSpec, commonOptions, type Dataset, lineLook, OKABE_ITO } from './chart-spec.ts'
import { formatCount, formatRate, formatSeconds } from './format.ts'
import { gremlinTitle } from './headline.ts'

function middleSeconds(variant: VariantResult, bucket: number): number {
  return ((bucket + 0.5) * variant.series.bucketMs) / 1_000
}

/** Confirmed truthfully and in time, per second of that bucket. */
function perSecond(variant: VariantResult, bucket: number): number {
  const { goodput, bucketMs } = variant.series
  return ((goodput[bucket] ?? 0) * 1_000) / bucketMs
}

function endMs(result: Result): number {
  return Math.max(1_000, ...result.variants.map(({ series }) => series.bucketMs * series.goodput.length))
}

function goodputLine(variant: VariantResult, at: number): Dataset {
  return {
    label: variant.name,
    data: variant.series.goodput.map((_, bucket) => ({
      x: middleSeconds(variant, bucket),
      y: perSecond(variant, bucket),
    })),
    ...lineLook(at),
    pointRadius: 4,
    yAxisID: 'y',
  }
}

/** A dot for each bucket in which something struck, larger for more. */
function strikeDots(result: Result, label: string, crashes: boolean): Dataset {
  const dots = result.variants.flatMap((variant) =>
    variant.series.strikes.flatMap((strikes, bucket) => {
      const fatal = variant.series.crashes[bucket] ?? 0
      const count = crashes ? fatal : strikes - fatal
      return count > 0 ? [{ x: middleSeconds(variant, bucket), y: variant.name, count }] : []
    }),
  )
  return {
    label,
    data: dots.map(({ x, y }) => ({ x, y })),
    showLine: false,
    pointStyle: crashes ? 'crossRot' : 'circle',
    pointRadius: dots.map(({ count }) => Math.min(10, 3 + 1.5 * Math.sqrt(count))),
    borderColor: crashes ? OKABE_ITO.vermillion : OKABE_ITO.blue,
    backgroundColor: 'rgba(86, 180, 233, 0.45)',
    borderWidth: crashes ? 3 : 1.5,
    yAxisID: 'lanes',
  }
}

/** Shades the time in which a gremlin was about: outages, and others that were given a window. */
function windows(result: Result, end: number): Dataset[] {
  return result.configuration.gremlins
    .filter((gremlin) => gremlin.gremlin === 'outage' || gremlin.fromMs > 0 || gremlin.toMs !== null)
    .filter((gremlin) => gremlin.fromMs < end)
    .map((gremlin) => ({
      label: gremlinTitle(gremlin),
      data: [gremlin.fromMs, Math.min(gremlin.toMs ?? end, end)].map((ms) => ({ x: ms / 1_000, y: 1 })),
      yAxisID: 'windows',
      fill: 'origin',
      borderWidth: 0,
      pointRadius: 0,
      pointStyle: 'rect',
      backgroundColor: 'rgba(204, 121, 167, 0.28)',
      order: 10,
    }))
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

function tableRows(result: Result): string[][] {
  return result.variants.flatMap((variant) =>
    variant.series.goodput.map((_, bucket) => [
      variant.name,
      `${formatSeconds(bucket * variant.series.bucketMs)} to ${formatSeconds((bucket + 1) * variant.series.bucketMs)}`,
      formatRate(perSecond(variant, bucket)),
      formatCount(variant.series.strikes[bucket] ?? 0),
      formatCount(variant.series.crashes[bucket] ?? 0),
    ]),
  )
}

/** Goodput over time, with strikes, crashes and windows. */
export function goodputChart(result: Result): ChartSpec {
  const { variants } = result
  const title = 'Goodput over time'
  const about = 'Above: purchases confirmed truthfully and within the buyer’s patience. Below: when gremlins struck.'
  const end = endMs(result)
  const drawn = [strikeDots(result, 'strike', false), strikeDots(result, 'crash', true)].filter(
    ({ data }) => data.length > 0,
  )
  const common = commonOptions(title, about)
  const empty = variants.every(({ series }) => total(series.goodput) === 0)
    ? { marks: { empty: 'no purchase was confirmed' } }
    : {}
  return {
    id: 'goodput-over-time',
    title,
    about,
    label: `${title}: ${variants.map((variant) => `${variant.name} ${formatRate(variant.goodputPerSecond)} per second with ${formatCount(total(variant.series.strikes))} strikes`).join(', ')}.`,
    config: {
      type: 'line',
      data: { datasets: [...variants.map(goodputLine), ...drawn, ...windows(result, end)] },
      options: {
        ...common,
        scales: {
          x: {
            type: 'linear',
            min: 0,
            max: end / 1_000,
            title: { display: true, text: 'seconds after the traffic began' },
          },
          lanes: {
            axis: 'y',
            type: 'category',
            labels: variants.map((variant) => variant.name),
            offset: true,
            stack: 'time',
            stackWeight: Math.min(3, 0.6 + 0.35 * variants.length),
            ticks: { autoSkip: false },
          },
          y: {
            type: 'linear',
            min: 0,
            stack: 'time',
            stackWeight: 4,
            grace: '5%',
            title: { display: true, text: 'confirmed per second' },
          },
          windows: { axis: 'y', type: 'linear', display: false, min: 0, max: 1 },
        },
        plugins: { ...(common.plugins as object), ...empty },
      },
    },
    table: {
      columns: ['variant', 'time', 'confirmed per second', 'strikes', 'crashes among them'],
      rows: tableRows(result),
    },
  }
}
