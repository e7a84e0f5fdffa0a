/** Why a change cannot be made in a variant that goes on. */

import { type Change, isGremlinChange, isPolicyChange, isWorkflowChange, nameOfChange } from '../core/change.ts'
import type { LivePhase } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import { unknownName } from './file/nearest.ts'
import { type LiveState, placesOf } from './live-state.ts'
import { workflowChoices } from './workflow-choices.ts'

/** By hand, in one variant: a scenario file takes no more. */
export const MOST_CHANGES = 1_000

export interface Changing {
  readonly variant: Variant
  readonly phase: LivePhase
  readonly state: LiveState
  /** Made by hand so far. */
  readonly made: number
}

const OPEN: readonly LivePhase[] = ['traffic', 'ready']

/** A sentence for each change that cannot be made. */
export function refusalsOf(changes: readonly Change[], changing: Changing): string[] {
  const { phase, made } = changing
  if (!OPEN.includes(phase)) return [`nothing can be changed now: ${WORDS[phase]}`]
  if (made + changes.length > MOST_CHANGES) return [`no more than ${MOST_CHANGES} changes can be made in one run`]
  return changes.flatMap((change) => refusalOf(change, changing) ?? [])
}

const WORDS: Readonly<Record<LivePhase, string>> = {
  starting: 'the services are starting',
  'warming-up': 'the services are warming up',
  ready: 'the services are ready',
  traffic: 'the traffic goes on',
  'waiting-for-quiet': 'the last buyer has gone, and nothing strikes any more',
  auditing: 'the ledgers are being read',
  over: 'the run is over',
}

function refusalOf(change: Change, { variant, phase, state }: Changing): string | undefined {
  if (isPolicyChange(change)) {
    const places = placesOf(variant)
    const edges = places.get(change.policy)
    if (!edges) return unknownName(`policy of ${variant.name}`, change.policy, places.keys())
    const { edge } = change
    return edge === null || edges.includes(edge) ? undefined : `${variant.name} has no ${change.policy} on ${edge}`
  }
  if (isWorkflowChange(change)) {
    const choices = workflowChoices(variant)
    const name = change.workflow.workflow
    return choices.includes(name) ? undefined : unknownName(`workflow for ${variant.name}`, name, choices)
  }
  if (isGremlinChange(change)) {
    if (variant.gremlins === 'none') return `${variant.name} is a control arm, which meets no gremlin`
    if (change.setting && change.setting.name !== change.gremlin)
      return `${nameOfChange(change)}: its setting has another name`
    const names = state.gremlins.map(({ name }) => name)
    return change.setting || names.includes(change.gremlin)
      ? undefined
      : unknownName('gremlin of this run', change.gremlin, names)
  }
  return phase === 'ready' ? 'there is no traffic of the lab’s own to stop' : undefined
}
