/**
 * A run as GitHub-flavoured Markdown, for a pull request or a step's summary: verdict, the terminal's table, what did not hold, the
 * first stories with their proof, and how to have the run again.
 */

import type { Details } from '../../core/details.ts'
import type { Result } from '../../core/result.ts'
import type { Diagram } from '../../core/story.ts'
import { AGREEMENT_COLUMNS, anyAgreement, MESSAGES } from '../agreement.ts'
import { againWords } from '../changes.ts'
import { checksOf, otherReasons } from '../checks.ts'
import { cleanAll } from '../clean-result.ts'
import { brokenPromises, brokenText, COLUMNS, type Column } from '../columns.ts'
import { formatCount, formatCounted, formatMs } from '../format.ts'
import {
  ends,
  gremlinsAcross,
  gremlinTitle,
  headline,
  reproduceCommand,
  runFacts,
  strikeText,
  verdictSentence,
} from '../headline.ts'
import { focusText, kindLines, kindsToCompare } from '../kinds.ts'
import { extentOf, NO_STORIES, type Telling, tellingsOf } from '../tellings.ts'
import { changesBlocks } from './markdown-changes.ts'
import { fenced, inline, table } from './markdown-text.ts'

/** A step's summary may have 1 MiB; beyond this the rest is left out, and the last line says so. */
const MOST_BYTES = 1_000_000
/** A comment may have 65,536 characters: stories are told as long as the whole fits into one. */
const STORIES_UP_TO_BYTES = 60_000
const MOST_STORIES = 8
const MOST_ROWS = 200
const MOST_LISTED = 50
const MOST_STEPS = 40

const sizeOf = (text: string) => new TextEncoder().encode(text).length

function item(text: string, name?: string): string {
  return name === undefined ? `- ${inline(text)}` : `- **${inline(name)}**: ${inline(text)}`
}

/** As many as may be listed, and how many there are beside them. */
function listed(items: readonly string[], most = MOST_LISTED): string {
  const others = items.length - most
  return [...items.slice(0, most), ...(others > 0 ? [`- and ${formatCount(others)} more`] : [])].join('\n')
}

/** @param last a column of words behind the figures */
function tableOf({ variants, baseCurrency }: Result, columns: readonly Column[], last?: Column): string {
  const all = last ? [...columns, last] : columns
  const headings = all.map(({ header, numeric }) => ({ text: header, numeric }))
  const rows = variants.slice(0, MOST_ROWS).map((variant) => all.map(({ text }) => text(variant, baseCurrency)))
  const others = variants.length - rows.length
  return table(headings, rows) + (others > 0 ? `\n\n${formatCounted(others, 'more variant')} not shown.` : '')
}

const VIOLATIONS: Column = {
  id: 'violations',
  header: 'violations',
  numeric: false,
  main: false,
  text: (variant) => brokenPromises(variant).map(brokenText).join(', ') || 'none',
}

function comparison(result: Result): string[] {
  if (result.variants.length === 0) return []
  const columns = anyAgreement(result) ? COLUMNS : [...COLUMNS.slice(0, -1), MESSAGES, ...COLUMNS.slice(-1)]
  const cost = anyAgreement(result)
    ? ['### What agreement costs', 'Times: median/99th percentile, in ms.', tableOf(result, AGREEMENT_COLUMNS)]
    : []
  return [tableOf(result, columns, VIOLATIONS), ...cost, ...kinds(result)]
}

function kinds(result: Result): string[] {
  const lines = kindsToCompare(result).flatMap(kindLines)
  if (lines.length === 0) return []
  const headings = ['variant', ...lines.map(({ name }) => name)].map((text, at) => ({ text, numeric: at > 0 }))
  const rows = result.variants
    .slice(0, MOST_ROWS)
    .map((variant) => [variant.name, ...lines.map(({ text }) => text(variant))])
  return [
    '### How each kind of request fared',
    inline(`Good shares and p99 ${focusText(result)}.`),
    table(headings, rows),
  ]
}

/** What did not hold, what could not be decided, and what else kept a variant from passing. */
function notPassed({ variants }: Result): string[] {
  const items = variants.flatMap((variant) => [
    ...checksOf(variant).flatMap(({ name, state, why }) => {
      if (state === 'failed') return [item(`FAIL: ${why}`, variant.name)]
      return state === 'undecided' ? [item(`INCONCLUSIVE: ${name} (${why})`, variant.name)] : []
    }),
    ...otherReasons(variant).map((reason) => item(`${variant.verdict}: ${reason}`, variant.name)),
  ])
  return items.length === 0 ? [] : ['### What kept it from passing', listed(items)]
}

