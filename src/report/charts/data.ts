/** What every picture of a run shows, before a line is drawn. Page and PNG files are made from this and nothing else. */

import type { Result, Verdict } from '../../core/result.ts'
import { cleanResult } from '../clean-result.ts'
import { totalViolations } from '../columns.ts'
import { headline, reproduceCommand, runFacts } from '../headline.ts'
import { arrivedOf } from '../kinds.ts'
import { buildCharts } from './charts.ts'
import type { ChartSpec } from './spec.ts'

/** One picture that says what is worth saying of a whole run. */
export interface Poster {
  readonly title: string
  readonly verdict: Verdict
  readonly headline: string
  /** Ids of the charts on it, in the order in which one reads them: two above, two below. */
  readonly charts: readonly string[]
  /** Scenario, seed and world. */
  readonly origin: string
  readonly command: string
}

export interface ChartData {
  /** Where the figures come from: scenario, seed and world. */
  readonly origin: string
  /** One picture each, `<id>.png`. */
  readonly charts: readonly ChartSpec[]
  readonly poster: Poster
}

const CHARTS_ON_POSTER = 4

/** What fills the poster up, the most telling first: pictures that only some scenarios have, then those that all have. */
const FURTHER = [
  'breakers-over-time',
  'compartments-over-time',
  'locks-over-time',
  'latency-quantiles',
  'gremlin-strikes',
  'messages-per-order',
] as const

/**
 * The four charts that say most: how the purchases ended; what went wrong (money lost; where none was, promises broken; where none
 * was either, nothing); goodput over time; then, until there are four, the first that there are of `FURTHER`.
 */
function chartsForPoster(result: Result, charts: readonly ChartSpec[]): string[] {
  const { variants } = result
  const onlyOrders = variants.some(({ orders }) => orders.arrived > 0)
  const harm = variants.some(({ lossCents }) => lossCents > 0)
    ? ['money-lost']
    : variants.some((variant) => totalViolations(variant) > 0)
      ? ['violations']
      : []
  const nobodyOrdered = !onlyOrders && variants.some((variant) => arrivedOf(variant) > 0)
  const wanted = [
    // Where nobody ordered, how the orders ended says nothing, and how other requests fared says all.
    nobodyOrdered ? 'good-by-kind' : 'orders-by-class',
    ...harm,
    'goodput-over-time',
    ...(nobodyOrdered ? [] : ['good-by-kind']),
    ...FURTHER,
  ]
  const there = new Set(charts.map(({ id }) => id))
  return wanted.filter((id) => there.has(id)).slice(0, CHARTS_ON_POSTER)
}

/** The source data of every picture of a run. */
export function chartData(raw: Result): ChartData {
  const result = cleanResult(raw)
  const charts = buildCharts(result)
  const origin = `${result.scenario} · ${runFacts(result)}`
  const poster = {
    title: result.title,
    verdict: result.verdict,
    headline: headline(result),
    charts: chartsForPoster(result, charts),
    origin,
    command: reproduceCommand(result),
  }
  return { origin, charts, poster }
}
