/** Why a change cannot be made in a variant that goes on. */

import { type Change, isGremlinChange, isPolicyChange, isWorkflowChange } from '../core/change.ts'
import type { LivePhase } from '../core/live.ts'
import type { Variant, WorkflowSetting } from '../core/pattern.ts'
import { WORKFLOWS } from '../patterns/workflows/catalogue.ts'
import { check } from './file/check.ts'
import { collectMistakes, TOP } from './file/mistakes.ts'
import { unknownName } from './file/nearest.ts'
import { type LiveState, placesOf } from './live-state.ts'
import { workflowChoices } from './workflow-choices.ts'

/**
 * Those of the scenario, and those that are made by hand. A scenario file takes twice as many: what ends by itself or is taken back comes
 * on top.
 */
export const MOST_CHANGES = 500
/** As many as a scenario file takes. */
const MOST_GREMLINS = 100

export interface Changing {
  readonly variant: Variant
  readonly phase: LivePhase
  readonly state: LiveState
  /** So far. */
  readonly made: number
}

const OPEN: readonly LivePhase[] = ['traffic', 'ready']

/** A sentence for each change that cannot be made. */
export function refusalsOf(changes: readonly Change[], changing: Changing): string[] {
  const { phase, made, state } = changing
  if (!OPEN.includes(phase)) return [`nothing can be changed now: ${WORDS[phase]}`]
  if (made + changes.length > MOST_CHANGES) return [`no more than ${MOST_CHANGES} changes can be made in one run`]
  // What the first of them adds the next may name.
  const gremlins = new Set(state.gremlins.map(({ name }) => name))
  const reasons: string[] = []
  for (const change of changes) {
    const reason = refusalOf(change, changing, gremlins)
    if (reason !== undefined) reasons.push(reason)
    else if (isGremlinChange(change) && change.setting) gremlins.add(change.gremlin)
  }
  return reasons
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

function refusalOf(change: Change, { variant, phase }: Changing, gremlins: ReadonlySet<string>): string | undefined {
  if (isPolicyChange(change)) {
    const places = placesOf(variant)
    const edges = places.get(change.policy)
    if (!edges) return unknownName(`policy of ${variant.name}`, change.policy, places.keys())
    const { edge } = change
    return edge === null || edges.includes(edge) ? undefined : `${variant.name} has no ${change.policy} on ${edge}`
  }
  if (isWorkflowChange(change)) return refusalOfWorkflow(change.workflow, variant)
  if (isGremlinChange(change)) {
    const { gremlin: name, setting } = change
    if (variant.gremlins === 'none') return `${variant.name} is a control arm, which meets no gremlin`
    if (setting && setting.name !== name) return `${name}: its setting has another name`
    if (gremlins.has(name)) return undefined
    if (!setting) return unknownName('gremlin of this run', name, gremlins)
    return gremlins.size < MOST_GREMLINS ? undefined : `there are ${MOST_GREMLINS} gremlins already: change one of them`
  }
  return phase === 'ready' ? 'there is no traffic of the lab’s own to stop' : undefined
}

function refusalOfWorkflow({ workflow: name, options }: WorkflowSetting, variant: Variant): string | undefined {
  const choices = workflowChoices(variant)
  const workflow = WORKFLOWS[name]
  if (!choices.includes(name) || !workflow) return unknownName(`workflow for ${variant.name}`, name, choices)
  const mistakes = collectMistakes('', () => ({ line: 0, column: 0 }))
  check(workflow.options, options, { ...TOP, shown: 'options' }, mistakes)
  const reasons = mistakes.inOrder().map(({ path, message }) => `${path} ${message}`)
  return reasons.length > 0 ? `${name}: ${reasons.join(', ')}` : undefined
}
