/** The rows of one table, with what is needed to find them. Knows no rules: whoever changes rows has checked them. */

import { type Buckets, type KeyIndex, makeBuckets, makeLongKey, makeSingleKey, type Watching } from './key-index.ts'
import { makeRowList, type RowList } from './row-list.ts'
import type { Cells, TableShape } from './shape.ts'

/** Rows for which a condition holds: few of many, looked for again and again. */
interface Chosen extends Watching {
  all(): Iterable<Cells>
}

export interface Table {
  readonly shape: TableShape
  readonly keys: readonly KeyIndex[]
  /** Rows by their numbers; null WITHOUT ROWID. */
  readonly list: RowList | null
  /** Rows that share the value of a column; made when it is first asked for. */
  buckets(column: number): Buckets
  /** Rows that a condition holds for; made when it is first asked for, under a name of the asker's choice. */
  chosen(name: string, holds: (row: Cells) => boolean): Chosen
  /** All rows, in no order that may be relied upon. */
  all(): Iterable<Cells>
  add(row: Cells): void
  remove(row: Cells): void
  replace(before: Cells, after: Cells): void
}

export function makeTable(shape: TableShape): Table {
  const { idAt } = shape
  const list = idAt === null ? null : makeRowList()
  const watching: Watching[] = []
  const bucketsOf = new Map<number, Buckets>()
  const chosenOf = new Map<string, Chosen>()
  const keys = shape.keys.map(([first = 0, ...others]) => {
    if (others.length > 0) return makeLongKey([first, ...others], bucketsOf.get(first) ?? newBuckets(first))
    const key = makeSingleKey(first)
    watching.push(key)
    return key
  })
  const [primary] = keys

  function* all(): Iterable<Cells> {
    if (!list) {
      yield* primary?.all() ?? []
      return
    }
    const rows: Cells[] = []
    list.visit(Number.NEGATIVE_INFINITY, (row) => rows.push(row) === 0)
    yield* rows
  }

  function newBuckets(column: number): Buckets {
    const made = makeBuckets(column)
    bucketsOf.set(column, made)
    watching.push(made)
    return made
  }

  function filled<T extends Watching>(watcher: T): T {
    for (const row of all()) watcher.add(row)
    return watcher
  }

  return {
    shape,
    keys,
    list,
    all,
    buckets: (column) => bucketsOf.get(column) ?? filled(newBuckets(column)),
    chosen(name, holds) {
      const known = chosenOf.get(name)
      if (known) return known
      const made = makeChosen(holds)
      chosenOf.set(name, made)
      watching.push(made)
      return filled(made)
    },
    add(row) {
      if (list) list.put(row[idAt as number] as number, row)
      for (let at = 0; at < watching.length; at += 1) (watching[at] as Watching).add(row)
    },
    remove(row) {
      if (list) list.remove(row[idAt as number] as number)
      for (let at = 0; at < watching.length; at += 1) (watching[at] as Watching).remove(row)
    },
    replace(before, after) {
      if (list) list.put(after[idAt as number] as number, after)
      for (let at = 0; at < watching.length; at += 1) (watching[at] as Watching).replace(before, after)
    },
  }
}

function makeChosen(holds: (row: Cells) => boolean): Chosen {
  const rows = new Set<Cells>()
  function add(row: Cells): void {
    if (holds(row)) rows.add(row)
  }
  return {
    add,
    remove: (row) => void rows.delete(row),
    replace(before, after) {
      rows.delete(before)
      add(after)
    },
    all: () => rows,
  }
}
