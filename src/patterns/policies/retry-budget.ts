/** How many retries a dependency gets, as a share of the requests made of it. */

export interface BudgetOptions {
  /** Retries for each request. */
  readonly ratio: number
  /** Retries a second that are always allowed, so that a quiet edge can retry at all. */
  readonly floorPerSecond: number
  readonly windowMs: number
}

export interface RetryBudget {
  /** A request begins: its first attempt. */
  request(nowMs: number): void
  /** Takes a retry out of the budget, and says how many more it would give now; undefined: it gives none. */
  takeRetry(nowMs: number): number | undefined
}

/** The window moves on by a tenth of itself. */
const BUCKETS = 10

/** Sums of fractions are not exact. */
const SLACK = 1e-9

/**
 * Retries within the window are at most `ratio` of its requests, and the floor: Betsy Beyer et al., "Site Reliability Engineering",
 * 2016, chapter 21, "Handling Overload"; Finagle's `RetryBudget`. The window goes by time stamps, also where nothing happens.
 */
export function createRetryBudget({ ratio, floorPerSecond, windowMs }: BudgetOptions): RetryBudget {
  const bucketMs = windowMs / BUCKETS
  const floor = (floorPerSecond * windowMs) / 1_000
  const buckets = Array.from({ length: BUCKETS }, () => ({ number: Number.NEGATIVE_INFINITY, requests: 0, retries: 0 }))

  function bucketAt(nowMs: number) {
    const number = Math.floor(nowMs / bucketMs)
    const bucket = buckets[number % BUCKETS] as (typeof buckets)[number]
    if (bucket.number !== number) Object.assign(bucket, { number, requests: 0, retries: 0 })
    return bucket
  }

  return {
    request(nowMs) {
      bucketAt(nowMs).requests += 1
    },
    takeRetry(nowMs) {
      const now = bucketAt(nowMs)
      let requests = 0
      let retries = 0
      for (const bucket of buckets) {
        if (bucket.number <= now.number - BUCKETS) continue
        requests += bucket.requests
        retries += bucket.retries
      }
      const left = ratio * requests + floor + SLACK - retries - 1
      if (left < 0) return undefined
      now.retries += 1
      return Math.floor(left)
    },
  }
}
