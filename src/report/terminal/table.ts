/** The comparison in a terminal: wide, narrow or as a list, whichever fits, and readable without colour. */

import type { Result, VariantResult, Verdict } from '../../core/result.ts'
import { AGREEMENT_COLUMNS, anyAgreement, MESSAGES } from '../agreement.ts'
import { handWords } from '../changes.ts'
import { cleanResult } from '../clean-result.ts'
import { brokenPromises, brokenText, COLUMNS, type Column } from '../columns.ts'
import { policiesInWords } from '../dependencies.ts'
import { doubts } from '../doubts.ts'
import { ends, gremlinsAcross, gremlinTitle, headline, runFacts, strikeText, verdictSentence } from '../headline.ts'
import { kindTable } from '../kinds.ts'
import { type Paint, painter, type Style } from './paint.ts'
import { displayWidth, LEAST_WIDTH, NO_BREAK, pad, WIDEST_PROSE, wrap, wrapWhole } from './terminal-text.ts'

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number
  readonly color: boolean
}

const VERDICT_STYLES: Record<Verdict, Style> = {
  PASS: ['bold', 'green'],
  INCONCLUSIVE: ['bold', 'yellow'],
  FAIL: ['bold', 'red'],
  ERROR: ['bold', 'magenta'],
}
/** Cells between two columns: the first that fits. */
const GAPS = [2, 1]

function paintCell(column: Column, variant: VariantResult, text: string, paint: Paint): string {
  if (column.id === 'variant') return paint('bold', text)
  if (column.id === 'verdict') return paint(VERDICT_STYLES[variant.verdict], text)
  if (column.id === 'lost' && variant.lossCents > 0) return paint('red', text)
  return text
}

/** Header, rule and one row for each variant with what `below` says under it; undefined where it is wider than the terminal. */
function rows(
  result: Result,
  columns: readonly Column[],
  width: number,
  paint: Paint,
  below: (variant: VariantResult) => string[],
): string[] | undefined {
  const texts = result.variants.map((variant) => columns.map((column) => column.text(variant, result.baseCurrency)))
  const widths = columns.map((column, at) =>
    Math.max(...[column.header, ...texts.map((row) => row[at] ?? '')].map(displayWidth)),
  )
  const totalWith = (cells: number) => widths.reduce((sum, column) => sum + column, 0) + cells * (columns.length - 1)
  const gap = GAPS.find((cells) => totalWith(cells) <= width)
  if (gap === undefined) return undefined
  const cell = (text: string, column: Column, at: number) => {
    // Nothing follows the last column: no need for blanks.
    if (!column.numeric && at === columns.length - 1) return text
    return pad(text, widths[at] ?? 0, column.numeric ? 'right' : 'left')
  }
  const line = (cells: readonly string[], style: (column: Column, text: string) => string) =>
    columns.map((column, at) => style(column, cell(cells[at] ?? '', column, at))).join(' '.repeat(gap))
  return [
    line(
      columns.map((column) => column.header),
      (_, text) => paint('bold', text),
    ),
    paint('dim', '─'.repeat(totalWith(gap))),
    ...result.variants.flatMap((variant, at) => [
      line(texts[at] ?? [], (column, text) => paintCell(column, variant, text, paint)),
      ...below(variant),
    ]),
  ]
}

/** A name and its figure stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' ', NO_BREAK)
}

function violationLines(variant: VariantResult, width: number): string[] {
  const broken = brokenPromises(variant)
  const text = broken.length === 0 ? 'none' : broken.map(brokenText).map(unbroken).join(', ')
  return wrapWhole(`violations: ${text}`, width, 2, 2)
}

/** `cancelled 0, refused 3`: the figures that have no column of their own. */
function figuresLines(columns: readonly Column[], variant: VariantResult, result: Result, width: number): string[] {
  if (columns.length === 0) return []
  const text = columns
    .map((column) => unbroken(`${column.header} ${column.text(variant, result.baseCurrency)}`))
    .join(', ')
  return wrapWhole(text, width, 2, 2)
}

function list(result: Result, width: number, paint: Paint): string[] {
  const figures = COLUMNS.filter((column) => column.id !== 'variant' && column.id !== 'verdict')
  return result.variants.flatMap((variant) => [
    ...wrap(`${variant.name}: ${variant.verdict}`, width, 0, 2).map((line) =>
      paint(VERDICT_STYLES[variant.verdict], line),
    ),
    ...figuresLines(figures, variant, result, width),
    ...violationLines(variant, width),
  ])
}

