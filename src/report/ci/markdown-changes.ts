/** What was changed while a run went on, as Markdown. */

import type { Result } from '../../core/result.ts'
import { CHANGE_COLUMNS, changeRows, changesOf } from '../changes.ts'
import { formatCounted } from '../format.ts'
import { table } from './markdown-text.ts'

const MOST_LISTED = 50

/** By hand and by the scenario, by time; nothing where nothing was changed. @param result cleaned */
export function changesBlocks(result: Result): string[] {
  const made = changesOf(result)
  if (made.length === 0) return []
  const headings = CHANGE_COLUMNS.map((text, at) => ({ text, numeric: at < 2 }))
  const others = made.length - MOST_LISTED
  return [
    '### What was changed while it went on',
    table(headings, changeRows(result, made.slice(0, MOST_LISTED))),
    ...(others > 0 ? [`And ${formatCounted(others, 'more change')}.`] : []),
  ]
}
