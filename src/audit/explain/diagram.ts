/** One purchase's sequence diagram, as data. */

import type { JournalLine } from '../../core/event.ts'
import type { PurchaseFacts } from '../../core/invariant.ts'
import type { Diagram } from '../../core/story.ts'

/** Null when there is nothing to draw. */
export function diagramOf(lines: readonly JournalLine[], facts: PurchaseFacts | null): Diagram | null {
  if (lines.length === 0 || facts === null) return null
  return { lanes: ['buyer'], messages: [], marks: [], absences: [], leftOut: 0 }
}
