/** What a key asks for, as a change of the variant; and how a variant looks once a change is made. */

import { type Change, isGremlinChange, isPolicyChange, isWorkflowChange } from '../core/change.ts'
import type { GremlinView, VariantView } from '../core/live.ts'
import type { Action } from './keys.ts'

/** Chances that a gremlin is stepped through. */
const STRENGTHS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1] as const

/** A change with what it is in words, or why there is none. */
export type Wish = { readonly change: Change; readonly words: string } | { readonly refused: string }

/** What the action changes. `chosen`: the gremlin whose strength is stepped. */
export function wishOf(action: Action, variant: VariantView, chosen: string | null): Wish | undefined {
  if (variant.ghost) return { refused: `${variant.name} is a recording and cannot be changed` }
  if (action.act === 'gremlin') return toggleGremlin(variant.gremlins[action.nth], action.nth)
  if (action.act === 'strength') return stepStrength(chosenOf(variant, chosen), action.step)
  if (action.act === 'policy') {
    const policy = variant.policies[action.nth]
    if (!policy) return { refused: 'no policy has this letter' }
    const on = !policy.on
    return { change: { policy: policy.policy, edge: null, on }, words: `${policy.policy} ${on ? 'on' : 'off'}` }
  }
  if (action.act === 'workflow') return nextWorkflow(variant)
  if (action.act !== 'traffic') return undefined
  return variant.trafficOn
    ? { change: { traffic: 'off' }, words: 'traffic paused' }
    : { change: { traffic: 'on' }, words: 'traffic goes on' }
}

/** The gremlin that was chosen, or else the first one. */
export function chosenOf(variant: VariantView, chosen: string | null): GremlinView | undefined {
  return variant.gremlins.find(({ name }) => name === chosen) ?? variant.gremlins[0]
}

function toggleGremlin(gremlin: GremlinView | undefined, nth: number): Wish {
  if (!gremlin) return { refused: `there is no gremlin ${nth + 1}` }
  const on = gremlin.state === 'off'
  return { change: { gremlin: gremlin.name, on }, words: `${gremlin.name} ${on ? 'let loose' : 'held back'}` }
}

function stepStrength(gremlin: GremlinView | undefined, step: 1 | -1): Wish {
  if (!gremlin) return { refused: 'there is no gremlin' }
  const { name, probability } = gremlin
  const next =
    step > 0
      ? STRENGTHS.find((strength) => strength > probability)
      : STRENGTHS.findLast((strength) => strength < probability)
  if (next === undefined) return { refused: `${name} is as ${step > 0 ? 'strong' : 'weak'} as it gets` }
  return { change: { gremlin: name, on: true, probability: next }, words: `${name} strikes with chance ${next}` }
}

function nextWorkflow({ workflow: { current, choices } }: VariantView): Wish {
  const next = choices[(choices.indexOf(current) + 1) % Math.max(1, choices.length)]
  if (next === undefined || next === current) return { refused: `there is no other workflow than ${current}` }
  return { change: { workflow: { workflow: next, options: {} } }, words: `new orders go by ${next}` }
}

/** The variant as it is when the change is made, so that keys that follow quickly build on each other. */
export function withChange(variant: VariantView, change: Change): VariantView {
  if (isPolicyChange(change)) {
    const policies = variant.policies.map((one) => (one.policy === change.policy ? { ...one, on: change.on } : one))
    return { ...variant, policies }
  }
  if (isGremlinChange(change)) {
    const gremlins = variant.gremlins.map((one): GremlinView => {
      if (one.name !== change.gremlin) return one
      return { ...one, state: change.on ? 'on' : 'off', probability: change.probability ?? one.probability }
    })
    return { ...variant, gremlins }
  }
  if (isWorkflowChange(change)) {
    return { ...variant, workflow: { ...variant.workflow, current: change.workflow.workflow } }
  }
  return { ...variant, trafficOn: change.traffic === 'on' }
}
