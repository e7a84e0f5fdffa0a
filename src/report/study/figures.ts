/** Figures of a study as text, with as many digits as their interval merits. */

import type { PairedDifference } from '../../core/paired.ts'
import { formatMoney, formatWholeMoney, NOT_MEASURED } from '../format.ts'
import type { Unit } from './metrics.ts'

export interface Figure {
  readonly unit: Unit
  readonly currency: string
  /** Digits after the point; money has two or none. */
  readonly digits: number
}

const MOST_DIGITS = 3

/** Cents are shown as units of the currency, shares as percent. */
const TO_SHOWN: Readonly<Record<Unit, number>> = { count: 1, 'per-second': 1, ms: 1, money: 0.01, share: 100 }

/** Two digits of the interval's half, at most three after the point: a third digit would only be noise. */
export function digitsOf(
  { difference, low, high }: Pick<PairedDifference, 'difference' | 'low' | 'high'>,
  unit: Unit,
): number {
  const half = low === null || high === null ? 0 : (high - low) / 2
  // A difference at every seed alike has no interval, and is exact.
  if (half === 0 && unit === 'money') return 2
  if (half === 0 && unit === 'count' && Number.isInteger(difference)) return 0
  const size = (half || Math.abs(difference ?? 0)) * TO_SHOWN[unit]
  if (size === 0) return 1
  return Math.min(MOST_DIGITS, Math.max(0, 1 - Math.floor(Math.log10(size))))
}

/** Without sign and without unit, but for money. */
function sizeText(size: number, { unit, currency, digits }: Figure): string {
  if (unit === 'money') return digits === 0 ? formatWholeMoney(size, currency) : formatMoney(size, currency)
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return (size * TO_SHOWN[unit]).toLocaleString('en-US', format)
}

const SUFFIXES: Readonly<Record<Unit, string>> = { count: '', 'per-second': '', ms: '', money: '', share: ' %' }
const IN_WORDS: Readonly<Record<Unit, string>> = { ...SUFFIXES, ms: ' ms', share: ' points' }

/** A mean, for a table: `1,234.5`. */
export function figureText(value: number | null, figure: Figure): string {
  if (value === null) return NOT_MEASURED
  return `${value < 0 ? '−' : ''}${sizeText(Math.abs(value), figure)}${SUFFIXES[figure.unit]}`
}

/** A difference, for a table: `+12.3`, `−12.3`, `0.0`. */
export function differenceText(value: number | null, figure: Figure): string {
  if (value === null) return NOT_MEASURED
  const size = sizeText(Math.abs(value), figure)
  // What rounds to nothing has no sign.
  if (!/[1-9]/.test(size)) return size
  return `${value < 0 ? '−' : '+'}${size}`
}

/** How much it is, for a sentence that says in which direction: `12.3 ms`. */
export function amountText(value: number, figure: Figure): string {
  return `${sizeText(Math.abs(value), figure)}${IN_WORDS[figure.unit]}`
}

/** `+380 to +444`, or a dash. Without spread there is none to print, whatever its ends are. */
export function intervalText({ low, high, shows }: PairedDifference, figure: Figure): string {
  if (shows === 'same' || shows === 'no-spread') return 'no spread'
  if (low === null || high === null) return NOT_MEASURED
  return `${differenceText(low, figure)} to ${differenceText(high, figure)}`
}
