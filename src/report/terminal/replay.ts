/** How faithful a replay was, in a terminal of 80 columns. */

import { styleText } from 'node:util'
import type { EndDifference, MissedStrike, PurchaseEnd, Replay, ReplayedVariant } from '../../core/replay.ts'
import type { Result, Verdict } from '../../core/result.ts'
import { cleanAll } from '../clean-result.ts'
import { formatCount, formatCounted, NOT_MEASURED } from '../format.ts'
import type { TableOptions } from './table.ts'
import { displayWidth, pad, wrap } from './terminal-text.ts'

const WORLDS: Readonly<Record<Result['mode'], string>> = { real: 'in processes', virtual: 'in the virtual world' }
const WIDEST_PROSE = 100
const HEADERS = ['variant', 'strikes hit', 'same outcome', 'violations', 'verdict']
/** `0 of 0` would read as if something had been missed. */
const NONE_DUE = 'none due'
const NUMERIC = [false, true, true, true, false]

/** `41 of 41`. */
function ofAll(part: number, whole: number): string {
  return `${formatCount(part)} of ${formatCount(whole)}`
}

/** `23`, or `23 → 25` where it is not what it was. */
function changed<T>(before: T | null, now: T, text: (value: T) => string): string {
  return before === null || before === now ? text(now) : `${text(before)} → ${text(now)}`
}

function violationsOf({ violations }: ReplayedVariant): { readonly before: number | null; readonly now: number } {
  const known = violations.every(({ before }) => before !== null)
  const sum = (read: (counts: (typeof violations)[number]) => number) =>
    violations.reduce((all, each) => all + read(each), 0)
  return { before: known ? sum(({ before }) => before ?? 0) : null, now: sum(({ now }) => now) }
}

function cellsOf(variant: ReplayedVariant): string[] {
  const { name, strikes, ends, verdict } = variant
  const { before, now } = violationsOf(variant)
  return [
    name,
    strikes.due === 0 ? NONE_DUE : ofAll(strikes.hit, strikes.due),
    ends ? ofAll(ends.same, ends.compared) : NOT_MEASURED,
    changed(before, now, formatCount),
    changed<Verdict>(verdict.before, verdict.now, String),
  ]
}

/** Header, rule and a row for each variant; where that is too wide, a paragraph for each. */
function tableOf({ variants }: Replay, { width, color }: TableOptions): string[] {
  const bold = (text: string) => (color ? styleText('bold', text, { validateStream: false }) : text)
  const rows = variants.map(cellsOf)
  const widths = HEADERS.map((header, at) =>
    Math.max(...[header, ...rows.map((row) => row[at] ?? '')].map(displayWidth)),
  )
  const total = widths.reduce((sum, cells) => sum + cells, 2 * (HEADERS.length - 1))
  if (total > width) {
    return rows.flatMap(([name = '', ...cells]) => {
      const words = cells.map((cell, at) => `${HEADERS[at + 1]} ${cell}`).join(', ')
      return wrap(`${name}: ${words}`, width, 0, 2)
    })
  }
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => pad(cell, widths[at] ?? 0, NUMERIC[at] ? 'right' : 'left')).join('  ')
  return [bold(line(HEADERS).trimEnd()), '─'.repeat(total), ...rows.map((row) => line(row).trimEnd())]
}

function strikeText({ gremlin, on, purchase, operation, effect, attempt, at }: MissedStrike): string {
  const who = gremlin.includes(on) ? gremlin : `${gremlin} on ${on}`
  // A strike of a whole service for a while is about no call.
  if (purchase === '') return `${who}, for its whole time`
  return `${who}: ${purchase}, ${operation} ${effect}, attempt ${attempt}${at === undefined ? '' : `, ${at}`}`
}

function endText(end: PurchaseEnd | null): string {
  if (end === null) return 'not made'
  const told = end.told === null ? 'told nothing' : `told ${end.told}${end.reason ? ` (${end.reason})` : ''}`
  return end.class === null ? told : `${end.class}, ${told}`
}

function endLine({ purchase, before, now }: EndDifference): string {
  return `${purchase}: ${endText(before)}; now ${endText(now)}`
}

function listOf(title: string, lines: readonly string[], all: number, width: number): string[] {
  if (all === 0) return []
  const shown = lines.length < all ? `, the first ${lines.length}` : ''
  return [
    '',
    ...wrap(`${title} (${formatCount(all)}${shown}):`, width),
    ...lines.flatMap((line) => wrap(line, width, 2, 2)),
  ]
}

