/** Ledger rows in words. */

import type { LedgerEntry } from '../../core/ledger.ts'
import type { ServiceName } from '../../core/topology.ts'
import { formatAmount, listed } from '../format.ts'
import type { Reading } from './reading.ts'
import { NameOf, numeral, quoted } from './words.ts'

/** Rows of one service that a sentence names one by one. */
const MOST_NAMED = 4

/** `entry 7, at 8.9 ms, under key p-1/deduct`. */
function entryText({ at }: Pick<Reading, 'at'>, { seq, atMs, key }: LedgerEntry, withKey: boolean): string {
  return `entry ${seq}, ${at(atMs)}${withKey ? `, under key ${quoted(key)}` : ''}`
}

const KINDS: Readonly<Record<string, string>> = {
  'deduct effect': 'deduction',
  'deduct reversal': 'return',
  'charge effect': 'charge',
  'charge reversal': 'refund',
  'notify effect': 'message',
  'history effect': 'history entry',
  'deduct hold': 'hold',
  'charge hold': 'hold',
  'deduct release': 'release',
  'charge release': 'release',
}

function kindName({ effect, kind }: LedgerEntry): string {
  const name = `${effect} ${kind}`
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? name) : `row '${quoted(name)}'`
}

/** `of 1 piece of console`, `of USD 500.00`; nothing for a mere count. */
function amountText({ amount, unit, account }: LedgerEntry): string {
  if (unit === 'message' || unit === 'entry' || unit === 'order') return ''
  if (unit === 'piece') return ` of ${formatAmount(Math.abs(amount), unit)} of ${quoted(account)}`
  return ` of ${formatAmount(Math.abs(amount), unit)}`
}

/** `two deductions of 1 piece of console (entry 7, at 0.7 ms, and entry 9, at 30.9 ms)`. Rows of one kind. */
function sameKind(reading: Pick<Reading, 'at'>, rows: readonly LedgerEntry[], withKey: boolean): string {
  const [first] = rows
  if (!first) return 'nothing'
  const name = kindName(first)
  const amounts = [...new Set(rows.map(amountText))]
  const amount = amounts.length === 1 ? amounts[0] : ''
  const entries = rows.slice(0, MOST_NAMED).map((row) => entryText(reading, row, withKey))
  const more = rows.length > MOST_NAMED ? [`${rows.length - MOST_NAMED} more`] : []
  const places = [...entries, ...more].join('; ')
  const many = rows.length === 1 ? `one ${name}` : `${numeral(rows.length)} ${plural(name)}`
  return `${many}${amount} (${places})`
}

function plural(name: string): string {
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`
}

/** What follows `has`. Rows of one service, in ledger order. */
export function rowsText(reading: Pick<Reading, 'at'>, rows: readonly LedgerEntry[], withKeys = false): string {
  const groups = new Map<string, LedgerEntry[]>()
  for (const row of rows) groups.set(kindName(row), [...(groups.get(kindName(row)) ?? []), row])
  const texts = [...groups.values()].map((group) => sameKind(reading, group, withKeys))
  return texts.length > 0 ? listed(texts) : 'nothing about it'
}

/** `Inventory's ledger has two deductions of 1 piece of console (…)`. Rows of one service, in ledger order. */
export function ledgerText(
  reading: Pick<Reading, 'at'>,
  service: ServiceName,
  rows: readonly LedgerEntry[],
  { withKeys = false } = {},
): string {
  return `${NameOf(service)}'s ledger has ${rowsText(reading, rows, withKeys)}`
}
