/** The latest latencies of an edge: a window of fixed size, in which the newest takes the place of the oldest. */
export interface Latencies {
  add(ms: number): void
  count(): number
  /** The latency that this share of the window does not exceed (nearest rank). There must be one at least. */
  quantile(share: number): number
}

export function createLatencies(most: number): Latencies {
  const window = new Float64Array(most)
  let added = 0
  let sorted: Float64Array | undefined

  const count = () => Math.min(added, most)

  return {
    add(ms) {
      window[added % most] = ms
      added += 1
      sorted = undefined
    },
    count,
    quantile(share) {
      // Sorted when it is asked for: a window is small, and most of it is in order already.
      sorted ??= window.slice(0, count()).sort()
      return sorted[Math.max(0, Math.ceil(share * count()) - 1)] ?? Number.NaN
    },
  }
}
