/** Whether a variant ever passes the moments that a gremlin waits for: one that has nothing to strike proves nothing by sparing it. */

import type { Operation } from '../core/call.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Workflow } from '../core/pattern.ts'
import type { Point } from '../core/point.ts'
import { REQUEST_KINDS, type RequestKind } from '../core/purchase.ts'
import type { TrafficPlan } from '../core/scenario.ts'
import type { ServiceName } from '../core/topology.ts'

type Asks = Pick<Workflow, 'points' | 'operations'>

/** Passed by every request at every service. */
const EVERYWHERE: readonly Point[] = ['before-work', 'after-commit']

/** Whom a request that is no order is passed on to, and what it asks there, whatever the workflow. */
const PASSED_ON: Readonly<Record<RequestKind, Readonly<Partial<Record<ServiceName, Operation>>>>> = {
  order: {},
  stock: { inventory: 'query' },
  notification: { notification: 'do' },
  payment: { payment: 'do', bank: 'do', fx: 'do', logging: 'do' },
}

/** What a service is asked to do under a workflow, or, at a point of the coordinator, what it asks of others. */
function operationsAt(on: ServiceName, atPoints: boolean, { operations }: Asks): readonly Operation[] {
  // A participant that has voted asks what has become of its vote.
  const inquired: readonly Operation[] = operations.includes('prepare') ? ['inquire'] : []
  switch (on) {
    case 'order':
      return ['place', ...inquired, ...(atPoints ? operations : [])]
    case 'payment':
      // The bank asks it what payment asks the order service.
      return [...operations, ...inquired]
    case 'inventory':
    case 'bank':
      // At a point they may be asking themselves.
      return atPoints ? [...operations, ...inquired] : operations
    case 'notification':
    case 'fx':
    case 'logging':
      return ['do']
  }
}

/** Points of a participant are its own affair, so that there every gremlin applies; the coordinator's are the workflow's. */
export function gremlinApplies(
  { on, at, operations }: GremlinSetting,
  workflow: Asks,
  mix: TrafficPlan['mix'],
): boolean {
  const passed = (point: Point) => EVERYWHERE.includes(point) || workflow.points.includes(point)
  if (on === 'order' && at.length > 0 && !at.some(passed)) return false
  const passedOn = REQUEST_KINDS.flatMap((kind) => (mix[kind] > 0 ? (PASSED_ON[kind][on] ?? []) : []))
  const asked = [...operationsAt(on, at.length > 0, workflow), ...passedOn]
  return operations.length === 0 || operations.some((operation) => asked.includes(operation))
}
