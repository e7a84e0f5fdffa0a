/** Counts, least and greatest: over all rows that a select finds. */

import type { Row, Value } from '../../../core/env.ts'
import { compileRead, type Given, type Scope } from './expression.ts'
import type { Cells } from './shape.ts'
import type { Expression, Item } from './syntax.ts'
import { compareValues } from './values.ts'

type Compute = (rows: readonly Cells[], given: Given) => Row

export function isAggregate(item: Item): boolean {
  return !item.all && item.of.is === 'aggregate'
}

export function compileAggregates(items: readonly Item[], scope: Scope): Compute {
  const named = items.map((item) => {
    if (item.all || item.of.is !== 'aggregate') throw new Error('rows beside a count of rows')
    return { name: item.name, compute: compileAggregate(item.of, scope) }
  })
  return (rows, given) => Object.fromEntries(named.map(({ name, compute }) => [name, compute(rows, given)]))
}

function compileAggregate(
  { name, of }: Extract<Expression, { is: 'aggregate' }>,
  scope: Scope,
): (rows: readonly Cells[], given: Given) => Value {
  if (of === null) return (rows) => rows.length
  const read = compileRead(of, scope)
  const reduce = REDUCE[name]
  return (rows, given) => reduce(rows.map((row) => read(row, given)).filter((value) => value !== null))
}

const REDUCE = {
  COUNT: (values: readonly Value[]): Value => values.length,
  MIN: (values: readonly Value[]) => furthest(values, -1),
  MAX: (values: readonly Value[]) => furthest(values, 1),
}

function furthest(values: readonly Value[], direction: 1 | -1): Value {
  return values.reduce<Value>(
    (best, value) => (best === null || compareValues(value, best) * direction > 0 ? value : best),
    null,
  )
}