/** What happened, a line a step, by time. */
function sequenceLines({ messages, marks, leftOut }: Diagram): string[] {
  // At the same moment what happened at a place comes before what it says of it.
  const steps = [
    ...marks.map(({ lane, kind, atMs, text }) => ({ atMs, text: `${lane} [${kind}] ${text}` })),
    ...messages.map(({ from, to, label, sentMs, lost, arrivedMs }) => ({
      atMs: sentMs,
      text: `${from} → ${to}: ${label}${arrivedMs === null ? ` (lost${lost ? `: ${lost}` : ''})` : ''}`,
    })),
  ].sort((one, other) => one.atMs - other.atMs)
  const others = Math.max(0, steps.length - MOST_STEPS) + leftOut
  return [
    ...steps.slice(0, MOST_STEPS).map(({ atMs, text }) => `${formatMs(atMs).padStart(9)}  ${text}`),
    ...(others > 0 ? [`and ${formatCounted(others, 'more step')}`] : []),
  ]
}

function storyBlock(telling: Telling): string {
  const { variant, invariant, title, proof, prevention, see, diagram } = telling
  const steps = diagram ? sequenceLines(diagram) : []
  return [
    `#### ${inline(`${variant}: ${title}`)}`,
    `${inline(invariant)}, ${inline(extentOf(telling))}`,
    ...(proof.length > 0 ? [proof.map((sentence) => item(sentence)).join('\n')] : []),
    ...(prevention === null ? [] : [`Prevented by ${inline(prevention)}`]),
    ...(steps.length > 0
      ? [`<details><summary>What happened, step by step</summary>\n\n${fenced(steps, 'text')}\n\n</details>`]
      : []),
    ...(see === null ? [] : [fenced([see], 'sh')]),
  ].join('\n\n')
}

/** The first stories, as many as fit into so many bytes; in each round the next one of every variant, those that nobody expected first. */
function stories(result: Result, details: Details, mostBytes: number): string[] {
  const queues = result.variants.map((variant) => tellingsOf(result, details, variant))
  const all = inRounds(queues)
  const tellings = [...all.filter(isUnexpected), ...all.filter((telling) => !isUnexpected(telling))]
  if (tellings.length === 0) return []
  const blocks: string[] = []
  let bytes = 0
  for (const telling of tellings.slice(0, MOST_STORIES)) {
    const block = storyBlock(telling)
    bytes += sizeOf(block)
    if (bytes > mostBytes) break
    blocks.push(block)
  }
  const others = tellings.length - blocks.length
  return [
    '### Why',
    ...(details.stories === null ? [NO_STORIES] : []),
    ...blocks,
    ...(others > 0 ? [`${formatCounted(others, 'more story', 'more stories')} in report.html.`] : []),
  ]
}

const isUnexpected = ({ expected }: Telling) => expected === 'holds'

function inRounds<T>(queues: readonly (readonly T[])[]): T[] {
  const most = Math.max(0, ...queues.map((queue) => queue.length))
  return Array.from({ length: most }, (_, round) => queues.flatMap((queue) => queue.slice(round, round + 1))).flat()
}

function gremlins(result: Result): string[] {
  const items = gremlinsAcross(result).map((gremlin) => {
    const did = gremlin.counts.map(({ variant, count }) => `${variant} ${strikeText(count)}`).join(', ')
    return item(did, gremlinTitle(gremlin))
  })
  if (items.length === 0) return ['Gremlins: none']
  return ['### What the gremlins did', 'Strikes of tosses.', listed(items)]
}

function differing({ outcomes }: Details): string[] {
  if (outcomes === null || outcomes.variants.length < 2) return []
  const { differing: count, total } = outcomes
  return [
    `${formatCount(count)} of ${formatCounted(total, 'purchase')} broke something in some variant, or did not end alike in all.`,
  ]
}

/** Blocks as long as they fit; the last line says when some did not. */
function bounded(blocks: readonly string[]): string {
  const note = 'Cut here: a summary has at most 1 MiB. The rest is in report.html.'
  let bytes = sizeOf(note)
  const fitting: string[] = []
  for (const block of blocks) {
    bytes += sizeOf(block) + 2
    if (bytes > MOST_BYTES) return `${[...fitting, note].join('\n\n')}\n`
    fitting.push(block)
  }
  return `${fitting.join('\n\n')}\n`
}

/** The summary; under 1 MiB whatever the run. */
export function renderMarkdown(raw: Result, rawDetails: Details): string {
  const { result, details } = cleanAll({ result: raw, details: rawDetails })
  const byHand = againWords(result)
  const again = [
    '### See it again',
    fenced([reproduceCommand(result)], 'sh'),
    ...(byHand === '' ? [] : [inline(byHand)]),
  ]
  const before = [
    `## ${inline(`${result.verdict}: ${result.title}`)}`,
    `**${inline(headline(result))}**`,
    inline(`${result.scenario} · ${runFacts(result)}`),
    ...ends(result).map((end) => `**${inline(end)}**`),
    inline(verdictSentence(result)),
    ...comparison(result),
    ...differing(details),
    ...notPassed(result),
  ]
  const after = [...gremlins(result), ...changesBlocks(result), ...again]
  const room = STORIES_UP_TO_BYTES - sizeOf([...before, ...after].join('\n\n'))
  return bounded([...before, ...stories(result, details, room), ...after])
}
