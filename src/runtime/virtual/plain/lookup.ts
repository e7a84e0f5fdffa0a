/** Single rows by a number or a key. */

import { compileAll, type Test } from './condition.ts'
import { compileSide, type Given, isFixed, type Read, type Scope } from './expression.ts'
import type { Cells, TableShape } from './shape.ts'
import type { Expression } from './syntax.ts'
import type { Table } from './table.ts'

export type FindOne = (given: Given) => Cells | undefined

/** At most one row. */
export interface Single {
  readonly single: true
  /** What of the condition is still to be tested. */
  readonly rest: Test | undefined
  bind(table: Table): FindOne
}

/** A column that must equal something which is the same for every row. */
interface Equality {
  readonly part: Expression
  readonly value: Read
}

export type Equalities = ReadonlyMap<number, Equality>

export function findEqualities(parts: readonly Expression[], scope: Scope): Equalities {
  const found = new Map<number, Equality>()
  for (const part of parts) {
    if (part.is !== 'comparison' || part.sign !== '=') continue
    const [column, value] = part.left.is === 'column' ? [part.left, part.right] : [part.right, part.left]
    if (column.is !== 'column' || !isFixed(value)) continue
    found.set(scope.find(column.table, column.name).at, { part, value: compileSide(value, column, scope) })
  }
  return found
}

const NO_ROW: Cells = []

/** Undefined: the condition names no number and no key. */
export function findSingle(
  shape: TableShape,
  parts: readonly Expression[],
  scope: Scope,
  equal = findEqualities(parts, scope),
): Single | undefined {
  return byId(shape, parts, equal, scope) ?? byKey(shape, parts, equal, scope)
}

/** What of a condition is left to be tested; undefined: nothing. */
export function without(parts: readonly Expression[], used: readonly Expression[], scope: Scope): Test | undefined {
  return compileAll(
    parts.filter((part) => !used.includes(part)),
    scope,
  )
}

export function listOf({ list, shape }: Table) {
  if (!list) throw new Error(`the rows of ${shape.name} have no numbers`)
  return list
}

function byId({ idAt }: TableShape, parts: readonly Expression[], equal: Equalities, scope: Scope): Single | undefined {
  const found = idAt === null ? undefined : equal.get(idAt)
  if (!found) return undefined
  const { part, value } = found
  return {
    single: true,
    rest: without(parts, [part], scope),
    bind(table) {
      const list = listOf(table)
      return (given) => {
        const id = value(NO_ROW, given)
        return typeof id === 'number' ? list.find(id) : undefined
      }
    },
  }
}

function byKey(
  { keys }: TableShape,
  parts: readonly Expression[],
  equal: Equalities,
  scope: Scope,
): Single | undefined {
  const at = keys.findIndex((columns) => columns.every((column) => equal.has(column)))
  const found = keys[at]?.flatMap((column) => equal.get(column) ?? []) ?? []
  const [first] = found
  if (!first) return undefined
  const reads = found.map(({ value }) => value)
  const used = found.map(({ part }) => part)
  return {
    single: true,
    rest: without(parts, used, scope),
    bind(table) {
      const key = table.keys[at]
      if (!key) throw new Error(`${table.shape.name} has no such key`)
      if (reads.length === 1) return (given) => key.findOne(first.value(NO_ROW, given))
      return (given) => key.find(reads.map((read) => read(NO_ROW, given)))
    },
  }
}
