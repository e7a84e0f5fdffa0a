import type { Series } from '../core/result.ts'
import { type Latencies, recordLatencies } from './histogram.ts'

export const MOST_BUCKETS = 120
const STEPS = [1, 2, 5]

interface Bucket {
  goodput: number
  strikes: number
  crashes: number
  latencies: Latencies | undefined
}

/** The smallest of 1, 2, 5, 10, 20, 50… ms at which `spanMs` takes at most `MOST_BUCKETS` buckets. */
export function bucketFor(spanMs: number): number {
  for (let decade = 1; ; decade *= 10) {
    for (const step of STEPS) if (spanMs <= step * decade * MOST_BUCKETS) return step * decade
  }
}

function merged(a: Bucket | undefined, b: Bucket | undefined): Bucket | undefined {
  if (!a || !b) return a ?? b
  if (a.latencies && b.latencies) a.latencies.merge(b.latencies)
  a.latencies ??= b.latencies
  a.goodput += b.goodput
  a.strikes += b.strikes
  a.crashes += b.crashes
  return a
}

/**
 * Time series in bounded memory. What happens after the expected span doubles the width of all buckets until it fits; what
 * happened before the traffic's start counts into the first.
 * @param expectedSpanMs for how long, from the traffic's start, something is expected to happen
 */
export function recordSeries(expectedSpanMs: number) {
  let bucketMs = bucketFor(expectedSpanMs)
  let buckets: (Bucket | undefined)[] = []

  function widen(): void {
    bucketMs *= 2
    const half = Math.ceil(buckets.length / 2)
    buckets = Array.from({ length: half }, (_, index) => merged(buckets[2 * index], buckets[2 * index + 1]))
  }

  function at(sinceStartMs: number): Bucket {
    const ms = Math.max(0, sinceStartMs)
    while (ms >= bucketMs * MOST_BUCKETS) widen()
    const index = Math.floor(ms / bucketMs)
    const bucket = buckets[index] ?? { goodput: 0, strikes: 0, crashes: 0, latencies: undefined }
    buckets[index] = bucket
    return bucket
  }

  return {
    addAnswer(sinceStartMs: number, latencyMs: number): void {
      const bucket = at(sinceStartMs)
      bucket.latencies ??= recordLatencies(2)
      bucket.latencies.add(latencyMs)
    },
    addGoodput(sinceStartMs: number): void {
      at(sinceStartMs).goodput++
    },
    addStrike(sinceStartMs: number, fatal: boolean): void {
      const bucket = at(sinceStartMs)
      bucket.strikes++
      if (fatal) bucket.crashes++
    },
    /** @param atLeastMs the series covers at least this long, with zeroes where nothing happened */
    series(atLeastMs: number): Series {
      const length = Math.min(MOST_BUCKETS, Math.max(buckets.length, Math.ceil(atLeastMs / bucketMs)))
      const filled = Array.from({ length }, (_, index) => buckets[index])
      const quantiles = filled.map((bucket) => bucket?.latencies?.quantiles())
      return {
        bucketMs,
        goodput: filled.map((bucket) => bucket?.goodput ?? 0),
        p50: quantiles.map((found) => found?.p50 ?? null),
        p99: quantiles.map((found) => found?.p99 ?? null),
        strikes: filled.map((bucket) => bucket?.strikes ?? 0),
        crashes: filled.map((bucket) => bucket?.crashes ?? 0),
      }
    },
  }
}
