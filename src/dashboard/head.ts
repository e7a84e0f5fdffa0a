/** The first lines: what is run, how it goes, what is broken, what is lost, and how orders stand. */

import type { OrdersView, Snapshot, VariantView } from '../core/live.ts'
import { beside, cellsOf, cut, ends, flow, type Line, row, type Span, say, wrap } from './line.ts'
import { clockText, countText, durationText, moneyText, numberOf, PHASES, rateText, VERDICT_TONES } from './words.ts'

/** From here on the orders stand in a table of two lines. */
const WIDE_CELLS = 70
/** Less of it would say nothing. */
const LEAST_SUMMARY_CELLS = 20

export function titleLine(snapshot: Snapshot, width: number): Line {
  const world = snapshot.mode === 'virtual' ? 'virtual world' : 'real processes'
  const left = [say('faultline ', 'dim'), say(snapshot.title || snapshot.scenario, 'strong')]
  const right = `${snapshot.scenario} · ${world} · seed ${countText(snapshot.seed).replaceAll(',', '')}`
  // The title is what strangers read: it goes last.
  return ends(left, [say(right.length > width / 2 ? `seed ${snapshot.seed}` : right, 'dim')], width)
}

/** What a script says, over the whole width. */
export function captionLines(caption: string | null, width: number): Line[] {
  if (caption === null || caption.trim() === '') return []
  return wrap(caption, width - 2, 'caption', 3).map((line) => [
    say(' ', 'caption'),
    ...line,
    say(' '.repeat(Math.max(0, width - 1 - cellsOf(line))), 'caption'),
  ])
}

/** How one variant goes. */
export function headLines(variant: VariantView, currency: string, width: number): Line[] {
  const name = [say(variant.name, 'strong'), ...(variant.ghost ? [say(' (ghost)', 'accent')] : [])]
  const figures = [
    ...labelled('goodput', `${rateText(variant.goodputPerSecond)}/s`),
    say('   '),
    ...labelled('p50', durationText(variant.latencyMs.p50)),
    say('  '),
    ...labelled('p99', durationText(variant.latencyMs.p99)),
  ]
  const phase = phaseSpans(variant)
  // Of all that stands in this line a long name is what can best be cut, and a summary what can best be missed.
  const room = width - cellsOf(figures) - cellsOf(phase) - 3
  const named = [...cut(name, Math.max(8, room)), say('  '), ...phase]
  const summary = room - cellsOf(name) >= LEAST_SUMMARY_CELLS ? [say(`  ${variant.summary}`, 'dim')] : []
  const left = [...named, ...summary]
  const first = width >= WIDE_CELLS ? [ends(left, figures, width)] : [ends(name, phase, width), figures]
  return [...first, ...brokenLines(variant, currency, width), ...orderLines(variant.orders, width)]
}

/** Variants beside each other, of the same heights line by line. */
export function headsBeside(variants: readonly VariantView[], currency: string, width: number): Line[] {
  return beside(variants.map((variant) => ({ lines: headLines(variant, currency, width), width })))
}

function labelled(label: string, value: string): Span[] {
  return [say(`${label} `, 'dim'), say(value)]
}

function phaseSpans({ ghost, phase, elapsedMs, trafficOn, verdict }: VariantView): Line {
  if (verdict !== null) return [say('over  ', 'dim'), say(` ${verdict} `, VERDICT_TONES[verdict])]
  const time = say(` ${clockText(elapsedMs)}`)
  if (ghost) return [say('◷ recording', 'accent'), time]
  if (phase !== 'traffic') return [say(`◷ ${PHASES[phase]}`, 'accent'), time]
  return trafficOn ? [say('● traffic', 'good'), time] : [say('○ traffic paused', 'warning'), time]
}

function brokenLines({ soFar, phase, verdict }: VariantView, currency: string, width: number): Line[] {
  const count = soFar.violations.reduce((sum, one) => sum + one.count, 0)
  const soFarText = verdict === null && phase !== 'over' ? ' so far' : ''
  const loss = soFar.lossCents !== 0
  const wide = width >= WIDE_CELLS
  if (count === 0 && !loss) {
    return [[say('✓ nothing broken', 'good'), say(`, nothing lost${soFarText}`)], ...(wide ? [] : [[]])]
  }
  const broken = count > 0 ? say(` ✗ ${numberOf(count, 'violation')} `, 'alarm') : say('✓ nothing broken', 'good')
  const lost = loss ? say(`${moneyText(soFar.lossCents, currency)} lost`, 'bad') : say('nothing lost')
  const names = soFar.violations.map((one): Line => [say(`${one.invariant} ${countText(one.count)}`)])
  const latest: Line[] = soFar.latest === null ? [] : [[say(`last: ${soFar.latest}`, 'dim')]]
  if (wide) return [inOneLine([[broken], [lost], ...names, ...latest], width)]
  return [[broken, say(' '), lost], inOneLine([...names, ...latest], width)]
}

function inOneLine(items: readonly Line[], width: number): Line {
  return cut(flow(items, Number.POSITIVE_INFINITY)[0] ?? [], width)
}

/** Every end an order can come to, also those that none came to: figures stay in their places. */
function orderLines(orders: OrdersView, width: number): Line[] {
  const arrived =
    orders.planned > 0 ? `${countText(orders.arrived)}/${countText(orders.planned)}` : countText(orders.arrived)
  const states: readonly (readonly [string, string, Span['tone']])[] = [
    ['orders', arrived, 'strong'],
    ['open', countText(orders.open), 'normal'],
    ['confirmed', countText(orders.confirmed), 'good'],
    ['pending', countText(orders.pending), 'normal'],
    ['cancelled', countText(orders.cancelled), 'normal'],
    ['refused', countText(orders.refused), 'normal'],
    ['failed', countText(orders.failed), orders.failed > 0 ? 'bad' : 'normal'],
  ]
  if (width < WIDE_CELLS) {
    const lines = flow(
      states.map(([word, value, tone]): Line => [say(value, tone), say(` ${word}`, 'dim')]),
      width,
    )
    // Always three, so that nothing below jumps when a figure grows.
    return [...lines, [], []].slice(0, 3)
  }
  const gap = Math.min(4, Math.floor((width - 64) / 6))
  const columns = states.map(([word, value, tone], index) => ({
    word: { line: [say(word, 'dim')], width: index === 0 ? 13 : word.length },
    value: { line: [say(value, tone)], width: index === 0 ? 13 : word.length },
  }))
  return [
    row(
      columns.map(({ word }, index) => ({ ...word, align: index === 0 ? 'left' : 'right' })),
      Math.max(1, gap),
    ),
    row(
      columns.map(({ value }, index) => ({ ...value, align: index === 0 ? 'left' : 'right' })),
      Math.max(1, gap),
    ),
  ]
}
