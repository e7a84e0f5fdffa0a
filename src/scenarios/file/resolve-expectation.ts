/** What a scenario expects of its variants. */

import type { Variant } from '../../core/pattern.ts'
import { REQUEST_KINDS } from '../../core/purchase.ts'
import type { Bound, Expectation, KindBound, TrafficPlan } from '../../core/scenario.ts'
import { type Checked, checkFields } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { EXPECTATION_FIELDS } from './schema.ts'

/** What a scenario's expectations can be about; undefined where that is mistaken itself. */
export interface Expecting {
  readonly variants: readonly Variant[] | undefined
  /** The variants that the file names for all its scenarios. */
  readonly known: ReadonlyMap<string, Variant>
  readonly mix: TrafficPlan['mix'] | undefined
}

/** What is expected of each variant of a scenario. */
export function readExpectations(
  values: Readonly<Record<string, unknown>>,
  place: Place,
  { variants, known, mix }: Expecting,
  mistakes: Mistakes,
): Record<string, Expectation> {
  const expectations: Record<string, Expectation> = Object.fromEntries(
    (variants ?? []).map(({ name }) => [name, { holds: [], violated: [], allowed: [], bounds: [] }]),
  )
  for (const [variant, value] of Object.entries(values)) {
    const at = inside(place, variant)
    const read = readExpectation(value, at, mix, mistakes)
    if (!variants) continue
    if (Object.hasOwn(expectations, variant)) expectations[variant] = read
    else if (known.has(variant)) {
      mistakes.add(at, `this scenario does not run '${variant}'; add it to variants or remove this`, 'key')
    } else mistakes.add(at, unknownName('variant', variant, Object.keys(expectations)), 'key')
  }
  return expectations
}

export const BOUNDS = [
  ['goodputPerSecondAtLeast', 'goodput-per-second-at-least'],
  ['p50MsAtMost', 'p50-ms-at-most'],
  ['p99MsAtMost', 'p99-ms-at-most'],
  ['confirmedAtLeast', 'confirmed-at-least'],
  ['lossCentsAtMost', 'loss-cents-at-most'],
  ['refusedAtMost', 'refused-at-most'],
  ['failedAtMost', 'failed-at-most'],
  ['failedAtLeast', 'failed-at-least'],
  ['refusedByLockAtLeast', 'refused-by-lock-at-least'],
  ['refusedByLockAtMost', 'refused-by-lock-at-most'],
] as const

export const KIND_BOUNDS = [
  ['goodShareAtLeast', 'good-share-at-least'],
  ['goodShareAtMost', 'good-share-at-most'],
  ['p99MsAtMost', 'focus-p99-ms-at-most'],
] as const

type Fields = Checked<typeof EXPECTATION_FIELDS>

const COUNTS_OF_ORDERS = [
  'confirmedAtLeast',
  'refusedAtMost',
  'failedAtMost',
  'failedAtLeast',
  'refusedByLockAtLeast',
  'refusedByLockAtMost',
] as const

/** Without orders such a bound would never be decided. */
function noteCounts(fields: Fields, place: Place, mix: Expecting['mix'], mistakes: Mistakes): void {
  if (!mix || mix.order > 0) return
  for (const field of COUNTS_OF_ORDERS) {
    if (fields[field] === undefined) continue
    const remedy = 'counts orders, and nobody comes for any here; give order a share in traffic.mix, or remove this'
    mistakes.add(inside(place, field), remedy, 'key')
  }
}

/** A bound on what nobody comes for would never be decided. */
function readKinds(kinds: NonNullable<Fields['kinds']>, place: Place, mix: Expecting['mix'], mistakes: Mistakes) {
  return REQUEST_KINDS.flatMap((kind): KindBound[] => {
    const written = kinds[kind]
    if (!written) return []
    if (mix && mix[kind] === 0) {
      const remedy = `nobody comes for '${kind}' here; give it a share in traffic.mix, or remove this`
      mistakes.add(inside(place, kind), remedy, 'key')
    }
    return KIND_BOUNDS.flatMap(([field, metric]): KindBound[] => {
      const value = written[field]
      return value === undefined ? [] : [{ kind, metric, value }]
    })
  })
}

function readExpectation(value: unknown, place: Place, mix: Expecting['mix'], mistakes: Mistakes): Expectation {
  const fields = checkFields(EXPECTATION_FIELDS, value ?? {}, place, mistakes)
  const { holds = [], violated = [], allowed = [] } = fields
  const seen = new Map<string, string>()
  for (const [list, names] of Object.entries({ holds, violated, allowed })) {
    for (const [index, name] of names.entries()) {
      const before = seen.get(name)
      if (before)
        mistakes.add(
          inside(inside(place, list), index),
          `'${name}' is in '${before}' already; an invariant has one expectation`,
        )
      seen.set(name, list)
    }
  }
  const bounds = BOUNDS.flatMap(([field, metric]): Bound[] => {
    const bound = fields[field]
    return bound === undefined ? [] : [{ metric, value: bound }]
  })
  noteCounts(fields, place, mix, mistakes)
  const ofKinds = readKinds(fields.kinds ?? {}, inside(place, 'kinds'), mix, mistakes)
  return { holds, violated, allowed, bounds: [...bounds, ...ofKinds] }
}
