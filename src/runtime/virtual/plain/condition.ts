/** Conditions as closures over a row and the values that came with the statement. */

import { compileRead, compileSide, type Given, type Scope } from './expression.ts'
import type { Cells } from './shape.ts'
import type { Comparison, Expression } from './syntax.ts'
import { compareValues } from './values.ts'

/** Null: nobody knows, since a value is missing. */
export type Test = (row: Cells, given: Given) => boolean | null

function compileTest(expression: Expression, scope: Scope): Test {
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
