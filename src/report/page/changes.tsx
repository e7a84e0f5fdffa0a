/** What was changed while the traffic went on, in words: the numbers are those in the pictures. */

import type { ReactNode } from 'react'
import type { Result } from '../../core/result.ts'
import { CHANGE_COLUMNS, changeRows, changesOf } from '../changes.ts'
import { formatCount } from '../format.ts'
import { Section } from './section.tsx'
import { Figures } from './table.tsx'

/** More than anybody makes in a lesson. */
const MOST_LISTED = 200

/** Whether there is anything to list. */
export function anyChanges(result: Result): boolean {
  return changesOf(result).length > 0
}

/** Nothing where nothing was changed. */
export function Changes({ result, most }: { result: Result; most: number }): ReactNode {
  const changes = changesOf(result)
  if (changes.length === 0) return null
  const rows = changeRows(result, changes.slice(0, Math.min(most, MOST_LISTED)))
  const cut =
    rows.length < changes.length
      ? `, the first ${formatCount(rows.length)} of ${formatCount(changes.length)}; result.json has all`
      : ''
  return (
    <Section id='changes' title='What was changed while it went on'>
      <p>
        Every picture over time has a line at each of these times, with its number. Filled numbers and whole lines: by
        hand. Framed numbers and dashed lines: by the scenario.
      </p>
      <Figures
        caption={`Changes by time, after the traffic began${cut}`}
        columns={CHANGE_COLUMNS}
        figuresFrom={CHANGE_COLUMNS.length}
        rows={rows}
      />
    </Section>
  )
}
