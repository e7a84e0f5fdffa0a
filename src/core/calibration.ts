/** How long things take on one machine, measured in a real run at low load: what the virtual world draws its times from. */

/** Probabilities of a table's points: closer together at the end, where few are slow and by much. */
export const QUANTILE_POINTS: readonly number[] = [
  ...Array.from({ length: 19 }, (_, index) => (index * 5) / 100),
  0.925,
  0.95,
  0.975,
  0.99,
  0.995,
  1,
]

/** Microseconds at each of `QUANTILE_POINTS`, never falling. */
export type QuantileTable = readonly number[]

/** Work that comes in with a message: `request prepare:charge` or `answer prepare:charge`. */
export type WorkName = `${'request' | 'answer'} ${string}`

export interface Calibration {
  readonly kind: 'faultline-calibration'
  readonly schemaVersion: 1
  /** Where it was measured, and what was going on there: times of one machine say little about another. */
  readonly machine: Readonly<Record<string, string | number>>
  readonly orders: number
  /** What a call takes beyond its callee's own work, by path (`order→payment`, `traffic→order`). */
  readonly calls: Readonly<Record<string, QuantileTable>>
  /** How long a service is at work on what comes in, by service and by what it is about. */
  readonly work: Readonly<Record<string, Readonly<Record<WorkName, QuantileTable>>>>
  /** How late a buyer sets out: timers ring late. */
  readonly setOut: QuantileTable
  /** From a death until the next life of the service is up: it cannot listen before, however soon it is to be back. */
  readonly boot: QuantileTable
  /** How slow a service is after a restart. Missing where nobody has measured it: then it is warm at once. */
  readonly cold?: Cold | undefined
}

/** By how many microseconds the first, the second, the third request of a restarted life takes longer than later ones. */
export interface Cold {
  /** To a service that calls others to do its work. */
  readonly calling: readonly number[]
  /** To one that does it alone. */
  readonly serving: readonly number[]
}

const CALLING: readonly string[] = ['order', 'payment']

/** Whether a service is slow as those are that call others, or as those that do not. */
export function coldnessOf(service: string): keyof Cold {
  return CALLING.includes(service) ? 'calling' : 'serving'
}

/** What a service works on, as a calibration names it. */
export function workName(direction: 'request' | 'answer', operation: string, effect: string): WorkName {
  return `${direction} ${operation}:${effect}`
}

/** A value out of a table, by inverse transform. @param luck from 0 to 1 */
export function drawFrom(table: QuantileTable, luck: number): number {
  let above = 1
  while (above < QUANTILE_POINTS.length - 1 && (QUANTILE_POINTS[above] as number) < luck) above++
  const [low, high] = [QUANTILE_POINTS[above - 1] as number, QUANTILE_POINTS[above] as number]
  const [from, to] = [table[above - 1] as number, table[above] as number]
  return from + (to - from) * Math.min(1, Math.max(0, (luck - low) / (high - low)))
}

/** The table of a sample. */
export function tableOf(sample: readonly number[]): QuantileTable {
  const sorted = [...sample].sort((a, b) => a - b)
  const at = (probability: number) => {
    const place = probability * (sorted.length - 1)
    const low = sorted[Math.floor(place)] as number
    const high = sorted[Math.ceil(place)] as number
    return Math.round(low + (high - low) * (place - Math.floor(place)))
  }
  return sorted.length === 0 ? QUANTILE_POINTS.map(() => 0) : QUANTILE_POINTS.map(at)
}
