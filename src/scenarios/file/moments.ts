/** Which named moments each service passes, and about which operations. A gremlin that waits for others would wait for ever. */

import type { Operation } from '../../core/call.ts'
import { POINTS, type Point } from '../../core/point.ts'
import { REQUEST_KINDS } from '../../core/purchase.ts'
import type { ServiceName } from '../../core/topology.ts'

type Moments = Readonly<Partial<Record<Point, readonly Operation[]>>>

/** What changes something is committed; a query passes no moment. */
const CHANGES: readonly Operation[] = ['do', 'undo', 'prepare', 'commit', 'abort']
const EVERY_CHANGE: Moments = { 'before-work': CHANGES, 'after-commit': CHANGES }
/** In doubt it asks its coordinator. */
const ASKS: Moments = { ...EVERY_CHANGE, 'while-recovering': ['inquire'] }

/** A moment of the coordinator's own is about one step, or about the whole order (`place`). */
const MOMENTS: Readonly<Record<ServiceName, Moments>> = {
  order: {
    'before-work': ['place', 'inquire'],
    'after-commit': ['place'],
    'after-vote': ['prepare'],
    'before-decision': ['place'],
    'after-decision': ['place'],
    'between-commits': ['commit'],
    'between-steps': ['do'],
    'while-compensating': ['undo'],
    'while-recovering': ['place'],
  },
  payment: {
    'before-work': [...CHANGES, 'inquire'],
    'after-commit': [...CHANGES, 'inquire'],
    // It also takes up the charges and holds that a crash left open.
    'while-recovering': ['do', 'prepare', 'inquire'],
  },
  inventory: ASKS,
  bank: ASKS,
  notification: EVERY_CHANGE,
  fx: EVERY_CHANGE,
  logging: EVERY_CHANGE,
}

/** The moments that a service passes, in the order of `POINTS`. */
export function momentsOf(service: ServiceName): readonly Point[] {
  return POINTS.filter((point) => MOMENTS[service][point] !== undefined)
}

/** What a service is asked for, or asks for, when it passes this moment; nothing where it never does. */
export function operationsAt(service: ServiceName, point: Point): readonly Operation[] {
  return MOMENTS[service][point] ?? []
}

/** What a service can be asked to do. */
export function operationsOf(service: ServiceName): readonly Operation[] {
  if (service === 'order') return ['place', 'inquire']
  if (service === 'payment') return [...CHANGES, 'inquire']
  return service === 'inventory' || service === 'bank' ? ['query', ...CHANGES] : CHANGES
}

/** What a service is asked about, or, at a moment of its own, is about to do or to ask. */
export function effectsOf(service: ServiceName): readonly string[] {
  return EFFECTS[service]
}

/** What that operation can be about there. */
export function effectsFor(service: ServiceName, operation: Operation): readonly string[] {
  // A buyer's request is of its kind; what else passes there is about a step.
  if (service === 'order') return operation === 'place' ? REQUEST_KINDS : ['deduct', 'charge']
  if (service === 'inventory') return operation === 'query' ? ['stock'] : ['deduct']
  return EFFECTS[service]
}

const EFFECTS: Readonly<Record<ServiceName, readonly string[]>> = {
  order: [...REQUEST_KINDS, 'deduct', 'charge'],
  payment: ['charge'],
  inventory: ['deduct', 'stock'],
  notification: ['notify'],
  bank: ['charge'],
  fx: ['quote'],
  logging: ['history'],
}
