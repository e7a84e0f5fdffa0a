/** A study in a terminal: a line for each seed as it comes, and at the end a table for each variant with what it means. */

import type { Result } from '../../core/result.ts'
import { cleanAll, cleanResult } from '../clean-result.ts'
import { headline } from '../headline.ts'
import { type Paint, painter, type Style } from '../terminal/paint.ts'
import type { TableOptions } from '../terminal/table.ts'
import { displayWidth, LEAST_WIDTH, NO_BREAK, pad, WIDEST_PROSE, wrap, wrapWhole } from '../terminal/terminal-text.ts'
import type { Comparison, MetricComparison, Study } from './study.ts'
import { mainSentences, metricFigures, studyFacts } from './words.ts'

const GAP = '  '

/** One line about the run of one seed. */
export function renderSeedLine(raw: Result, { width }: Pick<TableOptions, 'width'>): string {
  const result = cleanResult(raw)
  const room = Math.max(LEAST_WIDTH, Math.floor(width))
  const line = `seed ${result.seed}: ${result.verdict}. ${result.error ?? result.interrupted ?? headline(result)}`
  const [first = '', ...more] = wrap(line, room - 2)
  return more.length > 0 ? `${first} …` : first
}

/** `95 %` stays on one line. */
function wrapSentence(sentence: string, width: number): string[] {
  return wrapWhole(sentence.replaceAll(' %', `${NO_BREAK}%`), width, 0, 2)
}

interface Row {
  readonly cells: readonly string[]
  readonly style: Style | undefined
}

/** Green where the seeds show that it is better than the reference, red where worse; figures say the same. */
function styleOf({ shows }: MetricComparison, better: Study['metrics'][number]['better']): Style | undefined {
  if (shows === 'nothing' || shows === 'too-few') return 'dim'
  if (better === null || (shows !== 'more' && shows !== 'less')) return undefined
  return shows === better ? 'green' : 'red'
}

function rowsOf(study: Study, { metrics }: Comparison): Row[] {
  return metrics.flatMap((found) => {
    const metric = study.metrics.find(({ id }) => id === found.metric)
    if (!metric || found.shows === 'same' || found.seeds === 0) return []
    const { mean, referenceMean, difference, interval } = metricFigures(metric.unit, found, study.baseCurrency)
    return [{ cells: [metric.name, mean, referenceMean, difference, interval], style: styleOf(found, metric.better) }]
  })
}

/** Which columns to show, widest first. */
const LAYOUTS = [
  [0, 1, 2, 3, 4],
  [0, 1, 3, 4],
  [0, 3, 4],
]

/** All tables of a study have the same columns, so that one can look from one to the next. */
function layoutOf(tables: readonly (readonly Row[])[], header: readonly string[], width: number) {
  const all = [header, ...tables.flat().map(({ cells }) => cells)]
  const widths = header.map((_, at) => Math.max(...all.map((cells) => displayWidth(cells[at] ?? ''))))
  const totalOf = (columns: readonly number[]) =>
    columns.reduce((sum, at) => sum + (widths[at] ?? 0) + GAP.length, -GAP.length)
  const columns = LAYOUTS.find((layout) => totalOf(layout) <= width)
  return columns && { columns, widths, total: totalOf(columns) }
}

function table(rows: readonly Row[], header: readonly string[], layout: ReturnType<typeof layoutOf>, paint: Paint) {
  if (!layout) {
    return rows.flatMap(({ cells: [name = '', , , difference = '', interval = ''] }) => [
      `${name}: ${difference}`,
      `  (${interval})`,
    ])
  }
  const line = (cells: readonly string[]) =>
    layout.columns.map((at) => pad(cells[at] ?? '', layout.widths[at] ?? 0, at === 0 ? 'left' : 'right')).join(GAP)
  return [
    line(header),
    paint('dim', '─'.repeat(layout.total)),
    ...rows.map(({ cells, style }) => (style === undefined ? line(cells) : paint(style, line(cells)))),
  ]
}

/** What a study found, for a terminal. Ends without a newline. Names in it cannot steer the terminal. */
export function renderStudy(raw: Study, { width: given, color }: TableOptions): string {
  const study = cleanAll(raw)
  const width = Math.max(LEAST_WIDTH, Math.floor(given))
  const prose = Math.min(width, WIDEST_PROSE)
  const paint = painter(color)
  const header = ['metric', 'mean', 'reference', 'difference', '95 % interval']
  const tables = study.comparisons.map((comparison) => rowsOf(study, comparison))
  const layout = layoutOf(tables, header, width)
  const about = 'Means over the seeds, paired seed by seed. Each interval is for its metric by itself.'
  return [
    ...wrap(`What the seeds show: ${study.title}`, prose).map((line) => paint('bold', line)),
    ...wrap(`${study.scenario} · ${studyFacts(study)}`, prose).map((line) => paint('dim', line)),
    ...wrap(about, prose).map((line) => paint('dim', line)),
    ...study.comparisons.flatMap((comparison, at) => [
      '',
      ...wrap(`${comparison.variant} against ${study.reference}`, prose).map((line) => paint('bold', line)),
      ...table(tables[at] ?? [], header, layout, paint),
      ...mainSentences(study, comparison).flatMap((sentence) => wrapSentence(sentence, prose)),
    ]),
  ].join('\n')
}
