/** Inserts, compiled. */

import type { Value } from '../../../core/env.ts'
import { compileReturning, type Plan, tableOf } from './change.ts'
import { compileInto, type Given, isFixed, NOWHERE, type Read } from './expression.ts'
import { type Cells, columnAt, type TableShape } from './shape.ts'
import type { Insert, OnConflict } from './syntax.ts'
import type { Table } from './table.ts'
import type { Undo } from './undo.ts'
import { constraintFailed, datatypeMismatch } from './values.ts'

const NO_ROW: Cells = []

export function compileInsert({ columns, values, onConflict, returning }: Insert, shape: TableShape): Plan {
  const build = compileRow(columns, values, shape)
  const requireAll = compileRequired(shape)
  const toRow = compileReturning(returning, shape)
  const { idAt } = shape
  const isSoleKey = idAt === null && shape.keys.length === 1
  return (tables) => {
    const table = tableOf(tables, shape)
    const resolve = makeResolve(table, onConflict)
    return (given, undo) => {
      const row = build(given)
      if (idAt !== null) giveNumber(table, row, idAt)
      requireAll(row)
      const rival = isSoleKey ? table.keys[0]?.rival(row) : findRival(table, row)
      if (rival) {
        const stands = resolve(row, rival, undo)
        return stands && toRow ? [toRow(stands, given)] : []
      }
      table.add(row)
      undo.note(table, null, row)
      return toRow ? [toRow(row, given)] : []
    }
  }
}

/** A new row from the values that came; columns that are not named stay empty. */
function compileRow(columns: readonly string[], values: Insert['values'], shape: TableShape): (given: Given) => Cells {
  const names = columns.length > 0 ? columns : shape.columns.map(({ name }) => name)
  if (names.length !== values.length) {
    throw new Error(`table ${shape.name} has ${names.length} columns but ${values.length} values were supplied`)
  }
  const blank: Cells = Array.from({ length: shape.width }, () => null)
  const writes: { readonly at: number; readonly read: Read }[] = []
  for (const [index, expression] of values.entries()) {
    const at = columnAt(shape, names[index] ?? '')
    const column = shape.columns[at]
    if (!column || !isFixed(expression)) throw new Error('a value that is not known before the row')
    const read = compileInto(expression, column, NOWHERE)
    if (expression.is === 'literal') blank[at] = read(NO_ROW, [])
    else writes.push({ at, read })
  }
  return (given) => {
    const row = blank.slice()
    for (let each = 0; each < writes.length; each += 1) {
      const { at, read } = writes[each] as (typeof writes)[number]
      row[at] = read(NO_ROW, given)
    }
    return row
  }
}

/** Fails where a column that must have a value has none. */
function compileRequired(shape: TableShape): (row: Cells) => void {
  const required = shape.columns.flatMap((column, at) => (column.required ? [at] : []))
  return (row) => {
    for (let each = 0; each < required.length; each += 1) {
      const at = required[each] as number
      if (row[at] === null) throw constraintFailed('NOT NULL', shape.name, [shape.columns[at]?.name ?? ''])
    }
  }
}

function giveNumber({ list }: Table, row: Cells, idAt: number): void {
  const id: Value = row[idAt] as Value
  if (id === null) row[idAt] = (list?.last() ?? 0) + 1
  else if (!Number.isSafeInteger(id)) throw datatypeMismatch()
}

function findRival(table: Table, row: Cells): Cells | undefined {
  const { idAt } = table.shape
  const sameNumber = idAt === null ? undefined : table.list?.find(row[idAt] as number)
  if (sameNumber) return sameNumber
  for (const key of table.keys) {
    const rival = key.rival(row)
    if (rival) return rival
  }
  return undefined
}

/** What happens where another row has the key; gives the row that stands then, if the statement did anything. */
type Resolve = (row: Cells, rival: Cells, undo: Undo) => Cells | undefined

function makeResolve(table: Table, onConflict: OnConflict): Resolve {
  switch (onConflict) {
    case 'nothing':
      return () => undefined
    case 'fail':
      return (row) => {
        throw uniqueFailed(table, row)
      }
    case 'replace':
      return (row, rival, undo) => replaceAll(table, row, rival, undo)
  }
}

function replaceAll(table: Table, row: Cells, rival: Cells, undo: Undo): Cells {
  // A table's only key is the same in both.
  if (table.shape.idAt === null && table.keys.length === 1) {
    table.replace(rival, row)
    undo.note(table, rival, row)
    return row
  }
  for (let other: Cells | undefined = rival; other; other = findRival(table, row)) {
    table.remove(other)
    undo.note(table, other, null)
  }
  table.add(row)
  undo.note(table, null, row)
  return row
}

function uniqueFailed(table: Table, row: Cells): Error {
  const { idAt, name, columns } = table.shape
  const nameOf = (at: number) => columns[at]?.name ?? ''
  if (idAt !== null && table.list?.find(row[idAt] as number)) return constraintFailed('UNIQUE', name, [nameOf(idAt)])
  const key = table.keys.find((each) => each.rival(row))
  return constraintFailed('UNIQUE', name, (key?.columns ?? []).map(nameOf))
}
