/** The paired matrix as the page's script reads it: few bytes for each purchase, names once. */

import { INVARIANTS } from '../../core/invariant.ts'
import type { OutcomeCell, OutcomeRow, Outcomes } from '../../core/outcomes.ts'
import { formatCounted, formatMoney } from '../format.ts'
import { OUTCOME_SIGNS, outcomeOf } from './outcomes.ts'
import type { ToldVariant } from './placed-stories.ts'

/** What cells that look alike share: the outcome, the broken invariants, strikes, and the stories that tell of them. */
export type Look = readonly [outcome: number, broken: readonly number[], strikes: number, stories: readonly number[]]

export interface MatrixData {
  readonly variants: readonly string[]
  readonly invariants: readonly string[]
  /** Class of the cell, letter and words of each outcome; looks name them by their place here. */
  readonly outcomes: readonly (readonly [name: string, letter: string, words: string])[]
  readonly looks: readonly Look[]
  /** Where each story is, what it is called, of how many violations, and of which purchase it is told. */
  readonly stories: readonly (readonly [id: string, title: string, count: number, purchase: string | null])[]
  readonly whats: readonly string[]
  /** Purchase, intended milliseconds, place in `whats`; then for each variant its look, -1 where it never arrived, and latency. */
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** Gives each distinct value its place in a list. */
function places<T>(): { readonly list: T[]; readonly of: (key: string, value: T) => number } {
  const known = new Map<string, number>()
  const list: T[] = []
  return {
    list,
    of: (key, value) => {
      const at = known.get(key) ?? list.push(value) - 1
      known.set(key, at)
      return at
    },
  }
}

/** As precise as it is shown. */
function shortMs(ms: number | null): number | null {
  if (ms === null) return null
  return Math.abs(ms) < 9.95 ? Number(ms.toFixed(1)) : Math.round(ms)
}

const KIND_WORDS: Record<OutcomeRow['kind'], string> = {
  order: '',
  stock: 'look at the stock',
  notification: 'message',
  payment: 'payment by itself',
}

function whatOf({ kind, quantity, product, amountCents }: OutcomeRow, currency: string): string {
  const order = `${formatCounted(quantity, product)}, ${formatMoney(amountCents, currency)}`
  if (kind === 'order') return order
  return kind === 'payment' ? `${KIND_WORDS[kind]}, ${formatMoney(amountCents, currency)}` : KIND_WORDS[kind]
}

/** Finds the stories of a purchase's violations: by the lists of the groups, or where an invariant has one shape only. */
function storyFinder(told: readonly ToldVariant[]): (variant: string, purchase: string, invariant: string) => number[] {
  const listed = new Map<string, number[]>()
  const groups = new Map<string, number[]>()
  let at = 0
  for (const { variant, told: stories, untold } of told)
    for (const { group } of stories) {
      for (const purchase of new Set(group.purchases)) {
        const key = JSON.stringify([variant, purchase, group.invariant])
        listed.set(key, [...(listed.get(key) ?? []), at])
      }
      const key = JSON.stringify([variant, group.invariant])
      // Where something is untold, a purchase that is on no list may be of that.
      if (untold === 0) groups.set(key, [...(groups.get(key) ?? []), at])
      at += 1
    }
  return (variant, purchase, invariant) => {
    const found = listed.get(JSON.stringify([variant, purchase, invariant]))
    if (found) return found
    const only = groups.get(JSON.stringify([variant, invariant])) ?? []
    return only.length === 1 ? only : []
  }
}

/** @param told the stories that are on the page, in its order */
export function matrixData(outcomes: Outcomes, told: readonly ToldVariant[], currency: string): MatrixData {
  const looks = places<Look>()
  const whats = places<string>()
  const storiesOf = storyFinder(told)
  const broken = new Set(outcomes.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell?.broken ?? [])))
  const invariants = INVARIANTS.filter((name) => broken.has(name))
  const names = Object.keys(OUTCOME_SIGNS) as (keyof typeof OUTCOME_SIGNS)[]
  const lookOf = (cell: OutcomeCell, variant: string, purchase: string): number => {
    const stories = new Set(cell.broken.flatMap((invariant) => storiesOf(variant, purchase, invariant)))
    const look: Look = [
      names.indexOf(outcomeOf(cell)),
      cell.broken.map((invariant) => invariants.indexOf(invariant)),
      cell.strikes,
      [...stories],
    ]
    return looks.of(JSON.stringify(look), look)
  }
  const rows = outcomes.rows.map((row) => {
    const what = whatOf(row, currency)
    const cells = outcomes.variants.flatMap((variant, at) => {
      const cell = row.cells[at] ?? null
      return cell === null ? [-1, null] : [lookOf(cell, variant, row.purchase), shortMs(cell.latencyMs)]
    })
    return [row.purchase, Math.round(row.intendedMs), whats.of(what, what), ...cells]
  })
  return {
    variants: outcomes.variants,
    invariants,
    outcomes: names.map((name) => [name, OUTCOME_SIGNS[name].letter, OUTCOME_SIGNS[name].words]),
    looks: looks.list,
    stories: told.flatMap(({ told: stories }) =>
      stories.map(({ id, group: { story, count } }) => [id, story.title, count, story.purchase] as const),
    ),
    whats: whats.list,
    rows,
  }
}
