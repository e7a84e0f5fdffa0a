/** Policies, workflows and variants: everything that can be compared. */

import type { ZodType } from 'zod'
import type { JsonObject, Layer } from './call.ts'
import type { Env } from './env.ts'
import type { Edge } from './topology.ts'

export type Scope = 'edge' | 'service' | 'run'

/** What a policy's layer is told about its place. */
export interface PolicySite {
  /** `door`: in front of the order service, on the buyers' requests. */
  readonly edge: Edge | 'door'
}

/** A policy: one file in `patterns/policies/` and one line in its catalogue. */
export interface Policy<Options = unknown> {
  readonly name: string
  readonly summary: string
  readonly scope: Scope
  readonly options: ZodType<Options>
  /** Called once for each edge (or service, or run, by `scope`) and incarnation; the closure holds the state. */
  create(options: Options, site: PolicySite): Layer
}

/** How an order ended, as the workflow sees it. `reason` is a stable word for the buyer. */
export interface Outcome {
  readonly state: 'confirmed' | 'cancelled' | 'refused' | 'failed'
  readonly reason: string | null
}

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
  create(options: Options, env: Env): RunningWorkflow
}

/** A workflow inside one incarnation of the order service. */
export interface RunningWorkflow {
  /** Carries the order to its end. Throws nothing but bugs. */
  place(order: Order): Promise<Outcome>
  /** What becomes of an order that an earlier incarnation left open; undefined: it stays open. */
  recover(order: Order): Promise<Outcome | undefined>
}

/** How participants treat idempotency keys. */
export const KEY_MODES = ['ignored', 'as-taught', 'required'] as const
export type KeyMode = (typeof KEY_MODES)[number]

export interface ParticipantOptions {
  readonly keys: KeyMode
  /** `inline`: payment tells logging once, after its commit, and forgets it; `outbox`: kept with the commit, sent until heard. */
  readonly history: 'inline' | 'outbox'
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
}
