/** Expressions as closures over a row and the values that came with the statement. */

import type { Value } from '../../../core/env.ts'
import type { Cells, Column, TableShape } from './shape.ts'
import type { Affinity, Expression } from './syntax.ts'
import { arriving, asNumber, asText, forArithmetic, INTO } from './values.ts'

export type Given = readonly Value[]
export type Read = (row: Cells, given: Given) => Value

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

/** Whether it is the same for every row. */
export function isFixed(expression: Expression): boolean {
  if (expression.is === 'parameter' || expression.is === 'literal') return true
  return expression.is === 'arithmetic' && isFixed(expression.left) && isFixed(expression.right)
}
