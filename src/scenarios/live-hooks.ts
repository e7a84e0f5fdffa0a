/** What a run does for whoever watches it and changes it while it goes on. */

import type { PurchaseId } from '../core/call.ts'
import type { Change, Switch } from '../core/change.ts'
import type { LivePhase } from '../core/live.ts'
import type { Variant } from '../core/pattern.ts'
import type { VariantResult } from '../core/result.ts'
import type { RecordOfPurchase } from '../runtime/real/follow-ledgers.ts'
import type { LiveHearer } from '../runtime/real/live-hearer.ts'

/** What there is of a variant's world to watch and to change. */
export interface LiveWorld {
  /** Makes it so much later; where time cannot be turned, at once. */
  change(change: Change, inMs: number): void
  /** On the clock of the journals. */
  nowMs(): number
  /** Has heard what was written since the last time. */
  poll(): void
  /** All that is on record of a purchase; undefined: it cannot be read now. */
  recordOf?(purchase: PurchaseId): RecordOfPurchase | undefined
  /** Reads no more; to be called before the stores are closed. */
  close(): void
}

/** One variant of a run, as it is watched. */
export interface LiveStage {
  readonly hearer: LiveHearer
  opened(world: LiveWorld): void
  phase(phase: LivePhase): void
  /** The traffic starts then, on the clock of the journals. */
  started(trafficStartMs: number): void
  /** Nothing can be changed any more, and nothing is written. @returns what was changed by hand */
  closing(): readonly Switch[]
  judged(result: VariantResult): void
}

export interface LiveHooks {
  /** Of a virtual run: so many times as fast as the machine's clock. */
  readonly speed: number
  /** Whether all variants go on at the same time, where the world can do that. */
  readonly sideBySide: boolean
  stage(variant: Variant): LiveStage
}
