/** Strikes that no variant of the scenario can ever meet, whatever its luck. What only might not come is no mistake. */

import type { Decision } from '../../core/decision.ts'
import type { GremlinSetting } from '../../core/gremlin.ts'
import type { Variant } from '../../core/pattern.ts'
import { REQUEST_KINDS } from '../../core/purchase.ts'
import type { TrafficPlan } from '../../core/scenario.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'
import { gremlinApplies } from '../gremlin-applies.ts'
import { inside, type Mistakes, type Place } from './mistakes.ts'
import { effectsFor } from './moments.ts'

/** A strike that was read, and what it would have to meet. */
export interface Wanted {
  readonly strike: Decision
  readonly setting: GremlinSetting
  readonly traffic: TrafficPlan | undefined
  /** Those of the scenario; undefined where not all of them are known. */
  readonly variants: readonly Variant[] | undefined
}

/** Notes why a strike on a call, or at a moment, cannot come in any variant. */
export function noteNever(wanted: Wanted, place: Place, mistakes: Mistakes): void {
  noteEffect(wanted, place, mistakes)
  const { strike, setting, traffic } = wanted
  const struck = struckOf(wanted, place, mistakes)
  if (!traffic || struck.length === 0) return
  const at = strike.at === undefined ? [] : [strike.at]
  const meets = (only: Pick<GremlinSetting, 'at' | 'operations'>) =>
    struck.some(({ workflow }) => {
      const known = WORKFLOWS[workflow.workflow]
      return known === undefined || gremlinApplies({ ...setting, ...only }, known, traffic.mix)
    })
  if (!meets({ at, operations: [] }))
    mistakes.add(inside(place, 'at'), `no variant of this scenario passes '${strike.at}'; ${REMEDY}`)
  else if (!meets({ at, operations: [strike.operation] })) {
    const what = `no variant of this scenario has ${setting.on} meet '${strike.operation}'`
    mistakes.add(inside(place, 'operation'), `${what}; ${REMEDY}`)
  }
}

const REMEDY = 'add a variant whose workflow does, or remove this strike'

/** Notes that no variant lets gremlins loose at all. */
export function noteCalm({ variants }: Pick<Wanted, 'variants'>, place: Place, mistakes: Mistakes): void {
  struckOf({ variants }, place, mistakes)
}

function struckOf({ variants = [] }: Pick<Wanted, 'variants'>, place: Place, mistakes: Mistakes): readonly Variant[] {
  const struck = variants.filter(({ gremlins }) => gremlins !== 'none')
  if (variants.length > 0 && struck.length === 0)
    mistakes.add(
      place,
      'every variant of this scenario has gremlins: none; add one that has not, or remove this strike',
    )
  return struck
}

function noteEffect({ strike, setting, traffic }: Wanted, place: Place, mistakes: Mistakes): void {
  const { operation, effect } = strike
  const at = inside(place, 'effect')
  const effects = effectsFor(setting.on, operation)
  if (!effects.includes(effect)) {
    mistakes.add(at, `there '${operation}' is never about '${effect}', only about ${effects.join(', ')}`)
    return
  }
  const kind = operation === 'place' ? REQUEST_KINDS.find((each) => each === effect) : undefined
  if (traffic && kind && traffic.mix[kind] === 0)
    mistakes.add(at, `nobody comes for '${kind}' here; give it a share in traffic.mix, or remove this strike`)
}