function detailsOf({ name, strikes, ends, violations, bytes }: ReplayedVariant, width: number): string[] {
  const moved = violations.filter(({ before, now }) => before !== null && before !== now)
  return [
    ...listOf(`${name}: strikes that did not come`, strikes.missed.map(strikeText), strikes.due - strikes.hit, width),
    ...(ends
      ? listOf(
          `${name}: ${ends.onlyOrders ? 'orders' : 'purchases'} that ended otherwise`,
          ends.differing.map(endLine),
          ends.compared - ends.same,
          width,
        )
      : []),
    ...listOf(
      `${name}: invariants violated another number of times`,
      moved.map(({ invariant, before, now }) => `${invariant}: ${formatCount(before ?? 0)}, now ${formatCount(now)}`),
      moved.length,
      width,
    ),
    ...listOf(`${name}: files that differ`, bytes?.differing ?? [], bytes?.differing.length ?? 0, width),
  ]
}

function struckIn({ variants }: Replay): { readonly due: number; readonly hit: number } {
  const add = (read: (variant: ReplayedVariant) => number) => variants.reduce((sum, variant) => sum + read(variant), 0)
  return { due: add(({ strikes }) => strikes.due), hit: add(({ strikes }) => strikes.hit) }
}

/** `41 of 41 strikes hit, same outcome for 198 of 200 orders.` */
function fidelitySentence(replay: Replay): string {
  const { variants, recorded } = replay
  const { due, hit } = struckIn(replay)
  const none = recorded.what === 'run' ? 'No strike was recorded' : 'The file decides no strike for what was run'
  const struck =
    due === 0 ? `${none}, so none was forced` : `${formatCount(hit)} of ${formatCounted(due, 'strike')} hit`
  const compared = variants.flatMap(({ ends }) => ends ?? [])
  if (compared.length === 0) return `${struck}.`
  const what = compared.every(({ onlyOrders }) => onlyOrders) ? 'order' : 'purchase'
  const same = compared.reduce((sum, ends) => sum + ends.same, 0)
  const all = compared.reduce((sum, ends) => sum + ends.compared, 0)
  return `${struck}, same outcome for ${formatCount(same)} of ${formatCounted(all, what)}.`
}

function changesSentence({ variants }: Replay): string[] {
  const count = variants.reduce((sum, { changesMade = 0 }) => sum + changesMade, 0)
  return count === 0
    ? []
    : [`${formatCounted(count, 'change')} that somebody had made by hand ${count === 1 ? 'was' : 'were'} made again.`]
}

/** What may be made of it: the virtual world repeats itself, processes do not. */
function meaningOf(replay: Replay): string {
  const { recorded, mode, version, variants, faithfulness } = replay
  if (faithfulness === 'incomplete') return 'The replay did not go to its end, so that nothing more can be said of it.'
  const compared = variants.flatMap(({ bytes }) => bytes ?? [])
  if (compared.length > 0) {
    if (compared.every(({ differing }) => differing.length === 0)) {
      const files = compared.reduce((sum, { files: each }) => sum + each, 0)
      const bytes = compared.reduce((sum, each) => sum + each.bytes, 0)
      return `Bit for bit the same: ${formatCounted(files, 'file')}, ${formatCounted(bytes, 'byte')} compared.`
    }
    if (recorded.version === version)
      return `Not bit for bit the same, although both are of Faultline ${version}: the virtual world must repeat itself. This is an error of the lab, unless its code or the recording was changed in between.`
    const by = recorded.version === null ? 'a Faultline that did not say its version' : `Faultline ${recorded.version}`
    return `Not bit for bit the same: it was recorded by ${by}, and this is ${version}.`
  }
  const forced =
    struckIn(replay).due === 0
      ? 'Seed, scenario and variants were the same.'
      : 'The same strikes were forced at the same points; windows opened at their times.'
  if (mode === 'real') return `${forced} Processes keep their own time: another replay may go otherwise.`
  if (recorded.mode === null) return 'The virtual world repeats itself: another replay of this file goes the same way.'
  return `${forced} Processes keep their own time, and the virtual world has another one: what hung on that may differ.`
}

/** Table, lists and a sentence. */
export function renderReplay(raw: Replay, { width, color }: TableOptions): string {
  const replay = cleanAll(raw)
  const { scenario, seed, recorded, mode, variants } = replay
  const prose = Math.min(width, WIDEST_PROSE)
  const origin = recorded.mode === null ? recorded.name : `${recorded.name}, ${WORLDS[recorded.mode]}`
  const lines = [
    ...wrap(`${scenario}, seed ${seed}, replayed ${WORLDS[mode]}`, prose),
    ...wrap(`recorded: ${origin}`, prose, 0, 2),
    '',
    ...tableOf(replay, { width, color }),
    ...variants.flatMap((variant) => detailsOf(variant, prose)),
    '',
    ...wrap(fidelitySentence(replay), prose),
    ...changesSentence(replay).flatMap((sentence) => wrap(sentence, prose)),
    ...wrap(meaningOf(replay), prose),
  ]
  return `${lines.join('\n')}\n`
}
