/** What a table looks like: its columns, its keys, its indexes, and the order of its rows. */

import type { Value } from '../../../core/env.ts'
import type { Affinity, CreateIndex, CreateTable, Expression } from './syntax.ts'

/** The values of a row, in the order of the columns. Never changed once it is in a table: an update puts another row in its place. */
export type Cells = Value[]

export interface Column {
  readonly name: string
  readonly affinity: Affinity
  readonly required: boolean
}

interface IndexShape {
  readonly columns: readonly number[]
  /** Only rows that this holds for are in the index. */
  readonly where: Expression | null
}

export interface TableShape {
  readonly name: string
  readonly columns: readonly Column[]
  /** Where a row's number is among its cells: a column, or behind them all. Null WITHOUT ROWID. */
  readonly idAt: number | null
  /** How many cells a row has. */
  readonly width: number
  /** Keys, by the positions of their columns; the number of a row is not among them. */
  readonly keys: readonly (readonly number[])[]
  readonly indexes: readonly IndexShape[]
  /** The order of the rows where none is asked for. */
  readonly order: readonly number[]
}

export function columnAt({ name, columns }: Pick<TableShape, 'name' | 'columns'>, wanted: string): number {
  const at = columns.findIndex((column) => column.name === wanted)
  if (at < 0) throw new Error(`no column ${wanted} in ${name}`)
  return at
}

export function shapeOf({ table, columns: declared, primaryKey, withoutRowId }: CreateTable): TableShape {
  const inColumn = declared.filter(({ primary }) => primary).map(({ name }) => name)
  const primaryNames = primaryKey.length > 0 ? primaryKey : inColumn
  if (primaryKey.length * inColumn.length > 0 || inColumn.length > 1) throw new Error('more than one primary key')
  if (withoutRowId && primaryNames.length === 0) throw new Error('neither a row id nor a primary key')
  const [first] = declared.filter(({ name }) => name === primaryNames[0])
  const isId = !withoutRowId && primaryNames.length === 1 && first?.affinity === 'INTEGER'
  const columns = declared.map(({ name, affinity, required }) => ({
    name,
    affinity,
    // The number of a row is given where none comes with it.
    required: isId && name === first?.name ? false : required || (withoutRowId && primaryNames.includes(name)),
  }))
  const places = { name: table, columns }
  const primary = primaryNames.map((name) => columnAt(places, name))
  const unique = declared.flatMap((column, at) => (column.unique ? [[at]] : []))
  const idAt = withoutRowId ? null : isId ? (primary[0] ?? null) : columns.length
  return {
    name: table,
    columns,
    idAt,
    width: idAt === columns.length ? columns.length + 1 : columns.length,
    keys: primary.length === 0 || isId ? unique : [primary, ...unique],
    indexes: [],
    order: idAt === null ? primary : [idAt],
  }
}

export function withIndex(shape: TableShape, { columns, where }: CreateIndex): TableShape {
  return { ...shape, indexes: [...shape.indexes, { columns: columns.map((name) => columnAt(shape, name)), where }] }
}
