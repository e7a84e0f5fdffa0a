/** Call paths to try reports on: one with a breaker that opened, one with a compartment that filled up, one that nothing happened to. */

import type { DependencyResult } from '../../src/core/dependency.ts'
import type { Quantiles } from '../../src/core/result.ts'

const NOTHING: Quantiles = { p50: null, p90: null, p99: null, max: null }
const BUCKETS = 26

function quantiles(p50: number, p99: number): Quantiles {
  return { p50, p90: (p50 + p99) / 2, p99, max: p99 * 1.2 }
}

function series(most: number, queued: number): DependencyResult['series'] {
  const buckets = Array.from({ length: BUCKETS }, (_, index) => index)
  const busy = (index: number) => (index >= 10 && index < 14 ? 1 : 0.4)
  return {
    bucketMs: 500,
    calls: buckets.map((index) => (index > 20 ? 0 : 15)),
    refused: buckets.map((index) => (index >= 10 && index < 14 ? 40 : 0)),
    mostInFlight: buckets.map((index) => (index > 21 ? 0 : Math.round(most * busy(index)))),
    mostQueued: buckets.map((index) => (index >= 10 && index < 14 ? queued : 0)),
  }
}

/** Nobody called, and no policy spoke. */
export const NO_CALLS: DependencyResult = {
  edge: 'order→inventory',
  calls: 0,
  failures: {},
  latencyMs: NOTHING,
  refusals: {},
  refusalReasons: {},
  retries: 0,
  budgetExhausted: 0,
  leastBudgetLeft: null,
  limit: null,
  probes: { well: 0, ill: 0 },
  timeouts: 0,
  lateAnswers: 0,
  fallbacks: {},
  hedges: { sent: 0, won: 0 },
  waitedMs: NOTHING,
  mostInFlight: 0,
  mostQueued: 0,
  breaker: null,
  series: { bucketMs: 500, calls: [], refused: [], mostInFlight: [], mostQueued: [] },
}

export function exampleDependencies(): DependencyResult[] {
  return [
    {
      ...NO_CALLS,
      calls: 352,
      failures: { timeout: 27, reset: 9 },
      latencyMs: quantiles(4.21, 1_004),
      refusals: { bulkhead: 30 },
      refusalReasons: { 'bulkhead: full': 26, 'bulkhead: waited too long': 4 },
      retries: 52,
      budgetExhausted: 3,
      leastBudgetLeft: 0,
      timeouts: 27,
      lateAnswers: 21,
      hedges: { sent: 14, won: 6 },
      waitedMs: quantiles(41.5, 198),
      mostInFlight: 8,
      mostQueued: 20,
      series: series(8, 20),
    },
    {
      ...NO_CALLS,
      edge: 'order→payment',
      calls: 291,
      failures: { 'server-error': 12 },
      latencyMs: quantiles(7.35, 240),
      refusals: { breaker: 1_120 },
      refusalReasons: { 'breaker: try again in … ms': 1_120 },
      fallbacks: { pending: 118 },
      mostInFlight: 11,
      breaker: {
        openings: 2,
        openMs: 1_810.4,
        changes: [
          { atMs: 5_120, state: 'open', detail: 'too many failures' },
          { atMs: 6_120, state: 'half-open', detail: '3 trials' },
          { atMs: 6_160, state: 'open', detail: 'a trial failed' },
          { atMs: 6_970.4, state: 'half-open', detail: '3 trials' },
          { atMs: 7_300, state: 'closed', detail: '3 trials succeeded' },
        ],
      },
      series: series(11, 0),
    },
    {
      ...NO_CALLS,
      edge: 'payment→fx',
      calls: 58,
      latencyMs: quantiles(1.2, 3.4),
      mostInFlight: 2,
      series: series(2, 0),
    },
  ]
}
