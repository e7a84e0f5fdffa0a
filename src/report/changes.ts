/** What was changed while the traffic went on, by hand or by the scenario: told by number, the same number in every picture and list. */

import { type Change, changeInWords, isGremlinChange, isPolicyChange, type Switch } from '../core/change.ts'
import type { Variant } from '../core/pattern.ts'
import type { Result, VariantResult } from '../core/result.ts'
import { formatCount, formatCounted, formatMs, formatSeconds } from './format.ts'

export interface MadeChange {
  /** From 1, by time, over the whole run. */
  readonly number: number
  /** Where it came first. */
  readonly atMs: number
  readonly by: 'hand' | 'scenario'
  readonly words: string
  /** At their own times: two that are watched side by side are changed one after the other. */
  readonly made: readonly { readonly variant: string; readonly atMs: number }[]
}

/** Who made it, as every output says it. */
const MADE_BY: Readonly<Record<MadeChange['by'], string>> = { hand: 'by hand', scenario: 'by the scenario' }

/** Of variants that go on side by side the same change, made as soon after, is one. */
const TOGETHER_MS = 500

type Unnumbered = Omit<MadeChange, 'number'>

/** A policy that it does not have is not switched, and a control arm meets no gremlin. */
function concerns({ edges, door, gremlins }: Variant, change: Change): boolean {
  if (isGremlinChange(change)) return gremlins === 'all'
  if (!isPolicyChange(change)) return true
  const { policy, edge } = change
  const listed =
    edge === null ? [...Object.values(edges).flat(), ...door] : edge === 'door' ? door : (edges[edge] ?? [])
  return listed.some((each) => each.policy === policy)
}

function byScenario({ variants, configuration }: Result): Unnumbered[] {
  const met = configuration.variants.filter(({ name }) => variants.some((variant) => variant.name === name))
  return configuration.switches.flatMap((change): Unnumbered[] => {
    const made = met.filter((each) => concerns(each, change)).map(({ name }) => ({ variant: name, atMs: change.atMs }))
    return made.length === 0 ? [] : [{ atMs: change.atMs, by: 'scenario', words: changeInWords(change), made }]
  })
}

function byHand({ variants }: Result): Unnumbered[] {
  const single = variants
    .flatMap(({ name, changes = [] }) => changes.map((change) => ({ variant: name, change })))
    .toSorted((one, other) => one.change.atMs - other.change.atMs)
  const found: (Unnumbered & { readonly made: { variant: string; atMs: number }[] })[] = []
  for (const { variant, change } of single) {
    const { atMs } = change
    const words = changeInWords(change)
    const soon = found.slice(found.findLastIndex((each) => each.atMs < atMs - TOGETHER_MS) + 1)
    const same = soon.find((each) => each.words === words && each.made.every((place) => place.variant !== variant))
    if (same) same.made.push({ variant, atMs })
    else found.push({ atMs, by: 'hand', words, made: [{ variant, atMs }] })
  }
  return found
}

/** Everything, by time. @param result cleaned */
export function changesOf(result: Result): MadeChange[] {
  return [...byScenario(result), ...byHand(result)]
    .toSorted((one, other) => one.atMs - other.atMs)
    .map((change, at) => ({ number: at + 1, ...change }))
}

/** Those of one variant, each at its time there. */
export function changesIn(
  changes: readonly MadeChange[],
  variant: string,
): Pick<MadeChange, 'number' | 'atMs' | 'by'>[] {
  return changes.flatMap(({ number, by, made }) =>
    made.filter((place) => place.variant === variant).map(({ atMs }) => ({ number, by, atMs })),
  )
}

export const CHANGE_COLUMNS = ['number', 'after', 'variant', 'made', 'what'] as const

/** Such as `3`, `2,113 ms`, `retry, naive`, `by hand`, `retry off, on order→payment`. */
export function changeRows({ variants }: Result, changes: readonly MadeChange[]): string[][] {
  return changes.map(({ number, atMs, by, words, made }) => [
    String(number),
    formatMs(atMs),
    made.length > 1 && made.length === variants.length ? 'all' : made.map(({ variant }) => variant).join(', '),
    MADE_BY[by],
    words,
  ])
}

/** A time and its unit stay on one line. */
const NO_BREAK = '\u00a0'

/** Beside a picture that stands alone is no list: so many are told with it. */
const MOST_TOLD = 6

/** `1: retry off, on order→payment (2.1 s); 2: …`. */
export function changesInWords(changes: readonly MadeChange[]): string {
  const told = changes
    .slice(0, MOST_TOLD)
    .map(({ number, words, atMs }) => `${number}: ${words} (${formatSeconds(atMs).replace(' ', NO_BREAK)})`)
  const others = changes.length - told.length
  return [...told, ...(others > 0 ? [`and ${formatCount(others)} more`] : [])].join('; ')
}

/** How many were made by hand, in a sentence for each variant in which somebody made some. */
export function handWords({ changes = [] }: Pick<VariantResult, 'changes'>): string {
  const [first] = changes
  if (!first) return ''
  return `${formatCounted(changes.length, 'change')}, the first after ${formatMs(first.atMs)}: ${changeInWords(first)}`
}

/** How many were made by hand in all variants together. */
export function countByHand({ variants }: Pick<Result, 'variants'>): number {
  return variants.reduce((sum, { changes = [] }) => sum + changes.length, 0)
}

/** What the command that runs it again cannot know. Empty where nothing was changed by hand. */
export function againWords(result: Pick<Result, 'variants'>): string {
  const count = countByHand(result)
  if (count === 0) return ''
  return `${formatCounted(count, 'change')} made by hand ${count === 1 ? 'is' : 'are'} not in this command: npx faultline replay makes them again, each at its time.`
}

/** A scenario's switches in words: `2,000 ms`, `retry off, wherever it stands`. */
export function switchRows(switches: readonly Switch[]): string[][] {
  return switches
    .toSorted((one, other) => one.atMs - other.atMs)
    .map((change) => [formatMs(change.atMs), changeInWords(change)])
}
