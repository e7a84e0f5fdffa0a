/** `outcomes.json`, version 1: how the same purchases ended under each variant, side by side. */

import type { PurchaseId } from './call.ts'
import type { InvariantName } from './invariant.ts'
import type { PurchaseClass, RequestKind } from './purchase.ts'

export interface Outcomes {
  readonly schemaVersion: 1
  /** Purchases of the traffic, of which `rows` are some or all. */
  readonly total: number
  /** How many of them broke something in some variant, or did not end alike in all. */
  readonly differing: number
  /** How the rows were chosen, in a sentence. */
  readonly rule: string
  readonly variants: readonly string[]
  /** In the order of the traffic; at most `MOST_ROWS`. */
  readonly rows: readonly OutcomeRow[]
}

/** More purchases than these are sampled. */
export const MOST_ROWS = 2_000

export interface OutcomeRow {
  readonly purchase: PurchaseId
  readonly kind: RequestKind
  readonly intendedMs: number
  readonly product: string
  readonly quantity: number
  readonly amountCents: number
  /** One for each of `variants`; null where the purchase never arrived. */
  readonly cells: readonly (OutcomeCell | null)[]
}

export interface OutcomeCell {
  /** Null for what is no order: only orders end in a class. */
  readonly class: PurchaseClass | null
  /** The invariants that this purchase broke, in the order of `INVARIANTS`. */
  readonly broken: readonly InvariantName[]
  /** Strikes on its path, or that took one of its calls along. */
  readonly strikes: number
  /** From the intended start to the first final answer; null where there was none. */
  readonly latencyMs: number | null
}
