/** A comparison over time in a terminal: what was asked otherwise first, then a table for each variant with what it means. */

import type { RunComparison } from '../../core/run-comparison.ts'
import { type Paint, painter, type Style } from '../terminal/paint.ts'
import type { TableOptions } from '../terminal/table.ts'
import { displayWidth, LEAST_WIDTH, NO_BREAK, pad, WIDEST_PROSE, wrap, wrapWhole } from '../terminal/terminal-text.ts'
import { HEADER, isUnchanged, type Row, rowsOf, sentencesOf, sideText } from './rows.ts'
import { type ToldChange, type ToldVariant, tellComparison } from './told.ts'
import { percentText } from './words.ts'

const GAP = '  '
/** Which columns to show, widest first. */
const LAYOUTS = [
  [0, 1, 2, 3, 4, 5],
  [0, 1, 2, 3, 5],
  [0, 3, 5],
]

interface Layout {
  readonly columns: readonly number[]
  readonly widths: readonly number[]
}

/** Ends without a newline. Names in it cannot steer the terminal. */
export function renderComparison(raw: RunComparison, { width: given, color }: TableOptions): string {
  const told = tellComparison(raw)
  const width = Math.max(LEAST_WIDTH, Math.floor(given))
  const prose = Math.min(width, WIDEST_PROSE)
  const paint = painter(color)
  const tables = told.variants.map((variant) => rowsOf(told, variant))
  const layout = layoutOf(tables.flat(), width)
  const dim = (text: string) => wrap(text, prose).map((line) => paint('dim', line))
  const end = wrapSentence(told.end, prose).map((line) => paint(told.regressions > 0 ? 'red' : 'green', line))
  return [
    ...wrap(`Compared: ${told.title}`, prose).map((line) => paint('bold', line)),
    ...dim(`before: ${sideText(told.before)}`),
    ...dim(`now:    ${sideText(told.after)}`),
    ...dim(
      `tolerance ${percentText(told.tolerance)}; each interval is for its metric by itself`.replace(
        ' %',
        `${NO_BREAK}%`,
      ),
    ).map((line) => line.replaceAll(NO_BREAK, ' ')),
    ...told.notes.flatMap((note) => noteLines(note, prose)).map((line) => paint('yellow', line)),
    ...told.variants.flatMap((variant, at) => [
      '',
      paint('bold', wrap(variant.name, prose)[0] ?? ''),
      ...variantLines(variant, tables[at] ?? [], layout, paint),
      ...sentencesOf(told, variant).flatMap((sentence) => wrapSentence(sentence, prose)),
    ]),
    '',
    ...end,
  ].join('\n')
}

function noteLines(note: string, prose: number): string[] {
  const indent = note.length - note.trimStart().length
  return wrap(note.trimStart(), prose, indent, 2)
}

/** `95 %` stays on one line. */
function wrapSentence(sentence: string, width: number): string[] {
  return wrapWhole(sentence.replaceAll(' %', `${NO_BREAK}%`), width, 0, 2)
}

function variantLines(variant: ToldVariant, rows: readonly Row[], layout: Layout | undefined, paint: Paint): string[] {
  if (isUnchanged(variant)) return ['No change.']
  if (rows.length === 0) return []
  if (!layout) {
    return rows.flatMap(({ cells: [name = '', , , change = '', , word = ''], change: found }) => {
      const lines = [`${name}: ${change}`, `  (${word})`]
      const style = styleOf(found)
      return style === undefined ? lines : lines.map((line) => paint(style, line))
    })
  }
  const { columns, widths } = layout
  const line = (cells: readonly string[]) =>
    columns
      .map((at) => pad(cells[at] ?? '', widths[at] ?? 0, at === 0 || at === 5 ? 'left' : 'right'))
      .join(GAP)
      .trimEnd()
  const total = columns.reduce((sum, at) => sum + (widths[at] ?? 0) + GAP.length, -GAP.length)
  return [
    line(HEADER),
    paint('dim', '─'.repeat(total)),
    ...rows.map(({ cells, change }) => {
      const style = styleOf(change)
      return style === undefined ? line(cells) : paint(style, line(cells))
    }),
  ]
}

/** Red for regressions, green for what is better; the word at the end says the same. */
function styleOf({ regression, shows, direction }: ToldChange): Style | undefined {
  if (regression) return 'red'
  if (shows !== 'change') return 'dim'
  return direction === 'better' ? 'green' : undefined
}

/** All tables of a comparison have the same columns. */
function layoutOf(rows: readonly Row[], width: number): Layout | undefined {
  const all = [HEADER, ...rows.map(({ cells }) => cells)]
  const widths = HEADER.map((_, at) => Math.max(...all.map((cells) => displayWidth(cells[at] ?? ''))))
  const totalOf = (columns: readonly number[]) =>
    columns.reduce((sum, at) => sum + (widths[at] ?? 0) + GAP.length, -GAP.length)
  const columns = LAYOUTS.find((layout) => totalOf(layout) <= width)
  return columns && { columns, widths }
}
