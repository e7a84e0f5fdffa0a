/** What became of one figure: how much it changed, whether that is noise, and whether it is a regression. */

import type { ComparedMetric } from '../core/measured.ts'
import type { MetricChange, Shows } from '../core/run-comparison.ts'
import { type Samples, type Weighed, weigh } from './compare-spread.ts'

export interface Terms {
  /** How much worse is let pass, relative to before. */
  readonly tolerance: number
  /** The same configuration, world, calibration and seeds: the same coins fall. */
  readonly sameCoins: boolean
}

/** Where noise is unknown, a latency that is worse by less than this passes: timers and schedulers are no finer. */
const SPARE_MS = 1

export function changeOf(metric: ComparedMetric, samples: Samples, terms: Terms): MetricChange | undefined {
  const found = weigh(samples)
  if (!found) return oneSided(metric, samples)
  const { before, after, change, low, high, method, runs } = found
  const brokenNow = metric.gate === 'promise' && terms.sameCoins && before === 0 && after > 0
  const shows = showsOf(found, brokenNow)
  const direction =
    shows === 'same' || change === 0 || metric.better === null
      ? null
      : change > 0 === (metric.better === 'more')
        ? 'better'
        : 'worse'
  return {
    metric: metric.id,
    before,
    after,
    change,
    low,
    high,
    share: before === 0 ? null : change / Math.abs(before),
    method,
    runs,
    shows,
    brokenNow,
    direction,
    regression: direction === 'worse' && isRegression(metric, { before, change }, shows, terms.tolerance),
  }
}

/** A figure that only one side has: nobody was answered there, say. It is shown, and cannot be weighed. */
function oneSided({ id }: ComparedMetric, { before, after }: Samples): MetricChange | undefined {
  if (before.length + after.length === 0) return undefined
  const meanOf = (side: Samples['before']) =>
    side.length === 0 ? null : side.reduce((sum, [, value]) => sum + value, 0) / side.length
  return {
    metric: id,
    before: meanOf(before),
    after: meanOf(after),
    change: null,
    low: null,
    high: null,
    share: null,
    method: 'single',
    runs: { before: before.length, after: after.length, others: 0 },
    shows: 'unknown',
    brokenNow: false,
    direction: null,
    regression: false,
  }
}

function showsOf({ change, low, high, method }: Weighed, brokenNow: boolean): Shows {
  const spread = low !== null && high !== null && low !== high
  if (change === 0 && !spread) return 'same'
  if (brokenNow || method === 'exact') return 'change'
  if (low === null || high === null) return change === 0 ? 'same' : 'unknown'
  if (low > 0 || high < 0) {
    // A spread of nothing says little where one run stands alone.
    return !spread && (method === 'one-of-many' || method === 'beside') ? 'unknown' : 'change'
  }
  return 'noise'
}

function isRegression(
  { gate, unit }: ComparedMetric,
  { before, change }: Pick<Weighed, 'before' | 'change'>,
  shows: Shows,
  tolerance: number,
): boolean {
  const beyond = Math.abs(change) > tolerance * Math.abs(before)
  if (shows === 'change') return gate === 'promise' || (gate !== null && beyond)
  if (shows === 'unknown') return gate === 'speed' && beyond && (unit !== 'ms' || Math.abs(change) > SPARE_MS)
  return false
}
