/** Switches of a scenario: which policy is taken out or put back, where and when. */

import type { Switch } from '../../core/change.ts'
import type { Variant } from '../../core/pattern.ts'
import { EDGES } from '../../core/topology.ts'
import { POLICIES } from '../../patterns/policies/catalogue.ts'
import { standsIn } from '../missed-switches.ts'
import { checkFields, lookUp } from './check.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { unknownName } from './nearest.ts'
import { edgeNamed } from './resolve-variant.ts'
import { SWITCH_FIELDS } from './schema.ts'

const DOOR = 'door'

/** Reads the list. @param variants those of the scenario, where all of them are known */
export function readSwitches(
  values: readonly unknown[],
  place: Place,
  variants: readonly Variant[] | undefined,
  mistakes: Mistakes,
): Switch[] {
  return values.flatMap((value, index) => readSwitch(value, inside(place, index), variants, mistakes) ?? [])
}

function readSwitch(
  value: unknown,
  place: Place,
  variants: readonly Variant[] | undefined,
  mistakes: Mistakes,
): Switch | undefined {
  const noted = mistakes.count()
  const { atMs, policy, edge: written, on } = checkFields(SWITCH_FIELDS, value, place, mistakes)
  const edge = written === undefined ? null : written === DOOR ? DOOR : edgeNamed(written)
  if (edge === undefined && written !== undefined)
    mistakes.add(inside(place, 'edge'), unknownName('edge', written, [...EDGES, DOOR]))
  const namePlace = inside(place, 'policy')
  if (policy !== undefined) lookUp(POLICIES, { name: policy, namePlace, namePart: 'value' }, 'policy', mistakes)
  if (mistakes.count() > noted || atMs === undefined || policy === undefined || on === undefined) return undefined
  if (edge === undefined) return undefined
  if (variants && !variants.some((variant) => standsIn(variant, { policy, edge }))) {
    const where = edge === null ? '' : edge === DOOR ? ' at its door' : ` on ${edge}`
    const remedy = edge === null ? 'add it to one, or remove this' : 'remove the edge to mean all, or remove this'
    mistakes.add(namePlace, `no variant of this scenario has ${policy}${where}; ${remedy}`)
  }
  return { atMs, policy, edge, on }
}
