/** Refusals as a table, as CSV and as JSON lines. */

import { refusalReason } from '../core/refusal-reason.ts'
import { displayWidth, pad } from '../report/terminal/terminal-text.ts'
import { plain } from '../scenarios/file/plain.ts'
import { type Cell, csvLine } from './csv.ts'
import type { Refusal } from './read-refusals.ts'

/** One refusal, as it is told. */
export interface RefusalRow {
  readonly variant: string
  /** After the traffic's start. */
  readonly atMs: number
  readonly service: string
  readonly edge: string
  readonly policy: string
  readonly what: string
  readonly purchase: string
  /** The account; empty where it is not known. */
  readonly client: string
  readonly effect: string
  readonly reason: string
  readonly retryAfterMs: number | null
}

export function toRow(line: Refusal, variant: string, startMs: number, client: string): RefusalRow {
  const { node: service, edge, policy, what, purchase, effect, detail: reason, amount } = line
  const atMs = Math.round((line.atMs - startMs) * 1_000) / 1_000
  const retryAfterMs = what === 'refused' ? (amount ?? null) : null
  return { variant, atMs, service, edge, policy, what, purchase, client, effect, reason, retryAfterMs }
}

const COLUMNS = [
  'variant',
  'atMs',
  'service',
  'edge',
  'policy',
  'what',
  'purchase',
  'client',
  'effect',
  'reason',
  'retryAfterMs',
] as const satisfies readonly (keyof RefusalRow)[]
const HEADERS: Partial<Record<(typeof COLUMNS)[number], string>> = { atMs: 'at ms', retryAfterMs: 'retry after ms' }
const NUMERIC: ReadonlySet<string> = new Set(['atMs', 'retryAfterMs'])
/** So many rows say how wide the columns are; the rest follow as they come. */
const ROWS_MEASURED = 200

/** Takes rows one after the other, and writes them as soon as it can. */
export interface RefusalWriter {
  add(row: RefusalRow): void
  end(): void
}

export function writeCsv(write: (text: string) => void): RefusalWriter {
  write(csvLine(COLUMNS))
  return { add: (row) => write(csvLine(COLUMNS.map((column): Cell => row[column]))), end() {} }
}

export function writeJsonLines(write: (text: string) => void): RefusalWriter {
  return { add: (row) => write(`${JSON.stringify(row)}\n`), end() {} }
}

/** Nothing is written where there are no rows. */
export function writeTable(write: (text: string) => void): RefusalWriter {
  let waiting: string[][] | undefined = [COLUMNS.map((column) => HEADERS[column] ?? column)]
  let widths: number[] = []

  function line(cells: readonly string[]): void {
    const padded = cells.map((cell, at) => {
      const column = COLUMNS[at] ?? ''
      return pad(cell, widths[at] ?? 0, NUMERIC.has(column) ? 'right' : 'left')
    })
    write(`${padded.join('  ').trimEnd()}\n`)
  }

  function flush(): void {
    const rows = waiting ?? []
    waiting = undefined
    if (rows.length < 2) return
    widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => displayWidth(row[at] ?? ''))))
    for (const row of rows) line(row)
  }

  return {
    add(row) {
      const cells = COLUMNS.map((column) => {
        const value = row[column]
        if (column === 'atMs') return row.atMs.toFixed(1)
        return value === null || value === '' ? '-' : plain(String(value))
      })
      if (!waiting) return line(cells)
      waiting.push(cells)
      if (waiting.length > ROWS_MEASURED) flush()
    },
    end: flush,
  }
}

/** More different reasons than these are counted together. */
const MOST_REASONS = 100

/** Counts refusals by policy and reason, whatever figures and names the reason has. */
export function countReasons() {
  const counts = new Map<string, number>()
  let total = 0
  return {
    total: () => total,
    add({ policy, what, reason }: Pick<RefusalRow, 'policy' | 'what' | 'reason'>): void {
      total++
      const why = what === 'budget-exhausted' ? 'the budget is exhausted' : refusalReason(reason)
      const named = `${policy}: ${why}`
      const key = counts.has(named) || counts.size < MOST_REASONS ? named : `${policy}: other reasons`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    },
    /** The most first. */
    lines: (): string[] =>
      [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${plain(reason)} ${count}`),
  }
}
