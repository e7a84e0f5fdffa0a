/** `replay.json`, version 1: how a run went that was had again, beside how it went before. A table of it is a pure function of it. */

import type { Decision } from './decision.ts'
import type { InvariantName } from './invariant.ts'
import type { PurchaseClass } from './purchase.ts'
import type { Result, Verdict } from './result.ts'
import type { ServiceName } from './topology.ts'

export const REPLAY_FILE = 'replay.json'

/** What was had again. */
export interface Recorded {
  /** A file holds strikes and no outcomes: then only the strikes can be compared. */
  readonly what: 'run' | 'file'
  /** `<scenario>/<run>`, or the file as it was named. */
  readonly name: string
  /** Null for a file. */
  readonly mode: Result['mode'] | null
  /** Of Faultline; null where it is not on record. */
  readonly version: string | null
}

/** A strike that was due and did not come: the call, or the moment, never got there. */
export interface MissedStrike extends Decision {
  readonly on: ServiceName
}

export interface StrikeFidelity {
  /** Each coin once. */
  readonly due: number
  readonly hit: number
  /** The first ones, at most `MOST_LISTED`. */
  readonly missed: readonly MissedStrike[]
  /** Strikes that nobody asked for; there should be none. */
  readonly besides: number
}

/** How a purchase ended, in ledgers and for its buyer. */
export interface PurchaseEnd {
  /** Null for what is no order. */
  readonly class: PurchaseClass | null
  /** The last answer; null: there was none. */
  readonly told: string | null
  /** The reason that came with it. Told, but not compared. */
  readonly reason: string | null
}

export interface EndDifference {
  readonly purchase: string
  /** Null: the purchase was not made. */
  readonly before: PurchaseEnd | null
  readonly now: PurchaseEnd | null
}

export interface EndFidelity {
  /** Purchases of both runs. */
  readonly compared: number
  readonly same: number
  /** Whether all of them are orders. */
  readonly onlyOrders: boolean
  /** The first ones of the traffic, at most `MOST_LISTED`. */
  readonly differing: readonly EndDifference[]
}

export interface ViolationCounts {
  readonly invariant: InvariantName
  /** Null: not on record. */
  readonly before: number | null
  readonly now: number
}

/** Compared only where both runs are virtual. */
export interface ByteFidelity {
  /** Journals, and the variant's part of `result.json`. */
  readonly files: number
  readonly bytes: number
  /** At most `MOST_LISTED`. */
  readonly differing: readonly string[]
}

export interface ReplayedVariant {
  readonly name: string
  /** How many changes, made by hand before, were made again at their times; absent: none. */
  readonly changesMade?: number
  readonly strikes: StrikeFidelity
  /** Null where there are no outcomes to compare with. */
  readonly ends: EndFidelity | null
  /** Invariants that were violated before or now. */
  readonly violations: readonly ViolationCounts[]
  readonly verdict: { readonly before: Verdict | null; readonly now: Verdict }
  readonly bytes: ByteFidelity | null
}

/**
 * `same`: every strike hit and every verdict as it was. `lab-failed`: the virtual world did not repeat itself, although it is of the
 * same version: it must. `incomplete`: the replay did not go to its end, so that nothing can be said.
 */
export type Faithfulness = 'same' | 'differs' | 'lab-failed' | 'incomplete'

export interface Replay {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly seed: number
  readonly recorded: Recorded
  /** The world in which it was had again, and Faultline's version. */
  readonly mode: Result['mode']
  readonly version: string
  readonly faithfulness: Faithfulness
  readonly variants: readonly ReplayedVariant[]
}

/** Of anything that is listed. */
export const MOST_LISTED = 20
