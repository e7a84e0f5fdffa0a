/** Bodies against their form, with all that is wrong with them at once, in sentences. */

import type { ZodType, z } from 'zod'
import { MOST_DEPTH } from './limits.ts'

type Issue = z.core.$ZodIssue

/** The value in its form; undefined when it has another one, and then the reasons are noted. */
export function check<T>(form: ZodType<T>, value: unknown, place: string, reasons: string[]): T | undefined {
  const checked = form.safeParse(value, { reportInput: true })
  if (checked.success) return checked.data
  const { issues } = checked.error
  for (const issue of issues) if (!isEcho(issue, issues)) reasons.push(...sentencesOf(issue, place))
  return undefined
}

/** What has the wrong type is looked at for its size all the same (a text where a list should be has a length). */
function isEcho(issue: Issue, issues: readonly Issue[]): boolean {
  const at = issue.path.join('\n')
  return issues.some((other) => other !== issue && other.code === 'invalid_type' && other.path.join('\n') === at)
}

function sentencesOf(issue: Issue, place: string): string[] {
  const at = placeOf(issue.path, place)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${inside(at, key)}: is not known here`)
  return [`${at || 'the body'}: ${problemOf(issue)}`]
}

function problemOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${ARTICLES[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      if (issue.input === undefined) return 'is missing'
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    case 'too_big':
      return `must ${sizeOf(issue.origin, `at most ${issue.maximum}`)}`
    case 'too_small':
      return `must ${sizeOf(issue.origin, `at least ${issue.minimum}`)}`
    default:
      return issue.input === undefined ? 'is missing' : issue.message
  }
}

const ARTICLES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

function sizeOf(origin: string, size: string): string {
  if (origin === 'string') return `have ${size} characters`
  return origin === 'array' ? `have ${size} entries` : `be ${size}`
}

function placeOf(path: readonly PropertyKey[], place: string): string {
  return path.reduce<string>((at, key) => inside(at, key), place)
}

/** `changes[0].on`; a key that is no plain word is quoted, whatever is in it. */
export function inside(place: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${place}[${key}]`
  const name = String(key)
  const word = /^[A-Za-z_][A-Za-z0-9_]{0,40}$/.test(name) ? name : JSON.stringify(name.slice(0, 80))
  return place === '' ? word : `${place}.${word}`
}

/** What whoever walks over parsed JSON later would stumble over: levels without end, and a key that is none. */
export function trapIn(value: unknown): string | undefined {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return `has more than ${MOST_DEPTH} levels`
    const objects = level.filter((each) => typeof each === 'object' && each !== null)
    if (objects.some((each) => Object.hasOwn(each, '__proto__'))) return 'has a key __proto__'
    level = objects.flatMap((each) => Object.values(each))
  }
  return undefined
}
