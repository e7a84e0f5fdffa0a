/** How each kind of request fared within the scenario's focus: the same in the terminal and on the page. */

import { REQUEST_KINDS, type RequestKind } from '../core/purchase.ts'
import type { KindResult, Result, VariantResult } from '../core/result.ts'
import {
  formatCount,
  formatMs,
  formatMsFigure,
  formatRate,
  formatSeconds,
  formatShare,
  NOT_MEASURED,
} from './format.ts'
import { displayWidth, pad, wrap } from './terminal/terminal-text.ts'

/** Kinds that came, in any variant. Where only orders came there is nothing to set side by side. */
export function kindsToCompare({ variants }: Result): RequestKind[] {
  const seen = new Set(variants.flatMap(({ kinds }) => kinds.map(({ kind }) => kind)))
  return seen.size > 1 ? REQUEST_KINDS.filter((kind) => seen.has(kind)) : []
}

/** Requests of any kind. */
export function arrivedOf({ orders, kinds }: VariantResult): number {
  return kinds.reduce((sum, { kind, arrived }) => sum + (kind === 'order' ? 0 : arrived), orders.arrived)
}

function kindOf({ kinds }: VariantResult, kind: RequestKind): KindResult | undefined {
  return kinds.find((each) => each.kind === kind)
}

function goodShare(found: KindResult | undefined): string {
  if (!found || found.focus.arrived === 0) return NOT_MEASURED
  return formatShare(found.focus.good / found.focus.arrived)
}

function refusalsText(found: KindResult | undefined): string {
  const refusals = Object.entries(found?.refusals ?? {}).sort(([, one], [, other]) => other - one)
  if (refusals.length === 0) return 'none'
  return refusals.map(([reason, count]) => `${reason} ${formatCount(count)}`).join(', ')
}

/** `from 2 s to 5 s`, or `all the time`. */
export function focusText({ configuration }: Result): string {
  const { fromMs, toMs } = configuration.focus
  if (toMs === null) return fromMs === 0 ? 'all the time' : `from ${formatSeconds(fromMs)} on`
  return `from ${formatSeconds(fromMs)} to ${formatSeconds(toMs)}`
}

export interface KindLine {
  readonly name: string
  readonly about: string
  readonly text: (variant: VariantResult) => string
}

/** One group of lines for each kind. */
export function kindLines(kind: RequestKind): KindLine[] {
  return [
    {
      name: `${kind}: good`,
      about: 'Told truthfully, and in time, that it is done; of those who meant to ask in focus.',
      text: (variant) => goodShare(kindOf(variant, kind)),
    },
    {
      name: `${kind}: p99`,
      about: 'Of those in focus who were answered in any way.',
      text: (variant) => formatMs(kindOf(variant, kind)?.focus.latencyMs.p99 ?? null),
    },
    {
      name: `${kind}: goodput/s`,
      about: 'Over the whole run.',
      text: (variant) => formatRate(kindOf(variant, kind)?.goodputPerSecond ?? 0),
    },
    {
      name: `${kind}: told no`,
      about: 'Over the whole run, by the reason that was given.',
      text: (variant) => refusalsText(kindOf(variant, kind)),
    },
    {
      name: `${kind}: unanswered`,
      about: 'Nobody told them anything.',
      text: (variant) => formatCount(kindOf(variant, kind)?.unanswered ?? 0),
    },
  ]
}

/** The terminal's table, one row for each variant; as a list where it does not fit. Empty where only orders came. */
export function kindTable(result: Result, width: number): string[] {
  const kinds = kindsToCompare(result)
  if (kinds.length === 0) return []
  const title = `How each kind of request fared ${focusText(result)} (good share, p99 in ms)`
  const header = ['variant', ...kinds.flatMap((kind) => [kind, 'p99'])]
  const cells = result.variants.map((variant) => [
    variant.name,
    ...kinds.flatMap((kind) => {
      const found = kindOf(variant, kind)
      return [goodShare(found), formatMsFigure(found?.focus.latencyMs.p99 ?? null)]
    }),
  ])
  const widths = header.map((name, at) => Math.max(...[name, ...cells.map((row) => row[at] ?? '')].map(displayWidth)))
  const totalWidth = widths.reduce((sum, each) => sum + each + 2, -2)
  if (totalWidth > width) {
    const listed = result.variants.flatMap((variant, at) => {
      const row = cells[at] ?? []
      const text = kinds.map((kind, index) => `${kind} ${row[2 * index + 1]} (p99 ${row[2 * index + 2]})`).join(', ')
      return wrap(`${variant.name}: ${text}`, width, 0, 2)
    })
    return [...wrap(title, width), ...listed, '']
  }
  const line = (row: readonly string[]) =>
    row.map((cell, at) => pad(cell, widths[at] ?? 0, at === 0 ? 'left' : 'right')).join('  ')
  return [...wrap(title, width), line(header), '─'.repeat(totalWidth), ...cells.map(line), '']
}
