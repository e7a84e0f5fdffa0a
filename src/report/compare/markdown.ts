/** A comparison over time as Markdown, for a pull request. */

import type { RunComparison } from '../../core/run-comparison.ts'
import { fenced, inline, table } from '../ci/markdown-text.ts'
import { HEADER, isUnchanged, rowsOf, sentencesOf, sideText } from './rows.ts'
import { tellComparison } from './told.ts'

/** Ends without a newline. Names in it are no marks. */
export function renderComparisonMarkdown(raw: RunComparison): string {
  const told = tellComparison(raw)
  const headings = HEADER.map((text, at) => ({ text, numeric: at > 0 && at < HEADER.length - 1 }))
  const variants = told.variants.flatMap((variant) => {
    const rows = rowsOf(told, variant).map(({ cells }) => cells)
    return [
      `### ${inline(variant.name)}`,
      ...(isUnchanged(variant) ? ['No change.'] : []),
      ...(rows.length > 0 ? [table(headings, rows)] : []),
      sentencesOf(told, variant)
        .map((sentence) => `- ${inline(sentence)}`)
        .join('\n'),
    ].filter((part) => part !== '')
  })
  return [
    `## Compared: ${inline(told.title)}`,
    `**${inline(told.end)}**`,
    `before: ${inline(sideText(told.before))}  \nnow: ${inline(sideText(told.after))}`,
    ...(told.notes.length > 0 ? [fenced(told.notes)] : []),
    ...variants,
  ].join('\n\n')
}
