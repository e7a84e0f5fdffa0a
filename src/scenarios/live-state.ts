/** How things stand in a variant after the changes that were made: what a watcher is shown of its toggles. */

import { type Change, isGremlinChange, isPolicyChange, isWorkflowChange } from '../core/change.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { GremlinView, PolicyView } from '../core/live.ts'
import type { Variant, WorkflowSetting } from '../core/pattern.ts'
import type { Scenario } from '../core/scenario.ts'
import { EDGES, type Edge } from '../core/topology.ts'

type Where = Edge | 'door'

export interface LiveState {
  readonly gremlins: readonly (GremlinSetting & Pick<GremlinView, 'state'>)[]
  readonly policies: readonly PolicyView[]
  /** Each policy at each of its places. */
  readonly places: readonly { readonly policy: string; readonly edge: Where; readonly on: boolean }[]
  readonly workflow: WorkflowSetting
  readonly trafficOn: boolean
}

/** @param changes all so far, in the order in which they were made: the scenario's that were due, and others */
export function stateAfter(scenario: Scenario, variant: Variant, changes: Iterable<Change>): LiveState {
  const gremlins = new Map(gremlinsOf(scenario, variant).map((each) => [each.name, each]))
  const off = new Set<string>()
  const places = placesOf(variant)
  let workflow = variant.workflow
  let trafficOn = true
  for (const change of changes) {
    if (isGremlinChange(change)) {
      const before = change.setting ?? gremlins.get(change.gremlin)
      const own = scenario.gremlins.find(({ name }) => name === change.gremlin)
      if (change.scheduled && own) gremlins.set(own.name, { ...own, state: 'scheduled' })
      else if (before) {
        const { probability = before.probability } = change
        gremlins.set(change.gremlin, { ...before, probability, state: change.on ? 'on' : 'off' })
      }
    } else if (isPolicyChange(change)) {
      for (const edge of places.get(change.policy) ?? []) {
        if (change.edge !== null && change.edge !== edge) continue
        if (change.on) off.delete(`${change.policy} ${edge}`)
        else off.add(`${change.policy} ${edge}`)
      }
    } else if (isWorkflowChange(change)) workflow = change.workflow
    else trafficOn = change.traffic === 'on'
  }
  const isOn = (policy: string, edge: Where) => !off.has(`${policy} ${edge}`)
  return {
    gremlins: [...gremlins.values()],
    policies: [...places].map(([policy, edges]) => ({ policy, edges, on: edges.some((edge) => isOn(policy, edge)) })),
    places: [...places].flatMap(([policy, edges]) => edges.map((edge) => ({ policy, edge, on: isOn(policy, edge) }))),
    workflow,
    trafficOn,
  }
}

function gremlinsOf({ gremlins }: Scenario, variant: Variant): LiveState['gremlins'] {
  return variant.gremlins === 'none' ? [] : gremlins.map((each) => ({ ...each, state: 'scheduled' as const }))
}

/** Where each policy of the variant stands, in the order of the variant. */
export function placesOf({ edges, door }: Variant): Map<string, Where[]> {
  const places = new Map<string, Where[]>()
  const all: [Where, Variant['door']][] = [
    ...EDGES.map((edge): [Where, Variant['door']] => [edge, edges[edge]]),
    ['door', door],
  ]
  for (const [where, settings] of all) {
    for (const { policy } of settings) places.set(policy, [...new Set([...(places.get(policy) ?? []), where])])
  }
  return places
}
