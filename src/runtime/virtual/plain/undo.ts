/** Takes a transaction back. */

import type { Cells } from './shape.ts'
import type { Table } from './table.ts'

/** What a transaction has changed so far, so that it can be taken back. */
export interface Undo {
  /** A row came (no `before`), went (no `after`) or was replaced. */
  note(table: Table, before: Cells | null, after: Cells | null): void
  takeBack(): void
  forget(): void
}

/** Of a longer log the memory is given back. */
const KEPT_STEPS = 256

export function makeUndo(): Undo {
  let tables: Table[] = []
  let befores: (Cells | null)[] = []
  let afters: (Cells | null)[] = []
  let used = 0

  function forget(): void {
    used = 0
    if (tables.length > KEPT_STEPS) [tables, befores, afters] = [[], [], []]
  }

  return {
    note(table, before, after) {
      tables[used] = table
      befores[used] = before
      afters[used] = after
      used += 1
    },
    takeBack() {
      while (used > 0) {
        used -= 1
        const table = tables[used] as Table
        const before = befores[used] ?? null
        const after = afters[used] ?? null
        if (before && after) table.replace(after, before)
        else if (before) table.add(before)
        else if (after) table.remove(after)
      }
      forget()
    },
    forget,
  }
}
