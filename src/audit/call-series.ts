import type { DependencyResult } from '../core/dependency.ts'
import { bucketFor, MOST_BUCKETS } from './series.ts'

interface Bucket {
  calls: number
  refused: number
  mostInFlight: number
  mostQueued: number
}

function merged(a: Bucket, b: Bucket | undefined): Bucket {
  if (!b) return a
  return {
    calls: a.calls + b.calls,
    refused: a.refused + b.refused,
    mostInFlight: Math.max(a.mostInFlight, b.mostInFlight),
    mostQueued: Math.max(a.mostQueued, b.mostQueued),
  }
}

/**
 * Calls of one path over time, in bounded memory: what happens after the expected span doubles the width of all buckets. A bucket
 * in which nothing changes has the level with which it began, so that a full compartment stays full in the picture.
 *
 * Wants events in the order of time. Those before the traffic's start count into the first bucket.
 */
export function recordCallSeries(expectedSpanMs: number) {
  let bucketMs = bucketFor(expectedSpanMs)
  let buckets: Bucket[] = []
  let inFlight = 0
  let queued = 0

  function widen(): void {
    bucketMs *= 2
    buckets = buckets.flatMap((bucket, at) => (at % 2 === 0 ? [merged(bucket, buckets[at + 1])] : []))
  }

  function fillTo(length: number): void {
    while (buckets.length < length) buckets.push({ calls: 0, refused: 0, mostInFlight: inFlight, mostQueued: queued })
  }

  function at(sinceStartMs: number): Bucket {
    const ms = Math.max(0, sinceStartMs)
    while (ms >= bucketMs * MOST_BUCKETS) widen()
    const index = Math.floor(ms / bucketMs)
    fillTo(index + 1)
    return buckets[index] as Bucket
  }

  return {
    call: (sinceStartMs: number): void => void at(sinceStartMs).calls++,
    refused: (sinceStartMs: number): void => void at(sinceStartMs).refused++,
    levels(sinceStartMs: number, nowInFlight: number, nowQueued: number): void {
      const bucket = at(sinceStartMs)
      inFlight = nowInFlight
      queued = nowQueued
      bucket.mostInFlight = Math.max(bucket.mostInFlight, inFlight)
      bucket.mostQueued = Math.max(bucket.mostQueued, queued)
    },
    /** @param atLeastMs the series covers at least this long */
    series(atLeastMs: number): DependencyResult['series'] {
      fillTo(Math.min(MOST_BUCKETS, Math.ceil(atLeastMs / bucketMs)))
      return {
        bucketMs,
        calls: buckets.map(({ calls }) => calls),
        refused: buckets.map(({ refused }) => refused),
        mostInFlight: buckets.map((bucket) => bucket.mostInFlight),
        mostQueued: buckets.map((bucket) => bucket.mostQueued),
      }
    },
  }
}
