/** Short forms: a scenario with some fields overridden, for a run that has to be quick. */

import type { Variant } from '../../core/pattern.ts'
import type { Scenario } from '../../core/scenario.ts'
import { isMapping, type Mapping } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { readScenario, SHORT } from './resolve-scenario.ts'
import { describe } from './words.ts'

/** What a short form says of these is laid over what the scenario says; any other field it replaces as a whole. */
const MERGED: readonly string[] = ['traffic', 'buyers', 'expect']

export interface Written {
  readonly name: string
  readonly body: unknown
  readonly place: Place
  /** The scenario itself, as far as it could be read. */
  readonly scenario: Scenario | undefined
  /** Whether the scenario itself is free of mistakes. */
  readonly sound: boolean
}

/** The scenario's short form; undefined where it has none, or one with mistakes in it, which are then noted. */
export function readShortForm(
  { name, body, place, scenario, sound }: Written,
  known: ReadonlyMap<string, Variant>,
  mistakes: Mistakes,
): Scenario | undefined {
  if (!isMapping(body) || !Object.hasOwn(body, SHORT)) return undefined
  const at = inside(place, SHORT)
  const short = body[SHORT]
  if (!isMapping(short)) {
    mistakes.add(at, `must be a mapping of the scenario's own fields, not ${describe(short)}`)
    return undefined
  }
  if (Object.keys(short).length === 0) {
    mistakes.add(at, "changes nothing; give fields of the scenario, as in 'short: { traffic: { orders: 20 } }'")
    return undefined
  }
  if (Object.hasOwn(short, SHORT))
    mistakes.add(inside(at, SHORT), 'a short form has none of its own; remove this', 'key')
  const placed = placeInShort(mistakes, { short, place, sound })
  const whole = layOver(body, short)
  return readScenario(name, whole, place, withOwn(scenario, whole.variants, known), placed)
}

/** A short form may name the variants that the scenario has written in place, and build on them. */
function withOwn(
  scenario: Scenario | undefined,
  listed: unknown,
  known: ReadonlyMap<string, Variant>,
): ReadonlyMap<string, Variant> {
  const writtenAgain = new Set((Array.isArray(listed) ? listed : []).filter(isMapping).flatMap(Object.keys))
  const own = (scenario?.variants ?? []).filter((variant) => !writtenAgain.has(variant.name))
  return new Map([...own.map((variant) => [variant.name, variant] as const), ...known])
}

function layOver({ [SHORT]: _, ...long }: Mapping, { [SHORT]: __, ...short }: Mapping): Mapping {
  const merged = MERGED.filter((key) => isMapping(long[key]) && isMapping(short[key])).map((key) => {
    return [key, { ...(long[key] as Mapping), ...(short[key] as Mapping) }]
  })
  const whole: Mapping = { ...long, ...short, ...Object.fromEntries(merged) }
  if (!Object.hasOwn(short, 'variants') || !isMapping(whole.expect)) return whole
  return { ...whole, expect: withoutOthers(whole.expect, isMapping(short.expect) ? short.expect : {}, whole.variants) }
}

/** A short form that runs fewer variants need not say again what the others are expected to do. */
function withoutOthers(expect: Mapping, own: Mapping, variants: unknown): Mapping {
  const named = (Array.isArray(variants) ? variants : []).flatMap((each: unknown) =>
    isMapping(each) ? Object.keys(each) : [String(each)],
  )
  const kept = Object.entries(expect).filter(([name]) => Object.hasOwn(own, name) || named.includes(name))
  return Object.fromEntries(kept)
}

/**
 * Mistakes about what the short form says are noted there. The others are the scenario's own, and known already, or, where the
 * scenario has none, come of the two together.
 */
function placeInShort(
  mistakes: Mistakes,
  { short, place, sound }: { short: Mapping; place: Place; sound: boolean },
): Mistakes {
  const depth = place.keys.length
  const isShort = ([key, inner]: Place['keys']): boolean => {
    const said = Object.hasOwn(short, String(key)) ? short[String(key)] : undefined
    if (said === undefined) return false
    if (!MERGED.includes(String(key)) || inner === undefined || !isMapping(said)) return true
    return Object.hasOwn(said, String(inner))
  }
  return {
    ...mistakes,
    add(at, message, part) {
      const keys = at.keys.slice(depth)
      if (isShort(keys)) {
        const shown = at.shown === '' ? SHORT : `${SHORT}.${at.shown}`
        mistakes.add({ keys: [...place.keys, SHORT, ...keys], shown }, message, part)
      } else if (sound) mistakes.add(at, `in the short form: ${message}`, part)
    },
  }
}
