/** Policies, workflows and variants: everything that can be compared. */

import type { ZodType } from 'zod'
import type { JsonObject, Operation } from './call.ts'
import type { Env, Statement } from './env.ts'
import type { Layer } from './layer.ts'
import type { Point } from './point.ts'
import type { Edge } from './topology.ts'

/**
 * How far a policy's state reaches: one call path (`edge`), or all of them in one service (`service`). No state spans processes:
 * nobody could read it without a call that can fail as well.
 */
export type Scope = 'edge' | 'service'

/** What a policy's layer is told about its place. */
export interface PolicySite {
  /** `door`: in front of the order service, on the buyers' requests. */
  readonly edge: Edge | 'door'
  /** Whether the idempotency key travels here, so that a repeated request has one effect. */
  readonly keyed: boolean
  /** What layers of one scope have in common, made by the first that asks under this name. */
  shared<T>(name: string, make: () => T): T
}

/** A policy: one file in `patterns/policies/` and one line in its catalogue. */
export interface Policy<Options = unknown> {
  readonly name: string
  readonly summary: string
  readonly scope: Scope
  readonly options: ZodType<Options>
  /** Called once for each edge and incarnation; the closure holds the state, `site.shared` what reaches further. */
  create(options: Options, site: PolicySite): Layer
}

/** How an order ended, as the workflow sees it. `reason` is a stable word for the buyer. */
export interface Outcome {
  readonly state: 'confirmed' | 'cancelled' | 'refused' | 'failed'
  readonly reason: string | null
  /** Statements for the workflow's own log, to be committed together with the order's end. */
  readonly records?: readonly Statement[]
}

/**
 * No end yet: a fallback stood in for a step, or the order service died over the order (`coordinator_restarted`). It tries again in
 * the background, under the same keys.
 */
export interface Postponed {
  readonly state: 'pending'
  readonly reason: 'inventory_pending' | 'payment_pending' | 'coordinator_restarted'
}

/** How postponed orders go on. */
export interface Postponing {
  /** So often an order is tried in the background, at most. */
  readonly tries: number
  /** Before the first try; doubled before each further one, up to `mostPauseMs`. */
  readonly firstPauseMs: number
  readonly mostPauseMs: number
  /** One more try, with a deadline of its own. What was done before answers from what was stored under its key. */
  again(order: Order): Promise<Outcome | Postponed>
  /** Ends an order that was tried too often: undoes what may have been done. May be called again after a crash. */
  giveUp(order: Order): Promise<Outcome>
}

/** What a coordinator tells a participant in doubt. `undecided`: ask again later. */
export type Decision = 'commit' | 'abort' | 'undecided'

/** An accepted order, as the order service hands it to a workflow. */
export interface Order {
  readonly id: string
  readonly purchase: string
  /** The buyer's key, or the order's id where the buyer sent none: downstream keys derive from it. */
  readonly key: string
  readonly product: string
  readonly quantity: number
  readonly amountCents: number
  readonly currency: string
  readonly account: string
  readonly deadlineAtMs: number
}

/** A workflow: one file in `patterns/workflows/` and one line in its catalogue. */
export interface Workflow<Options = unknown> {
  readonly name: string
  readonly summary: string
  readonly options: ZodType<Options>
  /**
   * What it asks of participants; a gremlin that waits for other operations has nothing to strike. Beyond `query` and `do` every
   * request needs a key: an undo or a commit must name what it is about.
   */
  readonly operations: readonly Operation[]
  /** The named moments that its orders pass in the order service, beside those of every request. */
  readonly points: readonly Point[]
  /** Whether it can postpone an order. Any other takes the `pending` that a fallback answers for a success. */
  readonly postpones?: boolean
  /** Tables of its log in the order service's store. */
  readonly tables: readonly Statement[]
  create(options: Options, env: Env): RunningWorkflow
}

/** A workflow inside one incarnation of the order service. */
export interface RunningWorkflow {
  /** Carries the order to its end. Throws nothing but bugs. */
  place(order: Order): Promise<Outcome | Postponed>
  /** Only workflows that postpone have it. */
  readonly postponing?: Postponing
  /** What becomes of an order that an earlier incarnation left open; undefined: it stays open. */
  recover(order: Order): Promise<Outcome | Postponed | undefined>
  /** Takes up, in the background, what it still owes orders that have ended. Called once, when the node listens. */
  resume(): void
  /**
   * What a participant in doubt is to be told about an order. `live`: this incarnation is carrying it at the moment. Workflows
   * without votes have none.
   */
  inquire?(orderId: string, live: boolean): Promise<Decision>
}

/** How participants treat idempotency keys. */
export const KEY_MODES = ['ignored', 'as-taught', 'required'] as const
export type KeyMode = (typeof KEY_MODES)[number]

export interface ParticipantOptions {
  readonly keys: KeyMode
  /**
   * How payment tells logging of a payment, and order tells notification of a confirmed order. `inline`: once, after the commit, and
   * forgotten; `outbox`: kept with the commit, sent until heard.
   */
  readonly history: 'inline' | 'outbox'
  /** Whether a vote counts what others hold. `ignored`, as taught: two prepared orders take the last unit. */
  readonly holds: 'counted' | 'ignored'
  /** A prepared participant aborts by itself after this long (a heuristic decision); null: it stays in doubt and asks. */
  readonly reservationMs: number | null
}

export interface BuyerOptions {
  /** The Idempotency-Key the buyer sends: none, a new one at each refresh, or one for the purchase. */
  readonly key: 'none' | 'per-attempt' | 'per-purchase'
}

export interface PolicySetting {
  readonly policy: string
  readonly options: JsonObject
}

export interface WorkflowSetting {
  readonly workflow: string
  readonly options: JsonObject
}

/** One row of the comparison, as data. */
export interface Variant {
  readonly name: string
  readonly summary: string
  readonly workflow: WorkflowSetting
  /** Outermost first. */
  readonly edges: Readonly<Record<Edge, readonly PolicySetting[]>>
  readonly door: readonly PolicySetting[]
  readonly participants: ParticipantOptions
  readonly buyer: BuyerOptions
  /** `none`: the control arm, which meets the same traffic and no gremlin. */
  readonly gremlins: 'all' | 'none'
}
