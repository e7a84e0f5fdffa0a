/** What `faultline compare` finds, version 1: a run beside an earlier one, figure by figure. */

import type { ComparedMetric } from './measured.ts'
import type { Result, Verdict } from './result.ts'

/**
 * How a difference was weighed.
 * - `exact`: the same seed in the virtual world; equal runs are equal byte for byte, so there is no noise.
 * - `paired`: over the seeds that both have, Student's t on the differences.
 * - `welch`: over seeds of their own, Welch's t.
 * - `one-of-many`: one run beside several of the other: what one more of those would do.
 * - `beside`: one real run each, weighed by what further runs of the same seed differ by.
 * - `single`: one run each, and nothing to weigh by.
 */
export type Method = 'exact' | 'paired' | 'welch' | 'one-of-many' | 'beside' | 'single'

/**
 * - `same`: no difference, at any seed.
 * - `change`: more than noise explains.
 * - `noise`: the interval holds zero.
 * - `unknown`: cannot be told from what there is.
 */
export type Shows = 'same' | 'change' | 'noise' | 'unknown'

export interface MetricChange {
  readonly metric: string
  /** Of the runs that were weighed: means where they are several; null where nothing was measured. */
  readonly before: number | null
  readonly after: number | null
  readonly change: number | null
  /** The 95 % interval around the change; null where there is none. Both ends are the change where the seeds do not differ. */
  readonly low: number | null
  readonly high: number | null
  /** Change relative to before: 0.1 is a tenth more; null where before is nothing. */
  readonly share: number | null
  readonly method: Method
  /** Runs that went into it. For `beside`, `others` are those that gave the spread. */
  readonly runs: { readonly before: number; readonly after: number; readonly others: number }
  readonly shows: Shows
  /** A promise that held before, at the same seeds and asked the same, and is broken now: no luck of the coins explains that. */
  readonly brokenNow: boolean
  /** Null: the same, or neither direction is better in itself. */
  readonly direction: 'better' | 'worse' | null
  readonly regression: boolean
}

export interface VariantChange {
  readonly name: string
  /** The worst of the seeds. */
  readonly verdict: {
    readonly before: Verdict
    readonly after: Verdict
    readonly direction: 'better' | 'worse' | null
    readonly regression: boolean
  }
  /** Seeds whose run of this variant proves nothing (ERROR, or INCONCLUSIVE among several), on either side. */
  readonly leftOut: { readonly before: number; readonly after: number }
  readonly metrics: readonly MetricChange[]
}

/** Something in which the two were not asked the same. */
export interface AskedDifference {
  readonly what: string
  readonly before: string
  readonly after: string
}
/** More differences than these are counted only. */
export const MOST_DIFFERENCES = 20

export interface ComparedSide {
  /** Where it was read. */
  readonly place: string
  readonly mode: Result['mode']
  readonly seeds: readonly number[]
  readonly faultline: string | null
  /** Why a run of it was cut short, or failed; null: all came to their end. */
  readonly cutShort: string | null
  /** How often somebody changed something by hand while its runs went on; absent: never. */
  readonly changedByHand?: number
}

export interface RunComparison {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly title: string
  readonly baseCurrency: string
  /** Of each interval by itself: 0.95. */
  readonly confidence: number
  /** How much worse a figure may be, relative to before, without being a regression. */
  readonly tolerance: number
  readonly before: ComparedSide
  readonly after: ComparedSide
  /** The same configuration, world and calibration; seeds and flags are of no account. */
  readonly askedTheSame: boolean
  readonly sameSeeds: boolean
  /** At most `MOST_DIFFERENCES`. */
  readonly differences: readonly AskedDifference[]
  readonly moreDifferences: number
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
  readonly metrics: readonly ComparedMetric[]
  readonly variants: readonly VariantChange[]
  /** The second one was cut short or failed, and the first one was not: nothing shows that it is as good. */
  readonly afterCutShort: boolean
  /** How many there are, `afterCutShort` among them. */
  readonly regressions: number
}
