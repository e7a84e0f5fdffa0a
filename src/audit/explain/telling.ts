/** What a story is told from. */

import type { JournalLine } from '../../core/event.ts'
import type { PurchaseFacts, Strike, Violation } from '../../core/invariant.ts'
import type { Variant } from '../../core/pattern.ts'
import type { Scenario } from '../../core/scenario.ts'

export interface Telling {
  readonly scenario: Scenario
  readonly variant: Variant
  readonly violation: Violation
  /** Null when no single purchase is to blame. */
  readonly facts: PurchaseFacts | null
  /** All journal lines about the purchase, sorted by time, as `src/cli/read-journals.ts` collects them. */
  readonly lines: readonly JournalLine[]
  /**
   * Strikes of the variant that neither facts nor lines have, since they are not about this purchase: of windows, and crashes
   * before it came. By time. They explain why somebody could not be reached; without them a story says what the scenario sets.
   */
  readonly others?: readonly Strike[]
}
