/** What there is to watch of a variant whose services are processes: the files that they write. */

import type { Change } from '../core/change.ts'
import { nowMs } from '../runtime/real/clock.ts'
import { followJournals } from '../runtime/real/follow-journals.ts'
import { followLedgers } from '../runtime/real/follow-ledgers.ts'
import type { LiveHearer } from '../runtime/real/live-hearer.ts'
import type { LiveWorld } from './live-hooks.ts'

/** @param folder the variant's */
export function followVariant(folder: string, hearer: LiveHearer, change: (change: Change) => void): LiveWorld {
  const journals = followJournals(folder, hearer.line)
  const ledgers = followLedgers(folder, hearer)
  return {
    change,
    nowMs,
    poll() {
      journals.poll()
      ledgers.poll()
    },
    recordOf: ledgers.recordOf,
    close() {
      journals.close()
      ledgers.close()
    },
  }
}
