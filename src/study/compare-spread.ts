/** The change from runs before to runs after, with its 95 % interval, by whatever there is to weigh it with. */

import { CONFIDENCE, comparePaired } from '../core/paired.ts'
import type { Method } from '../core/run-comparison.ts'
import { studentT } from '../core/student.ts'

/** A figure at a seed. */
export type AtSeed = readonly [seed: number, value: number]

export interface Weighed {
  readonly method: Method
  readonly before: number
  readonly after: number
  readonly change: number
  readonly low: number | null
  readonly high: number | null
  readonly runs: { readonly before: number; readonly after: number; readonly others: number }
}

export interface Samples {
  readonly before: readonly AtSeed[]
  readonly after: readonly AtSeed[]
  /** Of further real runs that were asked the same with the same seed. */
  readonly beside: readonly number[]
  /** Both in the virtual world. */
  readonly virtual: boolean
}

/** Pairs are worth it from this share of the smaller side on; below, too much would be thrown away. */
const LEAST_COMMON_SHARE = 0.5
/** Spread that is only what rounding leaves of equal figures: relative to the figures themselves. */
const ROUNDING = 1e-12

/** Undefined where a side has nothing. */
export function weigh(samples: Samples): Weighed | undefined {
  const { before, after, beside, virtual } = samples
  const [first, second] = [before[0], after[0]]
  if (first === undefined || second === undefined) return undefined
  const there = new Map(before)
  const pairs = after.flatMap(([seed, value]): [number, number][] => {
    const other = there.get(seed)
    return other === undefined ? [] : [[value, other]]
  })
  const smaller = Math.min(before.length, after.length)
  const [pair] = pairs
  if (smaller === 1 && virtual && pair) return alone('exact', pair[1], pair[0])
  if (smaller > 1) {
    return pairs.length >= Math.max(2, LEAST_COMMON_SHARE * smaller) ? paired(pairs) : welch(before, after)
  }
  if (before.length > 1 || after.length > 1) return oneOfMany(valuesOf(before), valuesOf(after))
  const [was, is] = [first[1], second[1]]
  return beside.length > 1 && pair ? byOthers(was, is, beside) : alone('single', was, is)
}

function valuesOf(samples: readonly AtSeed[]): number[] {
  return samples.map(([, value]) => value)
}

function alone(method: Method, before: number, after: number): Weighed {
  const runs = { before: 1, after: 1, others: 0 }
  return { method, before, after, change: after - before, low: null, high: null, runs }
}

function paired(pairs: readonly [number, number][]): Weighed | undefined {
  const { mean, referenceMean, difference, low, high } = comparePaired(pairs)
  if (mean === null || referenceMean === null || difference === null) return undefined
  const runs = { before: pairs.length, after: pairs.length, others: 0 }
  return { method: 'paired', before: referenceMean, after: mean, change: difference, low, high, runs }
}

interface Sample {
  readonly runs: number
  readonly mean: number
  /** Of the runs, with n - 1. */
  readonly variance: number
}

function sampleOf(values: readonly number[]): Sample {
  const runs = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / runs
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const variance = runs > 1 ? squares / (runs - 1) : 0
  return { runs, mean, variance: Math.sqrt(variance) <= ROUNDING * size ? 0 : variance }
}

function around(change: number, half: number) {
  return { change, low: change - half, high: change + half }
}

/**
 * B. L. Welch, "The generalization of Student's problem when several different population variances are involved", 1947. Its degrees of
 * freedom are rounded down, which makes the interval a little wider.
 */
function welch(before: readonly AtSeed[], after: readonly AtSeed[]): Weighed {
  const [was, is] = [sampleOf(valuesOf(before)), sampleOf(valuesOf(after))]
  const [partBefore, partAfter] = [was.variance / was.runs, is.variance / is.runs]
  const total = partBefore + partAfter
  const below = partBefore ** 2 / (was.runs - 1) + partAfter ** 2 / (is.runs - 1)
  const degrees = below > 0 ? Math.max(1, Math.floor(total ** 2 / below)) : 1
  const half = total > 0 ? studentT(CONFIDENCE, degrees) * Math.sqrt(total) : 0
  const runs = { before: was.runs, after: is.runs, others: 0 }
  return { method: 'welch', before: was.mean, after: is.mean, ...around(is.mean - was.mean, half), runs }
}

/** One run beside several: the interval in which one more of the several would lie. */
function oneOfMany(before: readonly number[], after: readonly number[]): Weighed {
  const [was, is] = [sampleOf(before), sampleOf(after)]
  const many = was.runs > 1 ? was : is
  const half = studentT(CONFIDENCE, many.runs - 1) * Math.sqrt(many.variance * (1 + 1 / many.runs))
  const runs = { before: was.runs, after: is.runs, others: 0 }
  return { method: 'one-of-many', before: was.mean, after: is.mean, ...around(is.mean - was.mean, half), runs }
}

/** One run each: two runs that differ by nothing but luck differ by √2 of the spread of one. */
function byOthers(before: number, after: number, others: readonly number[]): Weighed {
  const { runs, variance } = sampleOf(others)
  const half = studentT(CONFIDENCE, runs - 1) * Math.sqrt(2 * variance)
  const counted = { before: 1, after: 1, others: runs }
  return { method: 'beside', before, after, ...around(after - before, half), runs: counted }
}
