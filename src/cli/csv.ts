/** Comma-separated values by RFC 4180, safe to open in a spreadsheet. */

import { plain } from '../scenarios/file/plain.ts'

/** A spreadsheet takes a text that begins so for a formula, and runs it (OWASP, "CSV Injection"). */
const LOOKS_LIKE_FORMULA = /^[=+\-@]/

export type Cell = string | number | null

function field(cell: Cell): string {
  if (cell === null) return ''
  // A number cannot be anything else, and a minus belongs to it.
  if (typeof cell === 'number') return String(cell)
  const text = plain(cell)
  const safe = LOOKS_LIKE_FORMULA.test(text.trimStart()) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One record, with its line end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(field).join(',')}\r\n`
}
