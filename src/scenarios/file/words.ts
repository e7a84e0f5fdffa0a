/** What a schema's complaint says in plain words, with the nearest valid name. */

import type { z } from 'zod'
import { nearest, unknownName } from './nearest.ts'

type Issue = z.core.$ZodIssue
type Schema = z.core.$ZodType
type Path = readonly PropertyKey[]

/** One complaint in words; `path` leads from the checked value to the thing it is about. */
export interface Complaint {
  readonly path: Path
  readonly message: string
  readonly part: 'value' | 'key'
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of names to values',
  record: 'a mapping of names to values',
  nonoptional: 'a value',
}

/** A value as a message shows it; long ones are cut. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  const text = String(value)
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text
  return typeof value === 'string' ? `the text '${short}'` : short
}

/** All complaints of a failed check of `value` against `schema`. `extraKeys` are also valid at the top, checked elsewhere. */
export function complaintsOf(
  issues: readonly Issue[],
  value: unknown,
  schema: Schema,
  extraKeys: readonly string[] = [],
): Complaint[] {
  return issues.flatMap((issue): Complaint[] => {
    const at = (message: string): Complaint[] => [{ path: issue.path, message, part: 'value' }]
    switch (issue.code) {
      case 'unrecognized_keys': {
        const known = [...(issue.path.length === 0 ? extraKeys : []), ...keysAt(schema, issue.path)]
        return issue.keys.map((key) => ({
          path: [...issue.path, key],
          // Another form of the same thing has this key: the nearest name would be itself.
          message: known.includes(key) ? 'does not go with the other values here; remove it' : unknownKey(key, known),
          part: 'key' as const,
        }))
      }
      case 'invalid_union':
        return bestBranch(issue, value, schema)
      case 'invalid_type':
        return at(wrongType(issue.expected, valueAt(value, issue.path)))
      case 'invalid_value':
        return at(wrongValue(issue.values.map(String), valueAt(value, issue.path)))
      case 'too_big':
        return at(limit(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum))
      case 'too_small':
        return at(limit(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum))
      case 'invalid_key':
        return [{ path: issue.path, message: issue.issues[0]?.message ?? issue.message, part: 'key' }]
      default:
        return at(issue.message)
    }
  })
}

/** The remedy for a key that nobody knows. */
export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known)
  if (near !== undefined) return `unknown key; did you mean '${near}'?`
  return known.length === 0
    ? 'unknown key; nothing is expected here'
    : `unknown key; known here: ${[...new Set(known)].join(', ')}`
}

function wrongType(expected: string, value: unknown): string {
  const kind = KINDS[expected] ?? expected
  return value === undefined || value === null ? `is missing; give ${kind}` : `must be ${kind}, not ${describe(value)}`
}

function wrongValue(values: readonly string[], value: unknown): string {
  const choice = values.length === 1 ? `'${values[0]}'` : `one of ${values.join(', ')}`
  if (value === undefined || value === null) return `is missing; give ${choice}`
  if (typeof value === 'string' && values.length > 1) return unknownName('value', value, values)
  return `must be ${choice}, not ${describe(value)}`
}

function limit(origin: string, relation: string, bound: number | bigint): string {
  const things = Number(bound) === 1 ? ['entry', 'character'] : ['entries', 'characters']
  if (origin === 'array' || origin === 'set' || origin === 'record' || origin === 'map')
    return `must have ${relation} ${bound} ${things[0]}`
  if (origin === 'string') return `must have ${relation} ${bound} ${things[1]}`
  return `must be ${relation} ${bound}`
}

/** Of several allowed forms, the one that came nearest: the fewest complaints, and the deepest. */
function bestBranch(issue: z.core.$ZodIssueInvalidUnion, value: unknown, schema: Schema): Complaint[] {
  const here = valueAt(value, issue.path)
  const branches: Issue[][] = issue.errors.filter((branch) => branch.length > 0)
  const depth = (branch: readonly Issue[]) => Math.max(...branch.map(({ path }) => path.length))
  const [best] = branches.sort((a, b) => depth(b) - depth(a) || a.length - b.length)
  if (issue.errors.length === 0 && 'options' in issue && issue.options) {
    // A discriminated union: the path leads to the field that chooses the form.
    const choices = issue.options.filter((choice) => choice !== undefined).map(String)
    return [{ path: issue.path, message: wrongValue(choices, here), part: 'value' }]
  }
  if (!best) return [{ path: issue.path, message: issue.message, part: 'value' }]
  const options = optionsAt(schema, issue.path)
  const inner = options[(issue.errors as Issue[][]).indexOf(best)]
  const known = [...new Set(options.flatMap((option) => keysAt(option, [])))]
  const found = inner ? complaintsOf(best, here, inner, known) : complaintsOf(best, here, schema)
  return found.map((complaint) => ({ ...complaint, path: [...issue.path, ...complaint.path] }))
}

function valueAt(value: unknown, path: Path): unknown {
  let here = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined
    here = (here as Record<PropertyKey, unknown>)[key]
  }
  return here
}

/** The schemas that may describe what `schema` says about `path`; wrappers such as defaults are looked through. */
function schemasAt(schema: Schema, path: Path): Schema[] {
  const def = schema._zod.def as unknown as Readonly<Record<string, unknown>> & { type: string }
  const [key, ...rest] = path
  const through = def.innerType ?? (def.type === 'pipe' ? def.in : undefined)
  if (through) return schemasAt(through as Schema, path)
  if (def.type === 'union')
    return path.length === 0 ? [schema] : (def.options as Schema[]).flatMap((option) => schemasAt(option, path))
  if (key === undefined) return [schema]
  const shape = def.shape as Readonly<Record<PropertyKey, Schema>> | undefined
  const next = shape && Object.hasOwn(shape, key) ? shape[key] : (def.element ?? def.valueType)
  return next ? schemasAt(next as Schema, rest) : []
}

function optionsAt(schema: Schema, path: Path): readonly Schema[] {
  for (const found of schemasAt(schema, path)) {
    const { options } = found._zod.def as unknown as { options?: readonly Schema[] }
    if (options) return options
  }
  return []
}

/** The keys that `schema` knows at `path`. */
function keysAt(schema: Schema, path: Path): string[] {
  const known = schemasAt(schema, path).flatMap((found) => {
    const { shape, options, keyType } = found._zod.def as unknown as {
      shape?: object
      options?: readonly Schema[]
      keyType?: Schema
    }
    if (shape) return Object.keys(shape)
    // A record whose keys are words of a list.
    const { entries } = (keyType?._zod.def ?? {}) as unknown as { entries?: object }
    if (entries) return Object.keys(entries)
    return options ? options.flatMap((option) => keysAt(option, [])) : []
  })
  return [...new Set(known)]
}
