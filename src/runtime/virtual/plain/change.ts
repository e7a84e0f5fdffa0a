/** Updates and deletes, compiled. */

import type { Row } from '../../../core/env.ts'
import { type Access, chooseAccess } from './access.ts'
import { compileInto, type Given, type Read, scopeOf } from './expression.ts'
import { inOrderOf, sortRows } from './order.ts'
import { compileOutput, type ToRow } from './output.ts'
import { type Cells, columnAt, type TableShape } from './shape.ts'
import type { Assignment, Delete, Item, Update } from './syntax.ts'
import type { Table } from './table.ts'
import type { Undo } from './undo.ts'
import { constraintFailed } from './values.ts'

/** A statement as a store runs it. */
export type Run = (given: Given, undo: Undo) => Row[]
/** A compiled statement, which any store with the same tables can have. */
export type Plan = (tables: ReadonlyMap<string, Table>) => Run

export function tableOf(tables: ReadonlyMap<string, Table>, { name }: TableShape): Table {
  const table = tables.get(name)
  if (!table) throw new Error(`no such table: ${name}`)
  return table
}

/** What RETURNING gives back; undefined where nothing is asked for. */
export function compileReturning(items: readonly Item[], shape: TableShape): ToRow | undefined {
  return items.length === 0 ? undefined : compileOutput(items, [shape], scopeOf([shape]))
}

/** A row with other values in some columns. */
type Rewrite = (row: Cells, given: Given) => Cells

function compileSet(set: readonly Assignment[], shape: TableShape): Rewrite {
  const scope = scopeOf([shape])
  const writes: { readonly at: number; readonly read: Read; readonly required: boolean }[] = set.map(
    ({ column: name, to }) => {
      const at = columnAt(shape, name)
      const column = shape.columns[at]
      if (!column) throw new Error(`no column ${name}`)
      if (at === shape.idAt || shape.keys.some((key) => key.includes(at))) throw new Error(`${name} is part of a key`)
      return { at, read: compileInto(to, column, scope), required: column.required }
    },
  )
  return (row, given) => {
    const after = row.slice()
    for (let each = 0; each < writes.length; each += 1) {
      const { at, read, required } = writes[each] as (typeof writes)[number]
      const value = read(row, given)
      if (value === null && required) throw constraintFailed('NOT NULL', shape.name, [shape.columns[at]?.name ?? ''])
      after[at] = value
    }
    return after
  }
}

export function compileUpdate({ set, where, returning }: Update, shape: TableShape): Plan {
  const rewrite = compileSet(set, shape)
  return compileChange(
    shape,
    chooseAccess(shape, where, scopeOf([shape])),
    returning,
    (table) => (row, given, undo) => {
      const after = rewrite(row, given)
      table.replace(row, after)
      undo.note(table, row, after)
      return after
    },
  )
}

export function compileDelete({ where, returning }: Delete, shape: TableShape): Plan {
  return compileChange(shape, chooseAccess(shape, where, scopeOf([shape])), returning, (table) => (row, _, undo) => {
    table.remove(row)
    undo.note(table, row, null)
    return row
  })
}

/** Changes one row; gives what RETURNING is about. */
type Change = (row: Cells, given: Given, undo: Undo) => Cells

function compileChange(
  shape: TableShape,
  access: Access,
  returning: readonly Item[],
  changeIn: (table: Table) => Change,
): Plan {
  const toRow = compileReturning(returning, shape)
  return (tables) => {
    const table = tableOf(tables, shape)
    const change = changeIn(table)
    return access.single ? changeOne(access.bind(table), access.rest) : changeAll(table, access)

    function changeOne(find: (given: Given) => Cells | undefined, rest: Access['rest']): Run {
      return (given, undo) => {
        const row = find(given)
        if (!row || (rest && rest(row, given) !== true)) return []
        const changed = change(row, given, undo)
        return toRow ? [toRow(changed, given)] : []
      }
    }
    function changeAll(target: Table, several: Extract<Access, { single: false }>): Run {
      const visit = several.bind(target)
      const { rest, order } = several
      const terms = inOrderOf(order ?? [])
      return (given, undo) => {
        const found: Cells[] = []
        visit(given, (row) => {
          if (!rest || rest(row, given) === true) found.push(row)
          return false
        })
        const changed = sortRows(found, terms, given).map((row) => change(row, given, undo))
        return toRow ? changed.map((row) => toRow(row, given)) : []
      }
    }
  }
}
