/** Expressions as closures over a row and the values that came with the statement. */

import type { Value } from '../../../core/env.ts'
import type { Cells, Column, TableShape } from './shape.ts'
import type { Affinity, Comparison, Expression } from './syntax.ts'
import { arriving, asNumber, asText, compareValues, forArithmetic, INTO } from './values.ts'

export type Given = readonly Value[]
export type Read = (row: Cells, given: Given) => Value
/** Null: nobody knows, since a value is missing. */
export type Test = (row: Cells, given: Given) => boolean | null

interface Place {
  readonly at: number
  readonly affinity: Affinity
}

/** Which columns there are, and where in a row. */
export interface Scope {
  find(table: string | null, name: string): Place
}

export const NOWHERE: Scope = {
  find(_, name) {
    throw new Error(`no column ${name} here`)
  },
}

/** Of a row that is joined, the cells of the tables follow one another. `using`: the column that they share. */
export function scopeOf(shapes: readonly TableShape[], using: string | null = null): Scope {
  return {
    find(table, name) {
      const found: Place[] = []
      let before = 0
      for (const shape of shapes) {
        const at =
          table === null || table === shape.name ? shape.columns.findIndex((column) => column.name === name) : -1
        const column = shape.columns[at]
        if (column) found.push({ at: before + at, affinity: column.affinity })
        before += shape.width
      }
      const [only, another] = found
      if (!only) throw new Error(`no column ${name}`)
      if (another && name !== using) throw new Error(`column ${name} is in more than one table`)
      return only
    },
  }
}

export function compileRead(expression: Expression, scope: Scope): Read {
  switch (expression.is) {
    case 'parameter': {
      const { at } = expression
      return (_, given) => arriving(given[at])
    }
    case 'literal': {
      const { value } = expression
      return () => value
    }
    case 'column': {
      const { at } = scope.find(expression.table, expression.name)
      return (row) => row[at] as Value
    }
    case 'arithmetic':
      return compileArithmetic(expression, scope)
    case 'coalesce': {
      const reads = expression.of.map((each) => compileRead(each, scope))
      return (row, given) => {
        for (const read of reads) {
          const value = read(row, given)
          if (value !== null) return value
        }
        return null
      }
    }
    default:
      throw new Error(`'${expression.is}' as a value`)
  }
}

function compileArithmetic({ sign, ...sides }: Extract<Expression, { is: 'arithmetic' }>, scope: Scope): Read {
  const [left, right] = [compileRead(sides.left, scope), compileRead(sides.right, scope)]
  const compute = COMPUTE[sign]
  return (row, given) => {
    const one = left(row, given)
    const other = right(row, given)
    if (one === null || other === null) return null
    const result = compute(forArithmetic(one), forArithmetic(other))
    return Number.isNaN(result) ? null : result
  }
}

const COMPUTE = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
}

/** Only columns have one; it decides how what they are compared with is converted. */
function affinityOf(expression: Expression, scope: Scope): Affinity | null {
  return expression.is === 'column' ? scope.find(expression.table, expression.name).affinity : null
}

/** One side of a comparison, converted as the other side demands. */
export function compileSide(expression: Expression, other: Expression, scope: Scope): Read {
  const read = compileRead(expression, scope)
  const [own, others] = [affinityOf(expression, scope), affinityOf(other, scope)]
  const isNumeric = (affinity: Affinity | null) => affinity === 'INTEGER' || affinity === 'REAL'
  if (isNumeric(others) && !isNumeric(own)) return (row, given) => asNumber(read(row, given))
  if (others !== 'TEXT' || own !== null) return read
  if (expression.is === 'literal' && typeof expression.value === 'number') throw new Error('a text and a number')
  return (row, given) => asText(read(row, given))
}

/** What is put into a column, converted as the column demands. */
export function compileInto(expression: Expression, { affinity, name }: Column, scope: Scope): Read {
  if (affinity === 'TEXT') {
    if (expression.is === 'literal' && typeof expression.value === 'number') {
      if (!Number.isInteger(expression.value)) throw new Error(`a real number into ${name}`)
      const text = String(expression.value)
      return () => text
    }
    const isText =
      expression.is === 'parameter' || expression.is === 'literal' || affinityOf(expression, scope) === 'TEXT'
    if (!isText) throw new Error(`a number into ${name}, which holds text`)
  }
  const into = INTO[affinity]
  if (expression.is === 'literal') {
    const value = into(expression.value)
    return () => value
  }
  const read = compileRead(expression, scope)
  return (row, given) => into(read(row, given))
}

export function compileTest(expression: Expression, scope: Scope): Test {
  switch (expression.is) {
    case 'comparison':
      return compileComparison(expression, scope)
    case 'null': {
      const read = compileRead(expression.of, scope)
      return (row, given) => read(row, given) === null
    }
    case 'not': {
      const test = compileTest(expression.of, scope)
      return (row, given) => {
        const found = test(row, given)
        return found === null ? null : !found
      }
    }
    case 'and':
      return compileBoth(expression, scope, false)
    case 'or':
      return compileBoth(expression, scope, true)
    default:
      throw new Error(`'${expression.is}' as a condition`)
  }
}

/** `decides`: what one side alone decides, false for AND and true for OR. */
function compileBoth(
  { left, right }: { readonly left: Expression; readonly right: Expression },
  scope: Scope,
  decides: boolean,
): Test {
  const [one, other] = [compileTest(left, scope), compileTest(right, scope)]
  return (row, given) => {
    const first = one(row, given)
    if (first === decides) return decides
    const second = other(row, given)
    if (second === decides) return decides
    return first === null || second === null ? null : !decides
  }
}

const HOLDS: Readonly<Record<Exclude<Comparison, '=' | '<>'>, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

function compileComparison({ sign, ...sides }: Extract<Expression, { is: 'comparison' }>, scope: Scope): Test {
  const left = compileSide(sides.left, sides.right, scope)
  const right = compileSide(sides.right, sides.left, scope)
  if (sign === '=' || sign === '<>') {
    const wanted = sign === '='
    return (row, given) => {
      const one = left(row, given)
      const other = right(row, given)
      return one === null || other === null ? null : (one === other) === wanted
    }
  }
  const holds = HOLDS[sign]
  return (row, given) => {
    const one = left(row, given)
    const other = right(row, given)
    return one === null || other === null ? null : holds(compareValues(one, other))
  }
}

/** The parts of a condition that must all hold. */
export function partsOf(condition: Expression | null, kind: 'and' | 'or' = 'and'): Expression[] {
  if (condition === null) return []
  return condition.is === kind ? [...partsOf(condition.left, kind), ...partsOf(condition.right, kind)] : [condition]
}

/** All of them; undefined where there is nothing to test. */
export function compileAll(parts: readonly Expression[], scope: Scope): Test | undefined {
  const [first, ...others] = parts
  if (!first) return undefined
  return compileTest(
    others.reduce<Expression>((left, right) => ({ is: 'and', left, right }), first),
    scope,
  )
}

/** Whether it is the same for every row. */
export function isFixed(expression: Expression): boolean {
  if (expression.is === 'parameter' || expression.is === 'literal') return true
  return expression.is === 'arithmetic' && isFixed(expression.left) && isFixed(expression.right)
}
