/** Names and sentences come from files and from services that anyone may replace: nothing in them may steer a terminal or a page. */

import { stripVTControlCharacters } from 'node:util'
import type { Result } from '../core/result.ts'

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]+/gu
/** Direction marks and overrides can make text read as something else; the last two are no characters at all. */
const MISLEADING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g

/** One line of text without escape sequences, control characters, direction overrides and lone surrogates. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, ' ').replace(MISLEADING, '').toWellFormed()
}

function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(cleanDeep)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [cleanText(key), cleanDeep(part)]))
}

/** The same with every string cleaned, names in keys included. Every renderer begins with this. */
export function cleanAll<T>(value: T): T {
  return cleanDeep(value) as T
}

export function cleanResult(result: Result): Result {
  return cleanAll(result)
}
