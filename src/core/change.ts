/** What may change while the traffic goes on: by a scenario's switches, or by whoever watches it live. */

import type { GremlinSetting } from './gremlin.ts'
import type { WorkflowSetting } from './pattern.ts'
import type { Edge } from './topology.ts'

/** A policy is taken out or put back. Calls under way end as they began; its state stays as it was. */
export interface PolicyChange {
  readonly policy: string
  /** Null: wherever the policy stands. */
  readonly edge: Edge | 'door' | null
  readonly on: boolean
}

/** A gremlin is let loose or held back from now on, whatever its own times say. */
export interface GremlinChange {
  /** Its name in the scenario. */
  readonly gremlin: string
  readonly on: boolean
  /** Instead of its own; it stays when the gremlin is held back. */
  readonly probability?: number
  /** By its own times and with its own probability again; then `on` and `probability` mean nothing. */
  readonly scheduled?: true
  /** One that the scenario does not have, or has otherwise: it takes the place of any of this name. Live only. */
  readonly setting?: GremlinSetting
}

/** New orders go by this workflow; those under way end as they began. */
export interface WorkflowChange {
  readonly workflow: WorkflowSetting
}

/** While it is off nobody comes; who is there goes on. Whoever was to come comes as much later. */
export interface TrafficChange {
  readonly traffic: 'on' | 'off'
}

/** What is not named stays as it is. */
export type Change = PolicyChange | GremlinChange | WorkflowChange | TrafficChange

/** A change at its time. */
export type Switch = Change & {
  /** After the traffic's start. */
  readonly atMs: number
}

export function isPolicyChange(change: Change): change is PolicyChange {
  return 'policy' in change
}

export function isGremlinChange(change: Change): change is GremlinChange {
  return 'gremlin' in change
}

export function isWorkflowChange(change: Change): change is WorkflowChange {
  return 'workflow' in change
}

/** What it is about, in a word. */
export function nameOfChange(change: Change): string {
  if (isPolicyChange(change)) return change.policy
  if (isGremlinChange(change)) return change.gremlin
  return isWorkflowChange(change) ? 'the workflow' : 'the traffic'
}

/** Such as `retry off, on order→payment`. */
export function changeInWords(change: Change): string {
  if (isPolicyChange(change)) {
    const { policy, edge, on } = change
    const where = edge === null ? 'wherever it stands' : edge === 'door' ? 'at the door' : `on ${edge}`
    return `${policy} ${on ? 'on' : 'off'}, ${where}`
  }
  if (isGremlinChange(change)) {
    const { gremlin, on, probability, scheduled } = change
    if (scheduled) return `${gremlin} goes by its own times again`
    const strength = probability === undefined ? '' : `, with probability ${probability}`
    return on ? `${gremlin} let loose${strength}` : `${gremlin} held back`
  }
  if (isWorkflowChange(change)) return `new orders go by ${change.workflow.workflow}`
  return change.traffic === 'on' ? 'buyers come again' : 'nobody comes'
}
