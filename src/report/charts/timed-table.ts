/** The table beside a picture over time: what was changed in the time of a row stands at its end. */

import type { VariantResult } from '../../core/result.ts'
import { changesIn, type MadeChange } from '../changes.ts'
import { formatSeconds } from '../format.ts'
import type { DataTable } from './spec.ts'

export interface TimedRow {
  readonly variant: VariantResult
  readonly fromMs: number
  readonly toMs: number
  readonly cells: readonly string[]
}

export interface TimedTable {
  readonly columns: readonly string[]
  readonly rows: readonly TimedRow[]
}

/** `0.5 s to 1 s`: what a bucket covers. */
function bucketText(bucketMs: number, at: number): string {
  return `${formatSeconds(at * bucketMs)} to ${formatSeconds((at + 1) * bucketMs)}`
}

/** Of one bucket. @param name of the row, in front of its time */
export function bucketRow(
  { variant, name = variant.name }: { readonly variant: VariantResult; readonly name?: string },
  bucketMs: number,
  at: number,
  figures: readonly string[],
): TimedRow {
  const cells = [name, bucketText(bucketMs, at), ...figures]
  return { variant, fromMs: at * bucketMs, toMs: (at + 1) * bucketMs, cells }
}

/** Without changes it is as it was made. */
export function tableWith({ columns, rows }: TimedTable, changes: readonly MadeChange[]): DataTable {
  if (changes.length === 0) return { columns, rows: rows.map(({ cells }) => cells) }
  const byVariant = new Map(rows.map(({ variant: { name } }) => [name, changesIn(changes, name)]))
  return {
    columns: [...columns, 'changes'],
    rows: rows.map(({ variant, fromMs, toMs, cells }) => {
      const during = (byVariant.get(variant.name) ?? []).filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      return [...cells, during.map(({ number }) => number).join(', ')]
    }),
  }
}
