export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** `1.02 (0.97 to 1.06)`: median, least and greatest. */
export function spread(values: readonly number[], digits = 2): string {
  const shown = (value: number) => value.toFixed(digits)
  return `${shown(median(values))} (${shown(Math.min(...values))} to ${shown(Math.max(...values))})`
}

/** Ratios of neighbours: how much the same thing differs from itself in this run. */
export function againstItself(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value / (values[index] ?? value))
}
