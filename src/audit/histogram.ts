/** Latencies in bounded memory (HdrHistogram: G. Tene, hdrhistogram.org), kept in microseconds and read in milliseconds. */

import { build, type Histogram } from 'hdr-histogram-js'
import type { LatencyBucket, Quantiles } from '../core/result.ts'

/** One hour in microseconds; what is longer is counted as that. */
const LONGEST_MICROS = 3_600_000_000

export interface Latencies {
  /** @param times how often it counts, for what is weighted; below one it does not count */
  add(latencyMs: number, times?: number): void
  /** Takes in what another one has recorded. */
  merge(other: Latencies): void
  quantiles(): Quantiles
}

interface Recorded extends Latencies {
  /** Undefined: nothing was recorded. */
  histogram(): Histogram | undefined
  maxMs(): number
}

/** @param digits significant digits of a quantile: 3 is within 0.1 %, 2 within 1 % at a seventh of the memory (14 KB) */
export function recordLatencies(digits: 2 | 3): Latencies {
  // Made when there is something to record: a run of one order has few latencies, and a search audits thousands of such runs.
  let made: Histogram | undefined
  let maxMs = 0

  function histogram(): Histogram {
    made ??= build({
      bitBucketSize: 32,
      autoResize: false,
      lowestDiscernibleValue: 1,
      highestTrackableValue: LONGEST_MICROS,
      numberOfSignificantValueDigits: digits,
    })
    return made
  }

  const recorded: Recorded = {
    histogram: () => made,
    maxMs: () => maxMs,
    add(latencyMs, times = 1) {
      if (times < 1) return
      const micros = Math.min(Math.max(0, Math.round(latencyMs * 1_000)), LONGEST_MICROS)
      histogram().recordValueWithCount(micros, Math.round(times))
      maxMs = Math.max(maxMs, micros / 1_000)
    },
    merge(other) {
      const { histogram: more, maxMs: otherMaxMs } = other as Recorded
      const others = more()
      if (others) histogram().add(others)
      maxMs = Math.max(maxMs, otherMaxMs())
    },
    quantiles() {
      if (!made) return { p50: null, p90: null, p99: null, max: null }
      const recorded = made
      // The histogram answers with the upper end of a bucket, which may lie above the largest value.
      const quantile = (percent: number) => Math.min(recorded.getValueAtPercentile(percent) / 1_000, maxMs)
      return { p50: quantile(50), p90: quantile(90), p99: quantile(99), max: maxMs }
    },
  }
  return recorded
}

const FIRST_EDGE_MS = 1
const LAST_EDGE_MS = 60_000
const BUCKETS = 40

/** Equal steps on a logarithmic scale from 1 ms to a minute, three digits each; the same for every run, so runs compare. */
export const LATENCY_EDGES_MS: readonly number[] = Array.from({ length: BUCKETS }, (_, index) =>
  Number((FIRST_EDGE_MS * (LAST_EDGE_MS / FIRST_EDGE_MS) ** (index / (BUCKETS - 1))).toPrecision(3)),
)

/** Counts answers by `LATENCY_EDGES_MS`; what took longer than a minute gets one more bucket, up to the longest. */
export function countLatencies() {
  const all = new Array<number>(BUCKETS + 1).fill(0)
  const confirmed = new Array<number>(BUCKETS + 1).fill(0)
  let longestMs = 0
  return {
    add(latencyMs: number, isConfirmed: boolean): void {
      const found = LATENCY_EDGES_MS.findIndex((edge) => latencyMs <= edge)
      const index = found < 0 ? BUCKETS : found
      all[index] = (all[index] ?? 0) + 1
      if (isConfirmed) confirmed[index] = (confirmed[index] ?? 0) + 1
      longestMs = Math.max(longestMs, latencyMs)
    },
    buckets(): LatencyBucket[] {
      const edges = all[BUCKETS] ? [...LATENCY_EDGES_MS, longestMs] : LATENCY_EDGES_MS
      return edges.map((uptoMs, index) => ({ uptoMs, all: all[index] ?? 0, confirmed: confirmed[index] ?? 0 }))
    },
  }
}
