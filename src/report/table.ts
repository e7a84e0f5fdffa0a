/** The comparison in a terminal: wide, narrow or as a list, whichever fits, and readable without colour. */

import { styleText } from 'node:util'
import type { Result, VariantResult, Verdict } from '../core/result.ts'
import { AGREEMENT_COLUMNS, anyAgreement, MESSAGES } from './agreement.ts'
import { cleanResult } from './clean-result.ts'
import { brokenPromises, brokenText, COLUMNS, type Column } from './columns.ts'
import { policiesInWords } from './dependencies.ts'
import { doubts } from './doubts.ts'
import { ends, gremlinsAcross, gremlinTitle, headline, runFacts, strikeText, verdictSentence } from './headline.ts'
import { kindTable } from './kinds.ts'
import { displayWidth, pad, wrap } from './terminal-text.ts'

export interface TableOptions {
  /** Columns of the terminal. */
  readonly width: number
  readonly color: boolean
}

type Style = Parameters<typeof styleText>[0]
type Paint = (style: Style, text: string) => string

const VERDICT_STYLES: Record<Verdict, Style> = {
  PASS: ['bold', 'green'],
  INCONCLUSIVE: ['bold', 'yellow'],
  FAIL: ['bold', 'red'],
  ERROR: ['bold', 'magenta'],
}
const LEAST_WIDTH = 30
/** Longer lines of prose are hard to read, however wide the terminal. */
const WIDEST_PROSE = 110
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

const NO_BREAK = '\u00a0'

/** A name and its figure stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' ', NO_BREAK)
}

function wrapWhole(text: string, width: number): string[] {
  return wrap(text, width, 2, 2).map((line) => line.replaceAll(NO_BREAK, ' '))
}

function violationLines(variant: VariantResult, width: number): string[] {
  const broken = brokenPromises(variant)
  const text = broken.length === 0 ? 'none' : broken.map(brokenText).map(unbroken).join(', ')
  return wrapWhole(`violations: ${text}`, width)
}

/** `cancelled 0, refused 3`: the figures that have no column of their own. */
function figuresLines(columns: readonly Column[], variant: VariantResult, result: Result, width: number): string[] {
  if (columns.length === 0) return []
  const text = columns
    .map((column) => unbroken(`${column.header} ${column.text(variant, result.baseCurrency)}`))
    .join(', ')
  return wrapWhole(text, width)
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
      return wrapWhole(`${gremlinTitle(gremlin)}: ${did}`, width)
    }),
  ]
}

/** What policies refused and what stood in; nothing where they did not. */
function policyLines(result: Result, width: number, paint: Paint): string[] {
  const said = result.variants.map((variant) => ({ name: variant.name, words: policiesInWords(variant) }))
  const worth = said.filter(({ words }) => words !== '')
  if (worth.length === 0) return []
  return [
    '',
    paint('bold', 'What the policies did'),
    ...worth.flatMap(({ name, words }) => wrap(`${name}: ${words}`, width, 2, 2)),
  ]
}

function doubtLines(result: Result, width: number, paint: Paint): string[] {
  const found = doubts(result)
  if (found.length === 0) return []
  return [
    '',
    paint('bold', 'What kept it from passing'),
    ...found.flatMap(({ variant, sentence }) => wrap(`${variant}: ${sentence}`, width, 2, 2)),
  ]
}

/** What a run found, for a terminal. Ends without a newline. Names in it cannot steer the terminal. */
export function renderTable(raw: Result, options: TableOptions): string {
  const result = cleanResult(raw)
  const width = Math.max(LEAST_WIDTH, Math.floor(options.width))
  const prose = Math.min(width, WIDEST_PROSE)
  const paint: Paint = options.color
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_, text) => text
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
    ...policyLines(result, prose, paint),
    ...doubtLines(result, prose, paint),
    '',
    ...ends(result).flatMap((end) => wrap(end, prose).map((line) => paint('yellow', line))),
    paint(VERDICT_STYLES[result.verdict], result.verdict) + first.slice(result.verdict.length),
    ...verdictRest,
  ].join('\n')
}
