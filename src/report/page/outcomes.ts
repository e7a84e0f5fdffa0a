/** How a cell of the matrix looks: a letter and words for each way in which a purchase can end. */

import type { OutcomeCell } from '../../core/outcomes.ts'
import type { PurchaseClass } from '../../core/purchase.ts'

/** What is no order ends in no class: somebody was told something, or nobody was. */
export type Outcome = PurchaseClass | 'answered' | 'unanswered'

export const OUTCOME_SIGNS: Readonly<Record<Outcome, { readonly letter: string; readonly words: string }>> = {
  confirmed: { letter: 'C', words: 'confirmed' },
  cancelled: { letter: 'X', words: 'cancelled' },
  refused: { letter: 'R', words: 'refused' },
  failed: { letter: 'F', words: 'failed' },
  'in-doubt': { letter: 'D', words: 'in doubt' },
  answered: { letter: 'A', words: 'no order, answered' },
  unanswered: { letter: 'U', words: 'no order, unanswered' },
}

export function outcomeOf(cell: OutcomeCell): Outcome {
  return cell.class ?? (cell.latencyMs === null ? 'unanswered' : 'answered')
}
