/** Rows by the values of some of their columns. */

import type { Value } from '../../../core/env.ts'
import type { Cells } from './shape.ts'

/** What is told of every row that comes, goes or is replaced. */
export interface Watching {
  add(row: Cells): void
  remove(row: Cells): void
  /** Keys are the same before and after. */
  replace(before: Cells, after: Cells): void
}

/** Rows that share the value of one column. */
export interface Buckets extends Watching {
  readonly column: number
  of(value: Value): readonly Cells[]
  all(): Iterable<Cells>
}

const NONE: readonly Cells[] = []

export function makeBuckets(column: number): Buckets {
  const buckets = new Map<Value, Cells[]>()

  function add(row: Cells): void {
    const value = row[column] as Value
    const bucket = buckets.get(value)
    if (bucket) bucket.push(row)
    else buckets.set(value, [row])
  }
  function remove(row: Cells): void {
    const value = row[column] as Value
    const bucket = buckets.get(value)
    const at = bucket?.indexOf(row) ?? -1
    if (!bucket || at < 0) throw new Error('a row is missing in its bucket')
    if (bucket.length === 1) buckets.delete(value)
    else bucket.splice(at, 1)
  }

  return {
    column,
    add,
    remove,
    replace(before, after) {
      const bucket = before[column] === after[column] ? buckets.get(after[column] as Value) : undefined
      if (bucket) bucket[bucket.indexOf(before)] = after
      else {
        remove(before)
        add(after)
      }
    },
    of: (value) => buckets.get(value) ?? NONE,
    *all() {
      for (const bucket of buckets.values()) yield* bucket
    },
  }
}

/** At most one row has the same values in these columns. Rows with nothing in one of them are no such rows. */
export interface KeyIndex extends Watching {
  readonly columns: readonly number[]
  /** The values in the order of the columns. */
  find(values: readonly Value[]): Cells | undefined
  /** The same for a key of one column. */
  findOne(value: Value): Cells | undefined
  /** The row that has the key of this one. */
  rival(row: Cells): Cells | undefined
  all(): Iterable<Cells>
}

export function makeSingleKey(column: number): KeyIndex {
  const rows = new Map<Value, Cells>()
  const findOne = (value: Value) => (value === null ? undefined : rows.get(value))
  function add(row: Cells): void {
    const value = row[column] as Value
    if (value !== null) rows.set(value, row)
  }
  return {
    columns: [column],
    findOne,
    find: ([value = null]) => findOne(value),
    rival: (row) => findOne(row[column] as Value),
    add,
    remove: (row) => void rows.delete(row[column] as Value),
    replace: (_, after) => add(after),
    all: () => rows.values(),
  }
}

/** A key of several columns: rows that share the first one's value are looked through, so that one should tell rows well apart. */
export function makeLongKey(columns: readonly number[], buckets: Buckets): KeyIndex {
  function find(values: readonly Value[]): Cells | undefined {
    if (values.includes(null)) return undefined
    for (const row of buckets.of(values[0] as Value)) {
      let same = true
      for (let at = 1; at < columns.length && same; at += 1) same = row[columns[at] as number] === values[at]
      if (same) return row
    }
    return undefined
  }
  return {
    columns,
    find,
    findOne() {
      throw new Error('this key has more than one column')
    },
    rival: (row) => find(columns.map((column) => row[column] as Value)),
    // The buckets are told by the table.
    add() {},
    remove() {},
    replace() {},
    all: () => buckets.all(),
  }
}
