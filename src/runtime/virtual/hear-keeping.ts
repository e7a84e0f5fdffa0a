/** Lets somebody hear what the nodes of a virtual world write, while they write it. */

import type { LiveHearer } from '../real/live-hearer.ts'
import type { Keeping } from './keeping.ts'

/** The same, with a copy of each journal line, purchase and answer. Nobody hears a line that a dead node did not write. */
export function hearKeeping(keeping: Keeping, hearer: Omit<LiveHearer, 'entry'>): Keeping {
  return {
    ...keeping,
    journal(owner) {
      const journal = keeping.journal(owner)
      const { node, incarnation, nowMs } = owner
      let closed = false
      return {
        record(event) {
          journal.record(event)
          if (!closed) hearer.line({ atMs: Math.round(nowMs() * 1_000) / 1_000, node, incarnation, ...event })
        },
        flush: journal.flush,
        close() {
          closed = true
          journal.close()
        },
      }
    },
    record() {
      const record = keeping.record()
      return {
        purchase(purchase) {
          record.purchase(purchase)
          hearer.wanted(purchase)
        },
        told(told) {
          record.told(told)
          hearer.told(told)
        },
        close: record.close,
      }
    },
  }
}
