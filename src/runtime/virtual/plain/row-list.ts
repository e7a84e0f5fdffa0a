/** Rows by their numbers. Most come in order and stay; what leaves is a hole until there are many of them. */

import type { Cells } from './shape.ts'

/** So many holes are never worth the moving of all rows. */
const FEW_HOLES = 64

export interface RowList {
  /** The highest number that is taken. */
  last(): number | undefined
  find(id: number): Cells | undefined
  /** Adds a row, or puts another one in the place of the one with that number. */
  put(id: number, row: Cells): void
  remove(id: number): void
  /** Shows rows in the order of their numbers, from `id` on, until `see` says true. */
  visit(id: number, see: (row: Cells) => boolean): void
}

export function makeRowList(): RowList {
  let ids: number[] = []
  let rows: (Cells | undefined)[] = []
  let holes = 0

  /** Where `id` is, or the first number above it. */
  function placeOf(id: number): number {
    const end = ids.length
    if (end === 0 || id > (ids[end - 1] as number)) return end
    // Numbers without gaps need no search.
    const guess = id - (ids[0] as number)
    if (guess >= 0 && guess < end && ids[guess] === id) return guess
    let [low, high] = [0, end - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ids[middle] as number) < id) low = middle + 1
      else high = middle
    }
    return low
  }

  function closeHoles(): void {
    while (rows.length > 0 && rows[rows.length - 1] === undefined) {
      rows.pop()
      ids.pop()
      holes -= 1
    }
    if (holes <= FEW_HOLES || holes * 2 < rows.length) return
    ids = ids.filter((_, at) => rows[at] !== undefined)
    rows = rows.filter((row) => row !== undefined)
    holes = 0
  }

  return {
    last: () => ids[ids.length - 1],
    find(id) {
      const at = placeOf(id)
      return ids[at] === id ? rows[at] : undefined
    },
    put(id, row) {
      const at = placeOf(id)
      if (at === ids.length) {
        ids.push(id)
        rows.push(row)
      } else if (ids[at] === id) {
        if (rows[at] === undefined) holes -= 1
        rows[at] = row
      } else {
        ids.splice(at, 0, id)
        rows.splice(at, 0, row)
      }
    },
    remove(id) {
      const at = placeOf(id)
      if (ids[at] !== id || rows[at] === undefined) throw new Error(`no row ${id}`)
      rows[at] = undefined
      holes += 1
      closeHoles()
    },
    visit(id, see) {
      for (let at = placeOf(id); at < rows.length; at += 1) {
        const row = rows[at]
        if (row !== undefined && see(row)) return
      }
    },
  }
}
