/** Orders of rows. */

import type { Value } from '../../../core/env.ts'
import type { Given, Read } from './expression.ts'
import type { Cells } from './shape.ts'
import { compareValues } from './values.ts'

export interface Term {
  readonly read: Read
  readonly descending: boolean
}

/** Puts rows into an order; those that are equal stay as they are. */
export function sortRows(rows: Cells[], terms: readonly Term[], given: Given): Cells[] {
  return rows.sort((one, other) => {
    for (const { read, descending } of terms) {
      const order = compareValues(read(one, given), read(other, given))
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
}

export function inOrderOf(columns: readonly number[]): Term[] {
  return columns.map((column) => ({ read: (row) => row[column] as Value, descending: false }))
}
