/** All charts of a run, in the order in which one would show them. */

import type { Result } from '../../core/result.ts'
import { anyLocks } from '../agreement.ts'
import { lockedTimeChart, locksOverTimeChart, messagesChart } from './agreement.ts'
import { lossChart, ordersChart, violationsChart } from './bars.ts'
import { strikesChart } from './gremlins.ts'
import { goodByKindChart, otherThanOrders } from './kinds.ts'
import { latencyDistributionChart, latencyQuantilesChart } from './latency.ts'
import { breakersChart, compartmentsChart } from './paths.ts'
import type { ChartSpec } from './spec.ts'
import { awayChart, goodputChart, latencyOverTimeChart, servicesAway } from './time.ts'

/** Those that would be empty in most scenarios are made only where there is something to show. @param result cleaned */
export function buildCharts(result: Result): ChartSpec[] {
  return [
    lossChart(result),
    violationsChart(result),
    ordersChart(result),
    ...(otherThanOrders(result) ? [goodByKindChart(result)] : []),
    goodputChart(result),
    latencyOverTimeChart(result),
    ...breakersChart(result),
    ...compartmentsChart(result),
    ...locksOverTimeChart(result),
    ...(servicesAway(result).length > 0 ? [awayChart(result)] : []),
    latencyQuantilesChart(result),
    latencyDistributionChart(result, 'confirmed'),
    latencyDistributionChart(result, 'all'),
    ...(anyLocks(result) ? [lockedTimeChart(result)] : []),
    messagesChart(result),
    strikesChart(result),
  ]
}
