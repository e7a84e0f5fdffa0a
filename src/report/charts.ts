/** All charts of a run, in the order in which one would show them. */

import type { Result } from '../core/result.ts'
import { anyLocks } from './agreement.ts'
import { lockedTimeChart, messagesChart } from './chart-agreement.ts'
import { lossChart, ordersChart, violationsChart } from './chart-bars.ts'
import { latencyDistributionChart, latencyQuantilesChart } from './chart-latency.ts'
import type { ChartSpec } from './chart-spec.ts'
import { goodputChart } from './chart-time.ts'

/** @param result cleaned: names go into the charts as they are */
export function buildCharts(result: Result): ChartSpec[] {
  return [
    lossChart(result),
    violationsChart(result),
    ordersChart(result),
    goodputChart(result),
    latencyQuantilesChart(result),
    latencyDistributionChart(result, 'confirmed'),
    latencyDistributionChart(result, 'all'),
    // Most scenarios lock nothing; an empty picture would only raise the question.
    ...(anyLocks(result) ? [lockedTimeChart(result)] : []),
    messagesChart(result),
  ]
}
