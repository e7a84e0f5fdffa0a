import type { RequestKind } from '../core/purchase.ts'
import type { Series } from '../core/result.ts'
import { type Latencies, recordLatencies } from './histogram.ts'

export const MOST_BUCKETS = 120
const STEPS = [1, 2, 5]

interface Bucket {
  goodput: number
  readonly goodByKind: Map<RequestKind, number>
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
  for (const [kind, good] of b.goodByKind) a.goodByKind.set(kind, (a.goodByKind.get(kind) ?? 0) + good)
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
    const bucket = buckets[index] ?? { goodput: 0, goodByKind: new Map(), strikes: 0, crashes: 0, latencies: undefined }
    buckets[index] = bucket
    return bucket
  }

  /** Covers at least this long, with nothing where nothing happened. */
  function filledTo(atLeastMs: number): (Bucket | undefined)[] {
    const length = Math.min(MOST_BUCKETS, Math.max(buckets.length, Math.ceil(atLeastMs / bucketMs)))
    return Array.from({ length }, (_, index) => buckets[index])
  }

  return {
    addAnswer(sinceStartMs: number, latencyMs: number): void {
      const bucket = at(sinceStartMs)
      bucket.latencies ??= recordLatencies(2)
      bucket.latencies.add(latencyMs)
    },
    /** @param counts whether it counts into the whole series as well */
    addGoodput(sinceStartMs: number, kind: RequestKind = 'order', counts = true): void {
      const bucket = at(sinceStartMs)
      bucket.goodByKind.set(kind, (bucket.goodByKind.get(kind) ?? 0) + 1)
      if (counts) bucket.goodput++
    },
    addStrike(sinceStartMs: number, fatal: boolean): void {
      const bucket = at(sinceStartMs)
      bucket.strikes++
      if (fatal) bucket.crashes++
    },
    /** As long as the series of the same `atLeastMs`. */
    goodputOf: (kind: RequestKind, atLeastMs: number): number[] =>
      filledTo(atLeastMs).map((bucket) => bucket?.goodByKind.get(kind) ?? 0),
    /** @param atLeastMs the series covers at least this long, with zeroes where nothing happened */
    series(atLeastMs: number): Series {
      const filled = filledTo(atLeastMs)
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
