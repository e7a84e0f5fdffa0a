/** Switches of a scenario that was made of another one, with fewer gremlins or variants. */

import { isGremlinChange, isPolicyChange, type Switch } from '../core/change.ts'
import type { Scenario } from '../core/scenario.ts'
import { standsIn } from '../scenarios/missed-switches.ts'

/** Without those of gremlins that are not there, and of policies that no variant has: no file could hold them. */
export function fitSwitches<Made extends Scenario>(made: Made): Made {
  const { gremlins, variants } = made
  const fits = (change: Switch) => {
    if (isGremlinChange(change)) return gremlins.some(({ name }) => name === change.gremlin)
    return !isPolicyChange(change) || variants.some((variant) => standsIn(variant, change))
  }
  return { ...made, switches: made.switches.filter(fits) }
}
