/** How a statement comes to its rows: by a key, by an index, or through all of them. */

import type { Value } from '../../../core/env.ts'
import { compileAll, partsOf, type Test } from './condition.ts'
import { compileSide, type Given, isFixed, type Read, type Scope } from './expression.ts'
import { type Equalities, findEqualities, findSingle, listOf, type Single, without } from './lookup.ts'
import type { Cells, TableShape } from './shape.ts'
import type { Expression } from './syntax.ts'
import type { Table } from './table.ts'

/** Shows each row, until `see` says true. */
export type Visit = (given: Given, see: (row: Cells) => boolean) => void

export interface Several {
  readonly single: false
  readonly rest: Test | undefined
  /** Columns that rows must be sorted by to come as SQLite gives them; null: they come so. */
  readonly order: readonly number[] | null
  /** They come in the order of their numbers. */
  readonly byNumber: boolean
  bind(table: Table): Visit
}

export type Access = Single | Several

const NO_ROW: Cells = []

export function chooseAccess(shape: TableShape, condition: Expression | null, scope: Scope): Access {
  const parts = partsOf(condition)
  const equal = findEqualities(parts, scope)
  return (
    findSingle(shape, parts, scope, equal) ??
    byChosen(shape, parts, scope) ??
    byBucket(shape, parts, equal, scope) ??
    byAlternatives(shape, parts, scope) ??
    byScan(shape, parts, scope)
  )
}

/** By an index of few rows, where the condition says all that the index says. */
function byChosen(shape: TableShape, parts: Expression[], scope: Scope): Access | undefined {
  const said = parts.map((part) => JSON.stringify(part))
  const partial = shape.indexes.flatMap(({ columns, where }) => (where ? [{ columns, where: partsOf(where) }] : []))
  const index = partial.find(({ where }) => where.every((part) => said.includes(JSON.stringify(part))))
  if (!index) return undefined
  const wanted = index.where.map((part) => JSON.stringify(part))
  const used = parts.filter((_, at) => wanted.includes(said[at] as string))
  const holds = compileAll(index.where, scope)
  return {
    single: false,
    rest: without(parts, used, scope),
    order: [...index.columns, ...shape.order],
    byNumber: false,
    bind(table) {
      const chosen = table.chosen(wanted.join(), (row) => holds?.(row, []) === true)
      return (_, see) => showAll(chosen.all(), see)
    },
  }
}

function byBucket(shape: TableShape, parts: Expression[], equal: Equalities, scope: Scope): Access | undefined {
  const whole = shape.indexes.flatMap(({ columns, where }) => (where ? [] : [columns]))
  const columns = [...shape.keys, ...whole].find(([first]) => equal.has(first ?? -1))
  const [column = -1] = columns ?? []
  const found = equal.get(column)
  if (!columns || !found) return undefined
  const { part, value } = found
  return {
    single: false,
    rest: without(parts, [part], scope),
    order: [...columns, ...shape.order],
    byNumber: false,
    bind(table) {
      const buckets = table.buckets(column)
      return (given, see) => {
        const wanted: Value = value(NO_ROW, given)
        if (wanted !== null) showAll(buckets.of(wanted), see)
      }
    },
  }
}

/** `this key OR that one`: one after the other, no row twice. */
function byAlternatives(shape: TableShape, parts: Expression[], scope: Scope): Access | undefined {
  const [only, another] = parts
  if (!only || another || only.is !== 'or') return undefined
  const ways = partsOf(only, 'or').map((each) => {
    return findSingle(shape, partsOf(each), scope)
  })
  const singles = ways.flatMap((way) => (way ? [way] : []))
  if (singles.length < ways.length) return undefined
  return {
    single: false,
    rest: undefined,
    order: null,
    byNumber: false,
    bind(table) {
      const finds = singles.map((way) => ({ find: way.bind(table), rest: way.rest }))
      return (given, see) => {
        const seen: Cells[] = []
        for (const { find, rest } of finds) {
          const row = find(given)
          if (!row || seen.includes(row) || (rest && rest(row, given) !== true)) continue
          seen.push(row)
          if (see(row)) return
        }
      }
    },
  }
}

function byScan(shape: TableShape, parts: Expression[], scope: Scope): Access {
  const rest = compileAll(parts, scope)
  if (shape.idAt === null) {
    const bind = (table: Table): Visit => {
      return (_, see) => showAll(table.all(), see)
    }
    return { single: false, rest, order: shape.order, byNumber: false, bind }
  }
  const from = firstNumber(shape.idAt, parts, scope)
  return {
    single: false,
    rest,
    order: null,
    byNumber: true,
    bind(table) {
      const list = listOf(table)
      return (given, see) => {
        const id = from?.(NO_ROW, given)
        list.visit(typeof id === 'number' ? id : Number.NEGATIVE_INFINITY, see)
      }
    },
  }
}

/** Where numbers must be above something, that something; whether it is below itself is tested later. */
function firstNumber(idAt: number, parts: readonly Expression[], scope: Scope): Read | undefined {
  for (const part of parts) {
    if (part.is !== 'comparison' || (part.sign !== '>' && part.sign !== '>=') || part.left.is !== 'column') continue
    const { left, right } = part
    if (isFixed(right) && scope.find(left.table, left.name).at === idAt) return compileSide(right, left, scope)
  }
  return undefined
}

function showAll(rows: Iterable<Cells>, see: (row: Cells) => boolean): void {
  for (const row of rows) if (see(row)) return
}
