/** Differences of two clock readings have digits that mean nothing. */
function toMicros(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}

/** The value below which that share of them lies; null of none. */
export function quantileOf(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const found = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  return found === undefined ? null : toMicros(found)
}

export function medianOf(values: readonly number[]): number | null {
  return quantileOf(values, 0.5)
}

/** Each step is 10 % wider than the one before: that is near enough to say what is usual. */
const STEP = Math.log(1.1)
/** From a hundredth of a millisecond to more than an hour. */
const LEAST_MS = 0.01
const MOST_STEPS = 220

/** The median of everything that ever was, to within 10 %, in memory that does not grow. */
export function recordUsual() {
  const steps = new Uint32Array(MOST_STEPS)
  let count = 0
  return {
    add(ms: number): void {
      const step = Math.floor(Math.log(Math.max(LEAST_MS, ms) / LEAST_MS) / STEP)
      const at = Math.min(MOST_STEPS - 1, step)
      steps[at] = (steps[at] ?? 0) + 1
      count++
    },
    count: (): number => count,
    medianMs(): number {
      let seen = 0
      const at = steps.findIndex((some) => {
        seen += some
        return 2 * seen >= count
      })
      return LEAST_MS * Math.exp((at + 1) * STEP)
    },
  }
}
