/** Why one violation came about, as a proof from journals and ledgers alone. See docs/stories.md. */

import type { Claim, Story } from '../../core/story.ts'
import { diagramOf } from './diagram.ts'
import type { Telling } from './telling.ts'

export function explain({ violation, facts, lines }: Telling): Story {
  const rows: Claim = {
    role: 'fact',
    sentence: `${violation.sentence}.`,
    cites: violation.rows.map(({ service, entry }) => ({ source: 'ledger', service, seq: entry.seq })),
  }
  return {
    purchase: violation.purchase ?? null,
    title: violation.sentence,
    proof: rows.cites.length > 0 ? [rows] : [],
    diagram: violation.purchase === undefined ? null : diagramOf(lines, facts),
  }
}
