/** Checks values of a scenario file piece by piece, so that a mistake in one piece never hides one in another. */

import type { ZodType, z } from 'zod'
import { inside, type Mistakes, type Part, type Place, under } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { complaintsOf, describe, unknownKey } from './words.ts'

export type Mapping = Readonly<Record<string, unknown>>

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as `schema` gives it; undefined when it is mistaken, which is then noted. */
export function check<T>(
  schema: ZodType<T>,
  value: unknown,
  place: Place,
  mistakes: Mistakes,
  extraKeys: readonly string[] = [],
): T | undefined {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const { path, message, part } of complaintsOf(parsed.error.issues, value, schema, extraKeys)) {
    const at = path.reduce<Place>((here, key) => inside(here, typeof key === 'number' ? key : String(key)), place)
    mistakes.add(at, message, part)
  }
  return undefined
}

type Fields = Readonly<Record<string, ZodType>>
export type Checked<F extends Fields> = { readonly [K in keyof F]: z.output<F[K]> | undefined }

/** Checks a mapping field by field. Keys that are neither in `fields` nor in `elsewhere` are mistakes. */
export function checkFields<F extends Fields>(
  fields: F,
  value: unknown,
  place: Place,
  mistakes: Mistakes,
  elsewhere: readonly string[] = [],
): Checked<F> {
  const given: Mapping = isMapping(value) ? value : {}
  if (!isMapping(value)) mistakes.add(place, `must be a mapping of names to values, not ${describe(value)}`)
  else noteUnknownKeys(given, [...Object.keys(fields), ...elsewhere], place, mistakes)
  const checked = Object.entries(fields).map(([key, schema]) => {
    if (!isMapping(value)) return [key, undefined]
    return [key, check(schema, own(given, key), inside(place, key), mistakes)]
  })
  return Object.fromEntries(checked) as Checked<F>
}

function noteUnknownKeys(given: Mapping, known: readonly string[], place: Place, mistakes: Mistakes): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) mistakes.add(inside(place, key), unknownKey(key, known), 'key')
  }
}

/** An own property; never one that objects inherit. */
function own<T>(mapping: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined
}

/** A thing named in a list: `timeout`, or `timeout: { afterMs: 1000 }`. */
export interface Named {
  readonly name: string
  readonly body: unknown
  readonly namePlace: Place
  readonly namePart: Part
  /** Where the body's own keys are. Shown without the name: `gremlins[0].on`. */
  readonly bodyPlace: Place
}

/** Reads a name, or one name with something below it. */
export function readNamed(value: unknown, place: Place, what: string, mistakes: Mistakes): Named | undefined {
  if (typeof value === 'string')
    return { name: value, body: null, namePlace: place, namePart: 'value', bodyPlace: place }
  const keys = isMapping(value) ? Object.keys(value) : []
  const [name] = keys
  if (!isMapping(value) || name === undefined || keys.length > 1) {
    const seen = keys.length > 1 ? `${keys.length} names (${keys.slice(0, 3).join(', ')})` : describe(value)
    mistakes.add(place, `must be the name of a ${what}, or one name with its options below it, not ${seen}`)
    return undefined
  }
  const bodyPlace = under(place, name)
  return { name, body: value[name], namePlace: bodyPlace, namePart: 'key', bodyPlace }
}

/** The entry of a catalogue; undefined when there is none of that name, which is then noted with the nearest name. */
export function lookUp<T>(
  catalogue: Readonly<Record<string, T>>,
  { name, namePlace, namePart }: Pick<Named, 'name' | 'namePlace' | 'namePart'>,
  what: string,
  mistakes: Mistakes,
): T | undefined {
  const entry = own(catalogue, name)
  if (entry === undefined) mistakes.add(namePlace, unknownName(what, name, Object.keys(catalogue)), namePart)
  return entry
}
