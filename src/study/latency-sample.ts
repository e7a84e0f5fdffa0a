/** Latencies of a run, kept exactly as long as there are not too many of them, and how far apart those of two runs are. */

import { build } from 'hdr-histogram-js'

/** Beyond so many they are kept as a histogram, within 0.1 % (HdrHistogram: G. Tene, hdrhistogram.org). */
const MOST_EXACT = 100_000
const QUANTILES = 10_000
const MICROS_PER_MS = 1_000
const LONGEST_MICROS = 3_600_000_000

/** Values in rising order, and how often each was there: in numbers, or in shares of the total. */
export interface Points {
  readonly valuesMs: readonly number[]
  readonly counts: readonly number[]
  readonly total: number
}

export interface LatencySample {
  add(latencyMs: number): void
  points(): Points
}

export function collectLatencySample(mostExact = MOST_EXACT): LatencySample {
  let exact: number[] = []
  let histogram: ReturnType<typeof build> | undefined
  const record = (latencyMs: number) =>
    histogram?.recordValue(Math.min(Math.max(0, Math.round(latencyMs * MICROS_PER_MS)), LONGEST_MICROS))
  return {
    add(latencyMs) {
      if (!histogram) {
        exact.push(latencyMs)
        if (exact.length <= mostExact) return
        histogram = build({
          bitBucketSize: 32,
          autoResize: false,
          lowestDiscernibleValue: 1,
          highestTrackableValue: LONGEST_MICROS,
          numberOfSignificantValueDigits: 3,
        })
        for (const each of exact) record(each)
        exact = []
      } else record(latencyMs)
    },
    points() {
      if (!histogram) {
        const valuesMs = exact.toSorted((a, b) => a - b)
        return { valuesMs, counts: valuesMs.map(() => 1), total: valuesMs.length }
      }
      return pointsOf(histogram)
    },
  }
}

/** As many quantiles as say all that the histogram knows, each as often as the others. */
function pointsOf(histogram: ReturnType<typeof build>): Points {
  const valuesMs = Array.from(
    { length: QUANTILES },
    (_, n) => histogram.getValueAtPercentile((100 * (n + 0.5)) / QUANTILES) / MICROS_PER_MS,
  )
  return { valuesMs, counts: valuesMs.map(() => 1), total: QUANTILES }
}

/**
 * The Wasserstein-1 distance (also: earth mover's distance): by how many milliseconds answers must be moved, on average, to make one
 * sample the other. Null when only one of the two has answers at all.
 */
export function wassersteinMs(one: Points, other: Points): number | null {
  if (one.total === 0 || other.total === 0) return one.total === other.total ? 0 : null
  let distance = 0
  let [i, j] = [0, 0]
  let [ofOne, ofOther] = [0, 0]
  let lastMs = 0
  while (i < one.valuesMs.length || j < other.valuesMs.length) {
    const nextMs = Math.min(one.valuesMs[i] ?? Number.POSITIVE_INFINITY, other.valuesMs[j] ?? Number.POSITIVE_INFINITY)
    // The area between the two distribution functions.
    distance += Math.abs(ofOne / one.total - ofOther / other.total) * (nextMs - lastMs)
    while (one.valuesMs[i] === nextMs) ofOne += one.counts[i++] as number
    while (other.valuesMs[j] === nextMs) ofOther += other.counts[j++] as number
    lastMs = nextMs
  }
  return distance
}
