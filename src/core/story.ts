/**
 * `stories.json`, version 1: why each kind of violation came about, told from journals and ledgers alone. A story belongs to one
 * purchase; violations of the same shape are told once.
 */

import type { PurchaseId } from './call.ts'
import type { InvariantName } from './invariant.ts'
import type { ServiceName } from './topology.ts'

export interface Stories {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly seed: number
  readonly mode: 'real' | 'virtual'
  readonly variants: readonly VariantStories[]
}

export interface VariantStories {
  readonly variant: string
  /** The most frequent shapes of each invariant first, in the order of `INVARIANTS`; at most `MOST_GROUPS`. */
  readonly groups: readonly StoryGroup[]
  /** Violations whose shape has no group here. */
  readonly untold: number
}

/** Most groups of one variant that are told. */
export const MOST_GROUPS = 12
/** Most purchases listed of one group. */
export const MOST_LISTED = 200

/** Violations of one shape: of one invariant, with the same words but for names and figures, after the same kinds of strikes. */
export interface StoryGroup {
  readonly invariant: InvariantName
  /** The violation's sentence with names and figures taken out; a group's name within its variant and invariant. */
  readonly shape: string
  readonly count: number
  /** Purchases with this shape as they were found, the told one first; at most `MOST_LISTED`. */
  readonly purchases: readonly PurchaseId[]
  readonly story: Story
  readonly prevention: Prevention | null
}

export interface Story {
  /** Null when no single purchase is to blame: then there is no diagram either. */
  readonly purchase: PurchaseId | null
  /** One line, such as `p-137 was charged twice`. */
  readonly title: string
  /** In the order of the proof. */
  readonly proof: readonly Claim[]
  readonly diagram: Diagram | null
}

/**
 * A step of the proof. `believed`: what a service, or the buyer, took to be so. `fact`: what a ledger says. `because`: why the
 * one before it. `therefore`: the contradiction. `cause`: which strike set it off. `missing`: what the pattern did not promise.
 */
export const CLAIM_ROLES = ['believed', 'because', 'fact', 'therefore', 'cause', 'missing'] as const
export type ClaimRole = (typeof CLAIM_ROLES)[number]

export interface Claim {
  readonly role: ClaimRole
  /** A whole sentence. */
  readonly sentence: string
  /** Where it is written; empty only for `therefore` and `missing`, which follow from the others. */
  readonly cites: readonly Cite[]
}

/** A ledger's row by its `seq`, a strike or an event of a journal by where and when it was written. Each can be looked up. */
export type Cite =
  | { readonly source: 'ledger'; readonly service: ServiceName; readonly seq: number }
  | {
      readonly source: 'strike'
      readonly gremlin: string
      readonly node: string
      readonly incarnation: number
      readonly atMs: number
    }
  | {
      readonly source: 'journal'
      readonly type: string
      readonly node: string
      readonly incarnation: number
      readonly atMs: number
    }
  /** What the buyer was told, by the buyer's attempt. */
  | { readonly source: 'buyer'; readonly attempt: number }

/** The nearest variant in which the same purchase, with the same luck, broke nothing. */
export interface Prevention {
  readonly variant: string
  /** What that variant has that this one has not, in words: the smallest change of this run that prevents it. */
  readonly change: string
  /** What happened to the purchase there; null where its journal says nothing. */
  readonly diagram: Diagram | null
}

/** A sequence diagram as data: who said what to whom, when, and what became of it. Times are milliseconds after its first moment. */
export interface Diagram {
  /** From left to right: `buyer` first, then the services that took part, in the order of `SERVICES`. */
  readonly lanes: readonly string[]
  /** By the time at which they began. */
  readonly messages: readonly DiagramMessage[]
  /** By their time. */
  readonly marks: readonly DiagramMark[]
  /** When a process was away: from its death until its next life listened; `toMs` null: it never came back. */
  readonly absences: readonly { readonly lane: string; readonly fromMs: number; readonly toMs: number | null }[]
  /** Messages and marks that were left out beyond `MOST_DRAWN`. */
  readonly leftOut: number
}

/** Most messages and marks of one diagram, together. */
export const MOST_DRAWN = 400

export interface DiagramMessage {
  readonly from: string
  readonly to: string
  readonly kind: 'request' | 'answer'
  /** Such as `do charge, try 2` or `503 busy`. */
  readonly label: string
  readonly sentMs: number
  /** Null: it never arrived, and is drawn as lost. */
  readonly arrivedMs: number | null
  /** Why it was lost, or null. */
  readonly lost: string | null
}

/**
 * What happened at one place. `commit`: the work is durable. `strike`: a gremlin. `crash`, `restart`: of the process. `belief`: what
 * the place takes to be so from now on. `fact`: what its ledger says at the end. `policy`: a policy did something.
 */
export const MARK_KINDS = ['commit', 'strike', 'crash', 'restart', 'belief', 'fact', 'policy'] as const
export type MarkKind = (typeof MARK_KINDS)[number]

export interface DiagramMark {
  readonly lane: string
  readonly kind: MarkKind
  readonly atMs: number
  readonly text: string
}