function comparison(result: Result, width: number, paint: Paint): string[] {
  if (result.variants.length === 0) return []
  const main = COLUMNS.filter((column) => column.main)
  const others = COLUMNS.filter((column) => !column.main)
  // Where services agreed, messages stand in the table of that.
  const rest = anyAgreement(result) ? others : [...others, MESSAGES]
  const all = anyAgreement(result) ? COLUMNS : [...COLUMNS.slice(0, -1), MESSAGES, ...COLUMNS.slice(-1)]
  const prose = Math.min(width, WIDEST_PROSE)
  return (
    rows(result, all, width, paint, (variant) => violationLines(variant, prose)) ??
    rows(result, COLUMNS, width, paint, (variant) => violationLines(variant, prose)) ??
    rows(result, main, width, paint, (variant) => [
      ...figuresLines(rest, variant, result, prose),
      ...violationLines(variant, prose),
    ]) ??
    list(result, width, paint)
  )
}

/** What votes, locks and compensations cost; nothing where there were none. */
function agreementLines(result: Result, width: number, paint: Paint): string[] {
  if (!anyAgreement(result)) return []
  const main = AGREEMENT_COLUMNS.filter((column) => column.main)
  const rest = AGREEMENT_COLUMNS.filter((column) => !column.main)
  const [, ...figures] = AGREEMENT_COLUMNS
  const prose = Math.min(width, WIDEST_PROSE)
  const table =
    rows(result, AGREEMENT_COLUMNS, width, paint, () => []) ??
    rows(result, main, width, paint, (variant) => figuresLines(rest, variant, result, prose)) ??
    result.variants.flatMap((variant) => [
      ...wrap(`${variant.name}:`, width, 0, 2),
      ...figuresLines(figures, variant, result, prose),
    ])
  return [
    ...wrap('What agreement costs (times: median/99th percentile, in ms)', prose).map((line) => paint('bold', line)),
    ...table,
    '',
  ]
}

function gremlinLines(result: Result, width: number, paint: Paint): string[] {
  const across = gremlinsAcross(result)
  if (across.length === 0) return [paint('bold', 'Gremlins: none')]
  return [
    ...wrap('What the gremlins did (strikes of tosses)', width).map((line) => paint('bold', line)),
    ...across.flatMap((gremlin) => {
      const did = gremlin.counts.map(({ variant, count }) => unbroken(`${variant} ${strikeText(count)}`)).join(', ')
      return wrapWhole(`${gremlinTitle(gremlin)}: ${did}`, width, 2, 2)
    }),
  ]
}

/** What there is to say of each variant, below a title; nothing where there is nothing. */
function titled(title: string, said: readonly VariantWords[], width: number, paint: Paint): string[] {
  if (said.length === 0) return []
  return ['', paint('bold', title), ...said.flatMap(({ name, words }) => wrap(`${name}: ${words}`, width, 2, 2))]
}

interface VariantWords {
  readonly name: string
  readonly words: string
}

/** What policies refused and what stood in. */
function policyWords({ variants }: Result): VariantWords[] {
  return variants
    .map((variant) => ({ name: variant.name, words: policiesInWords(variant) }))
    .filter(({ words }) => words !== '')
}

/** How often somebody changed something by hand. */
function changeWords({ variants }: Result): VariantWords[] {
  return variants
    .map((variant) => ({ name: variant.name, words: handWords(variant) }))
    .filter(({ words }) => words !== '')
}

function doubtWords(result: Result): VariantWords[] {
  return doubts(result).map(({ variant, sentence }) => ({ name: variant, words: sentence }))
}

/** What a run found, for a terminal. Ends without a newline. Names in it cannot steer the terminal. */
export function renderTable(raw: Result, options: TableOptions): string {
  const result = cleanResult(raw)
  const width = Math.max(LEAST_WIDTH, Math.floor(options.width))
  const prose = Math.min(width, WIDEST_PROSE)
  const paint = painter(options.color)
  const [first = '', ...verdictRest] = wrap(`${result.verdict}: ${verdictSentence(result)}`, prose)
  return [
    ...wrap(result.title, prose).map((line) => paint('bold', line)),
    ...wrap(`${result.scenario} · ${runFacts(result)}`, prose).map((line) => paint('dim', line)),
    '',
    ...comparison(result, width, paint),
    '',
    ...wrap(headline(result), prose).map((line) => paint('bold', line)),
    '',
    ...agreementLines(result, width, paint),
    ...kindTable(result, width),
    ...gremlinLines(result, prose, paint),
    ...titled('What the policies did', policyWords(result), prose, paint),
    ...titled('Changed by hand while it went on', changeWords(result), prose, paint),
    ...titled('What kept it from passing', doubtWords(result), prose, paint),
    '',
    ...ends(result).flatMap((end) => wrap(end, prose).map((line) => paint('yellow', line))),
    paint(VERDICT_STYLES[result.verdict], result.verdict) + first.slice(result.verdict.length),
    ...verdictRest,
  ].join('\n')
}
