/** The page's own script: charts, the matrix, and the way from a cell to its story. Without it the page can be read, too. */

import { MARKS_SOURCE } from '../charts/marks.ts'
import { CHART_SCRIPT } from './chart-script.ts'
import { MATRIX_CHOICE } from './matrix-choice.ts'
import { MATRIX_SCRIPT } from './matrix-script.ts'
import { UNPACK_SCRIPT } from './packed.ts'
import { STORY_SCRIPT } from './story-script.ts'

/** Each part may fail without the others: what it would have done is on the page as text. */
const START = `
function attempt(start) {
  try {
    return start()
  } catch (error) {
    reportError(error)
    return null
  }
}
const matrix = attempt(() => startMatrix(attempt(startStories)))
attempt(() => startLinks(matrix))
attempt(startCopying)
startCharts().catch(reportError)
`

/** Without indentation and lines of comments: no text in it spans lines. */
function compact(script: string): string {
  return script.replace(/^[ ]+/gm, '').replace(/^(?:[/][/].*|[/][*][*].*[*][/])?\n/gm, '')
}

/** Plain JavaScript for an inline script element; runs after the data. */
export function pageScript(): string {
  const own = compact([UNPACK_SCRIPT, MATRIX_CHOICE, MATRIX_SCRIPT, STORY_SCRIPT, CHART_SCRIPT, START].join(''))
  return `${MARKS_SOURCE.replace(/^\s+/gm, '')}\n;(function () {\n'use strict'\n${own}})()\n`
}
