/** What a list of runs says of each: taken from its result once, and kept beside the list. */

import type { Result, Verdict } from '../core/result.ts'
import { cleanAll } from './clean-result.ts'
import { formatCounted, formatMoney } from './format.ts'
import { headline } from './headline.ts'

/** A page of more is no overview. */
export const MOST_LISTED_RUNS = 500
/** Folders that are named although nothing can be said of them. */
export const MOST_UNREADABLE = 20

export interface ListedVariant {
  readonly name: string
  /** Null in a study, which judges none by itself. */
  readonly verdict: Verdict | null
  readonly lossCents: number
  /** `lost $1,250.00`; empty where nothing was. */
  readonly loss: string
}

/** A run, or what several seeds show together. */
export interface ListedRun {
  readonly what: 'run' | 'study'
  readonly scenario: string
  readonly title: string
  /** `seed 42`, or `seeds 1..30`. */
  readonly seeds: string
  readonly mode: Result['mode']
  readonly verdict: Verdict
  readonly sentence: string
  readonly variants: readonly ListedVariant[]
}

export function listedRun(result: Result): ListedRun {
  const { scenario, title, seed, mode, verdict, variants, baseCurrency, interrupted, error } = cleanAll(result)
  const ended = error === null ? (interrupted === null ? '' : 'Cut short. ') : 'The lab failed. '
  return {
    what: 'run',
    scenario,
    title,
    seeds: `seed ${seed}`,
    mode,
    verdict,
    sentence: `${ended}${cleanAll(headline(result))}`,
    variants: variants.map(({ name, verdict: own, lossCents }) => ({
      name,
      verdict: own,
      lossCents,
      loss: lossCents > 0 ? `lost ${formatMoney(lossCents, baseCurrency)}` : '',
    })),
  }
}

interface StudyFacts {
  readonly scenario: string
  readonly title: string
  readonly mode: Result['mode']
  readonly verdict: Verdict
  readonly seeds: { readonly first: number; readonly last: number }
  readonly runs: readonly unknown[]
  readonly reference: string
  readonly comparisons: readonly { readonly variant: string }[]
}

export function listedStudy(study: StudyFacts): ListedRun {
  const { scenario, title, mode, verdict, seeds, runs, reference, comparisons } = cleanAll(study)
  const names = [reference, ...comparisons.map(({ variant }) => variant)]
  return {
    what: 'study',
    scenario,
    title,
    seeds: `seeds ${seeds.first}..${seeds.last}`,
    mode,
    verdict,
    sentence: `${formatCounted(runs.length, 'seed')} together: every variant against ${reference}.`,
    variants: names.map((name) => ({ name, verdict: null, lossCents: 0, loss: '' })),
  }
}

/** A listed run and where it is. */
export interface RunRow {
  readonly run: ListedRun
  /** `<scenario>/<run>`, seen from the list. */
  readonly path: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** The page in its folder; null: it has none. */
  readonly page: string | null
}

export interface RunList {
  /** The newest first, at most `MOST_LISTED_RUNS`. */
  readonly rows: readonly RunRow[]
  /** Folders that are older than the rows, and were not looked into. */
  readonly older: number
  /** Not to be read, the newest first: why, as the rest of a sentence that begins with the path. */
  readonly unreadable: readonly { readonly path: string; readonly why: string }[]
}
