import type { JournalLine } from '../../core/event.ts'
import type { LedgerSink } from './follow-ledgers.ts'

/** Hears of what a variant's nodes write, soon after they have written it; each thing once, each node's in its order. */
export interface LiveHearer extends LedgerSink {
  line(line: JournalLine): void
}
