/** Selects, compiled. */

import type { Row, Value } from '../../../core/env.ts'
import { type Access, chooseAccess, type Several, type Visit } from './access.ts'
import { compileAggregates, isAggregate } from './aggregate.ts'
import { type Plan, tableOf } from './change.ts'
import { compileAll, partsOf, type Test } from './condition.ts'
import { compileRead, type Given, NOWHERE, type Scope, scopeOf } from './expression.ts'
import type { FindOne } from './lookup.ts'
import { inOrderOf, sortRows, type Term } from './order.ts'
import { compileOutput } from './output.ts'
import { type Cells, columnAt, type TableShape } from './shape.ts'
import type { Expression, Select } from './syntax.ts'
import { asNumber, datatypeMismatch } from './values.ts'

export type Shapes = ReadonlyMap<string, TableShape>

const NO_ROW: Cells = []

export function requireShape(shapes: Shapes, name: string): TableShape {
  const shape = shapes.get(name)
  if (!shape) throw new Error(`no such table: ${name}`)
  return shape
}

export function compileSelect(select: Select, shapes: Shapes): Plan {
  if (select.table === null) return compileRowless(select)
  const shape = requireShape(shapes, select.table)
  if (select.join) return compileJoin(select, shape, requireShape(shapes, select.join.table))
  const scope = scopeOf([shape])
  const access = chooseAccess(shape, select.where, scope)
  const finish = compileFinish(select, [shape], scope, access)
  if (!access.single) {
    const { rest } = access
    return (tables) => finish.several(access.bind(tableOf(tables, shape)), rest)
  }
  return (tables) => finish.single(access.bind(tableOf(tables, shape)))
}

function compileRowless({ items, where, orderBy, limit }: Select): Plan {
  if (where || orderBy.length > 0 || limit) throw new Error('conditions about no table')
  const toRow = compileOutput(items, [], NOWHERE)
  return () => (given) => [toRow(NO_ROW, given)]
}

/** Each row of the one table with its only partner in the other. */
function compileJoin(select: Select, left: TableShape, right: TableShape): Plan {
  const using = select.join?.using ?? ''
  const scope = scopeOf([left, right], using)
  const at = columnAt(left, using)
  if (columnAt(right, using) !== right.idAt) throw new Error('a join by anything but the number of a row')
  const test = compileAll(partsOf(select.where), scope)
  const access: Several = {
    ...(chooseAccess(left, null, scopeOf([left])) as Several),
    rest: test,
  }
  const finish = compileFinish(select, [left, right], scope, access)
  return (tables) => {
    const partners = tableOf(tables, right).list
    const visit = access.bind(tableOf(tables, left))
    const joined: Visit = (given, see) =>
      visit(given, (row) => {
        const id = row[at] as Value
        const partner = typeof id === 'number' ? partners?.find(id) : undefined
        return partner ? see([...row, ...partner]) : false
      })
    return finish.several(joined, test)
  }
}

/** How many rows at most. */
function compileLimit(limit: Expression | null): (given: Given) => number {
  if (limit === null) return () => Number.POSITIVE_INFINITY
  const read = compileRead(limit, NOWHERE)
  return (given) => {
    const most = asNumber(read(NO_ROW, given))
    if (!Number.isSafeInteger(most)) throw datatypeMismatch()
    return Number(most) < 0 ? Number.POSITIVE_INFINITY : Number(most)
  }
}

interface Finish {
  single(find: FindOne): (given: Given) => Row[]
  several(visit: Visit, rest: Test | undefined): (given: Given) => Row[]
}

function compileFinish(select: Select, shapes: readonly TableShape[], scope: Scope, access: Access): Finish {
  const { items, orderBy, limit } = select
  const mostOf = compileLimit(limit)
  const terms = compileOrder(select, shapes, scope, access)
  if (items.some(isAggregate)) {
    if (orderBy.length > 0 || limit) throw new Error('an order or a limit of one row')
    return finishAggregate(compileAggregates(items, scope), access)
  }
  const toRow = compileOutput(items, shapes, scope)
  return {
    single(find) {
      const { rest } = access
      return (given) => {
        if (limit && mostOf(given) === 0) return []
        const row = find(given)
        if (!row || (rest && rest(row, given) !== true)) return []
        return [toRow(row, given)]
      }
    },
    several(visit, rest) {
      return (given) => {
        const most = mostOf(given)
        const found: Cells[] = []
        if (most > 0) {
          visit(given, (row) => {
            if (!rest || rest(row, given) === true) found.push(row)
            return terms.length === 0 && found.length >= most
          })
        }
        if (terms.length > 0 && found.length > 1) sortRows(found, terms, given)
        if (found.length > most) found.length = most
        return found.map((row) => toRow(row, given))
      }
    },
  }
}

function finishAggregate(compute: ReturnType<typeof compileAggregates>, access: Access): Finish {
  const rowsOf = (visit: Visit, rest: Test | undefined, given: Given) => {
    const found: Cells[] = []
    visit(given, (row) => {
      if (!rest || rest(row, given) === true) found.push(row)
      return false
    })
    return found
  }
  return {
    single(find) {
      const visit: Visit = (given, see) => {
        const row = find(given)
        if (row) see(row)
      }
      return (given) => [compute(rowsOf(visit, access.rest, given), given)]
    },
    several: (visit, rest) => (given) => [compute(rowsOf(visit, rest, given), given)],
  }
}

/** Empty: rows come as they are wanted. */
function compileOrder({ orderBy }: Select, shapes: readonly TableShape[], scope: Scope, access: Access): Term[] {
  const asked = orderBy.map(({ by, descending }) => ({ read: compileRead(by, scope), descending }))
  if (access.single) return []
  const [first, another] = orderBy
  const byNumber =
    first?.by.is === 'column' &&
    !another &&
    !first.descending &&
    scope.find(first.by.table, first.by.name).at === shapes[0]?.idAt
  if (access.byNumber && (asked.length === 0 || byNumber)) return []
  return [...asked, ...inOrderOf(access.order ?? [])]
}
