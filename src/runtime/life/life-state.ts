/** What the parts of one life share: what it is made of, and what it is doing. */

import type { Call } from '../../core/call.ts'
import type { GremlinChange } from '../../core/change.ts'
import type { Clock, Env } from '../../core/env.ts'
import type { CallInFlight } from '../../core/event.ts'
import type { Layer } from '../../core/layer.ts'
import type { WorkflowSetting } from '../../core/pattern.ts'
import type { Point } from '../../core/point.ts'
import type { Service, ServiceSetup } from '../../core/service.ts'
import type { Edge } from '../../core/topology.ts'
import type { Journal } from '../real/journal.ts'
import type { LifeSetup } from '../real/messages.ts'
import type { SqliteStore } from '../real/store.ts'

/** What the composition root decides for one node. */
export interface NodeParts {
  readonly service: Service
  readonly setup: ServiceSetup
  /** Policies of each edge that starts at this service, outermost first. */
  readonly edges: ReadonlyMap<Edge, readonly Layer[]>
  readonly door: readonly Layer[]
  /** One for each policy, on the edges and at the door. */
  readonly switches: readonly PolicySwitch[]
  /** Between the door and the handler; undefined: the machine is the only limit. */
  readonly capacity: Layer | undefined
  /** Gremlins around the handler, and at each point of the work. */
  readonly gremlins: Layer
  /** Undefined: nobody waits there. */
  atPoint(point: Point): Layer | undefined
  windows(env: Env, healed: AbortSignal): Promise<void>
  /** Lets a gremlin loose or holds it back. @returns whether it is one of this service's */
  changeGremlin(change: GremlinChange): boolean
  /** New orders go by it. @returns whether this service has orders */
  changeWorkflow(workflow: WorkflowSetting): boolean
}

/** A policy that can be taken out and put back while calls go on. */
export interface PolicySwitch {
  readonly policy: string
  readonly edge: Edge | 'door'
  turn(on: boolean): void
}

/** What a life stands in: a process, or a place in the virtual world. Both hold one life after the other. */
export interface Host {
  /** The calls of this life along an edge, between policies and callee. Throws `CallError`. */
  wire(edge: Edge, env: Env): Call
  setListening(on: boolean): Promise<void>
  /** Ends the life as SIGKILL does. Never returns. */
  crash(): Promise<never>
  /** The lab itself has failed: the run must end with ERROR. */
  fail(error: Error): void
}

export interface LifeState {
  readonly setup: LifeSetup
  readonly store: SqliteStore
  readonly journal: Journal
  readonly host: Host
  readonly lifetime: AbortController
  readonly clock: Clock
  readonly inFlight: Map<number, CallInFlight>
  background: number
  /** Who waits at each point that was passed; undefined: nobody. */
  readonly points: Map<Point, Call | undefined>
  /** False: a gremlin has cut the node off, and none of its calls gets out. */
  reaching: boolean
  strikes: number
}

/** Work of a life that is over may fail as it likes; anything else is a bug. */
export function reportUnlessOver(state: LifeState, error: Error): void {
  if (!state.lifetime.signal.aborted) state.host.fail(error)
}
