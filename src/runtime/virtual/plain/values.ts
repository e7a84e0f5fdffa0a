/** How SQLite converts and compares values, as far as it is used. What would come out otherwise is an error. */

import type { Value } from '../../../core/env.ts'
import type { Affinity } from './syntax.ts'

/** Text that begins as a number, and text that is one, with the space that SQLite allows. */
const NUMBER_FIRST = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/
const NUMERIC = new RegExp(`${NUMBER_FIRST.source}[ \\t\\n\\v\\f\\r]*$`)
/** With more digits SQLite knows integers that JavaScript does not. */
const MOST_DIGITS = 15
/** What is so far from zero is never an integer to SQLite. */
const BEYOND_INTEGERS = 2 ** 63
/** Between these SQLite writes a real number without an exponent. */
const SMALL_REAL = 1e-4
const LARGE_REAL = 1e15

/** Here SQLite would do something else, so that nothing is done. */
export class Unlike extends Error {}

/** A value as it arrives: text is kept as UTF-8, which has no lone surrogates; what is no number is nothing. */
export function arriving(value: Value | undefined): Value {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed()
  if (typeof value === 'number') return Number.isNaN(value) ? null : value
  if (value === null) return null
  throw new TypeError(`a ${typeof value} cannot be kept`)
}

/** A number into a column of text. Numbers that arrive are reals to SQLite, and it shows. */
export function asText(value: Value): Value {
  if (typeof value !== 'number') return value
  const size = Math.abs(value)
  if (size < LARGE_REAL && Number.isInteger(value)) return `${value}.0`
  // With up to 15 digits both write the same ones.
  if (size < LARGE_REAL && size >= SMALL_REAL && Number(value.toPrecision(MOST_DIGITS)) === value) return String(value)
  throw new Unlike(`${value} as a text`)
}

/** Text into a comparison with a number, or into a column of numbers. Stays text where it is no number. */
export function asNumber(value: Value): Value {
  return typeof value === 'string' && NUMERIC.test(value) ? numberIn(value) : value
}

/** Text in arithmetic: the number that it begins with, or 0. */
export function forArithmetic(value: string | number): number {
  return typeof value === 'number' ? value : numberIn(value)
}

function numberIn(text: string): number {
  const digits = NUMBER_FIRST.exec(text)?.[1] ?? '0'
  if (digits.replaceAll(/[eE].*|\D/g, '').length > MOST_DIGITS) throw new Unlike(`'${text}' as a number`)
  // Adding 0 makes 0 of -0.
  return Number(digits) + 0
}

function intoInteger(value: Value): Value {
  const number = asNumber(value)
  if (typeof number !== 'number') return number
  if (Number.isInteger(number) && !Number.isSafeInteger(number) && Math.abs(number) < BEYOND_INTEGERS) {
    throw new Unlike(`${number} is too large to be kept as an integer`)
  }
  return number + 0
}

function intoReal(value: Value): Value {
  const number = asNumber(value)
  return typeof number === 'number' ? number + 0 : number
}

/** What a column makes of a value that is put into it. */
export const INTO: Readonly<Record<Affinity, (value: Value) => Value>> = {
  TEXT: asText,
  INTEGER: intoInteger,
  REAL: intoReal,
}

/** The order of values: nothing, numbers, text. */
export function compareValues(left: Value, right: Value): number {
  if (left === right) return 0
  if (typeof left === 'number' && typeof right === 'number') return left < right ? -1 : 1
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  return rankOf(left) - rankOf(right)
}

function rankOf(value: Value): number {
  return value === null ? 0 : typeof value === 'number' ? 1 : 2
}

const FIRST_SURROGATE = 0xd800
const AFTER_SURROGATES = 0xe000

/**
 * In the order of UTF-8's bytes, which is that of code points. UTF-16 agrees, but that surrogates, which stand for everything
 * beyond 0xffff, lie below 0xe000 to 0xffff.
 */
function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const one = left.charCodeAt(at)
    const other = right.charCodeAt(at)
    if (one !== other) return inOrderOfPoints(one) < inOrderOfPoints(other) ? -1 : 1
  }
  return left.length - right.length
}

function inOrderOfPoints(unit: number): number {
  return unit >= FIRST_SURROGATE && unit < AFTER_SURROGATES ? unit + AFTER_SURROGATES : unit
}

/** What SQLite says when a row breaks a rule of its table. */
export function constraintFailed(rule: 'NOT NULL' | 'UNIQUE', table: string, columns: readonly string[]): Error {
  const names = columns.map((column) => `${table}.${column}`).join(', ')
  return Object.assign(new Error(`${rule} constraint failed: ${names}`), { code: 'ERR_SQLITE_ERROR' })
}

export function datatypeMismatch(): Error {
  return Object.assign(new Error('datatype mismatch'), { code: 'ERR_SQLITE_ERROR' })
}
