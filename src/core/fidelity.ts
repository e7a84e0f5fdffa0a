/** `fidelity.json`, version 1: how the virtual world compares with the real one, and the real one with itself. */

import type { InvariantName } from './invariant.ts'
import type { Quantiles, Result, Verdict } from './result.ts'

export const FIDELITY_FILE = 'fidelity.json'

/** A figure of each real run, in their order, and of the virtual one. */
export interface Sides<T> {
  readonly real: readonly T[]
  readonly virtual: T
}

/** A distance between the worlds, beside the same between real runs. Null: one side has nothing to measure. */
export interface Distance {
  /** The virtual run to a real one, on average. */
  readonly toReal: number | null
  /** A real run to another, on average over all pairs. */
  readonly floor: number | null
  /** What is still faithful. */
  readonly limit: number | null
  /** Null: not judged, since nobody knows what real runs differ by. */
  readonly met: boolean | null
}

export interface ExpectationFidelity {
  readonly expectation: string
  /** Null: it could not be decided there, which is neither. */
  readonly holds: Sides<boolean | null>
  /** Null: not judged, since the real runs disagree with each other. */
  readonly met: boolean | null
}

export interface VariantFidelity {
  readonly name: string
  readonly verdicts: Sides<Verdict>
  readonly expectations: readonly ExpectationFidelity[]
  /** Of the latencies of all that were answered, in milliseconds. */
  readonly wassersteinMs: Distance
  /** The share of purchases that ended in another class, or whose buyer was told another thing last. */
  readonly otherOutcome: Distance
  /** How many purchases ended so, such as `confirmed` or `failed, told left`. */
  readonly outcomes: Readonly<Record<string, Sides<number>>>
  readonly purchases: number
  readonly firstStrikes: Sides<number>
  /** Invariants that were violated anywhere. */
  readonly violations: Readonly<Partial<Record<InvariantName, Sides<number>>>>
  readonly latencyMs: Sides<Quantiles>
  readonly goodputPerSecond: Sides<number>
  /** The median of what answered calls took, by path: where latencies part. */
  readonly callMs: Readonly<Record<string, Sides<number | null>>>
  /** What misses, in whole sentences. */
  readonly misses: readonly string[]
  /** What could not be judged, in whole sentences. Faithful is a variant where both are empty. */
  readonly notJudged: readonly string[]
}

/** Null: nothing misses, and not everything could be judged. */
export function faithfulnessOf(variants: readonly Pick<VariantFidelity, 'misses' | 'notJudged'>[]): boolean | null {
  if (variants.some(({ misses }) => misses.length > 0)) return false
  return variants.length > 0 && variants.every(({ notJudged }) => notJudged.length === 0) ? true : null
}

export interface ComparedRun {
  readonly mode: Result['mode']
  readonly folder: string
  /** Of the machine in the last minute, when the run was over. */
  readonly loadAverage: number
}

export interface Fidelity {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly seed: number
  readonly flags: readonly string[]
  /** Null: nothing misses, and not everything could be judged. */
  readonly faithful: boolean | null
  /** The digest of the calibration; null: the built-in pace. */
  readonly calibration: string | null
  readonly runs: readonly ComparedRun[]
  readonly variants: readonly VariantFidelity[]
}
