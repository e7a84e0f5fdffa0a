/** The mean of paired differences with its interval: one pair is one seed. */

import { studentT } from './student.ts'

/** The share of such intervals that hold what they are about, were the study repeated with other seeds. */
export const CONFIDENCE = 0.95

/** A figure of a variant, and the same figure of the reference at the same seed. */
export type Pair = readonly [variant: number, reference: number]

export interface PairedDifference {
  /** Pairs that went into it. */
  readonly seeds: number
  /** Of the variant, and of the reference, over the same seeds; null without any. */
  readonly mean: number | null
  readonly referenceMean: number | null
  /** Mean of variant minus reference. */
  readonly difference: number | null
  /** The interval around the difference; null where fewer than two seeds leave no spread to measure. */
  readonly low: number | null
  readonly high: number | null
  /**
   * `more` and `less`: the interval lies above or below zero. `nothing`: it holds zero. `same`: the two are equal at every seed.
   * `no-spread`: they differ by the same amount at every seed, so the interval has no width, which is no certainty about other
   * seeds. `too-few`: fewer than two seeds.
   */
  readonly shows: 'more' | 'less' | 'nothing' | 'same' | 'no-spread' | 'too-few'
}

/** Differences that are only what rounding leaves of two equal ones: relative to the figures themselves. */
const ROUNDING = 1e-12

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Student's t on the differences (W. S. Gosset, "The Probable Error of a Mean", 1908): n - 1 degrees of freedom. */
export function comparePaired(pairs: readonly Pair[]): PairedDifference {
  const seeds = pairs.length
  if (seeds === 0) {
    return { seeds, mean: null, referenceMean: null, difference: null, low: null, high: null, shows: 'too-few' }
  }
  const differences = pairs.map(([variant, reference]) => variant - reference)
  const difference = meanOf(differences)
  const means = {
    mean: meanOf(pairs.map(([variant]) => variant)),
    referenceMean: meanOf(pairs.map(([, other]) => other)),
  }
  if (seeds === 1) return { seeds, ...means, difference, low: null, high: null, shows: 'too-few' }
  const size = pairs.reduce((most, pair) => Math.max(most, Math.abs(pair[0]), Math.abs(pair[1])), 0)
  const [least, most] = differences.reduce(
    ([low, high], each) => [Math.min(low, each), Math.max(high, each)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  if (most - least <= ROUNDING * size) {
    const equal = Math.abs(difference) <= ROUNDING * size
    const only = equal ? 0 : difference
    return { seeds, ...means, difference: only, low: only, high: only, shows: equal ? 'same' : 'no-spread' }
  }
  const squares = differences.reduce((sum, each) => sum + (each - difference) ** 2, 0)
  const half = studentT(CONFIDENCE, seeds - 1) * Math.sqrt(squares / (seeds - 1) / seeds)
  const [low, high] = [difference - half, difference + half]
  return { seeds, ...means, difference, low, high, shows: low > 0 ? 'more' : high < 0 ? 'less' : 'nothing' }
}
