/** Expressions, as far as the statements of services and workflows use them. */

import { AGGREGATES, type Arithmetic, type Comparison, type Expression } from './syntax.ts'
import type { Reader } from './tokens.ts'

/** Reads a statement; `parameters` counts the question marks so far. */
export interface Parsing extends Reader {
  parameters: number
}

/** Stands for the name of a column where all of a table's are meant. */
export const ALL = '*'

const SAME = ['=', '<>', '!='] as const
const ORDERED = ['<=', '>=', '<', '>'] as const

export function parseExpression(parsing: Parsing): Expression {
  let left = parseAnd(parsing)
  while (parsing.take('OR')) left = { is: 'or', left, right: parseAnd(parsing) }
  return left
}

function parseAnd(parsing: Parsing): Expression {
  let left = parseNot(parsing)
  while (parsing.take('AND')) left = { is: 'and', left, right: parseNot(parsing) }
  return left
}

function parseNot(parsing: Parsing): Expression {
  return parsing.take('NOT') ? { is: 'not', of: parseNot(parsing) } : parseSame(parsing)
}

function parseSame(parsing: Parsing): Expression {
  let left = parseOrdered(parsing)
  for (;;) {
    const sign = SAME.find((each) => parsing.take(each))
    if (sign) {
      left = comparison(sign === '!=' ? '<>' : sign, left, parseOrdered(parsing))
    } else if (parsing.take('IS')) {
      const negated = parsing.take('NOT')
      parsing.expect('NULL')
      const of: Expression = { is: 'null', of: left }
      left = negated ? { is: 'not', of } : of
    } else return left
  }
}

function parseOrdered(parsing: Parsing): Expression {
  let left = parseSum(parsing)
  for (;;) {
    const sign = ORDERED.find((each) => parsing.take(each))
    if (!sign) return left
    left = comparison(sign, left, parseSum(parsing))
  }
}

/** Rows of values are compared from left to right: the first that differs decides. */
function comparison(sign: Comparison, left: Expression, right: Expression): Expression {
  if (left.is !== 'tuple' && right.is !== 'tuple') return { is: 'comparison', sign, left, right }
  if (left.is !== 'tuple' || right.is !== 'tuple' || left.of.length !== right.of.length) {
    throw new Error('rows of values of different lengths')
  }
  if (sign === '<>') throw new Error('<> between rows of values')
  const [one, ...others] = left.of
  const [first, ...rest] = right.of
  if (!one || !first) throw new Error('an empty row of values')
  if (others.length === 0) return { is: 'comparison', sign, left: one, right: first }
  const later = comparison(sign, { is: 'tuple', of: others }, { is: 'tuple', of: rest })
  const same: Expression = { is: 'comparison', sign: '=', left: one, right: first }
  const tied: Expression = { is: 'and', left: same, right: later }
  if (sign === '=') return tied
  const strictly = sign === '<' || sign === '<=' ? '<' : '>'
  return { is: 'or', left: { is: 'comparison', sign: strictly, left: one, right: first }, right: tied }
}

function parseSum(parsing: Parsing): Expression {
  let left = parseOperand(parsing)
  for (;;) {
    const sign: Arithmetic | undefined = parsing.take('+') ? '+' : parsing.take('-') ? '-' : undefined
    if (!sign) return left
    left = { is: 'arithmetic', sign, left, right: parseOperand(parsing) }
  }
}

function parseOperand(parsing: Parsing): Expression {
  if (parsing.take('?')) {
    parsing.parameters += 1
    return { is: 'parameter', at: parsing.parameters - 1 }
  }
  if (parsing.take('NULL')) return { is: 'literal', value: null }
  const text = parsing.text()
  if (text !== undefined) return { is: 'literal', value: text }
  if (parsing.take('-')) return { is: 'literal', value: -requireNumber(parsing) }
  const number = parsing.number()
  if (number !== undefined) return { is: 'literal', value: number }
  if (parsing.take('(')) return parseTuple(parsing)
  const name = parsing.name()
  if (parsing.take('(')) return parseFunction(parsing, name.toUpperCase())
  if (!parsing.take('.')) return { is: 'column', table: null, name }
  return { is: 'column', table: name, name: parsing.take('*') ? ALL : parsing.name() }
}

function requireNumber(parsing: Parsing): number {
  const number = parsing.number()
  if (number === undefined) throw new Error('a minus before anything but a number')
  return number
}

/** What follows an opening bracket: one expression, or a row of values. */
function parseTuple(parsing: Parsing): Expression {
  const of = parseList(parsing)
  return of.length === 1 ? (of[0] as Expression) : { is: 'tuple', of }
}

/** Expressions up to the closing bracket. */
export function parseList(parsing: Parsing): Expression[] {
  const list = [parseExpression(parsing)]
  while (parsing.take(',')) list.push(parseExpression(parsing))
  parsing.expect(')')
  return list
}

function parseFunction(parsing: Parsing, name: string): Expression {
  if (name === 'COUNT' && parsing.take('*')) {
    parsing.expect(')')
    return { is: 'aggregate', name, of: null }
  }
  const of = parseList(parsing)
  const aggregate = AGGREGATES.find((each) => each === name)
  const [only, another] = of
  if (!aggregate || !only || another) throw new Error(`function ${name} of ${of.length}`)
  return { is: 'aggregate', name: aggregate, of: only }
}
