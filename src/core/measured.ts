/** What a comparison over time needs of a run, or of the same run over several seeds: what was asked, and the figures. No orders. */

import type { Result, Verdict } from './result.ts'
import type { Scenario } from './scenario.ts'

/** Figures of one variant at one seed, by the id of the metric. What was not measured is not there. */
export interface MeasuredVariant {
  readonly name: string
  readonly verdict: Verdict
  readonly values: Readonly<Record<string, number>>
  /** What somebody changed by hand while it went on, each change in words with its time; absent: nothing. */
  readonly changedByHand?: readonly string[]
}

export interface MeasuredRun {
  readonly seed: number
  readonly verdict: Verdict
  /** Why the run was cut short, or why the lab failed; null: it came to its end. */
  readonly cutShort: string | null
  readonly variants: readonly MeasuredVariant[]
}

/** What was asked: two that were not asked the same may differ for that reason alone. */
export interface Asked {
  readonly mode: Result['mode']
  readonly flags: readonly string[]
  /** The digest of the calibration; null: the built-in pace, or the real world. */
  readonly calibration: string | null
  readonly configuration: Scenario
}

export interface Measured extends Asked {
  readonly scenario: string
  readonly title: string
  readonly baseCurrency: string
  /** The version of Faultline that ran it; null where nobody wrote it down. */
  readonly faultline: string | null
  /** One for each seed, each seed once. */
  readonly runs: readonly MeasuredRun[]
}

/**
 * When worse is a regression. `promise`: any rise that is no noise. `count`: one that is beyond the tolerance as well. `speed`: the
 * same, and where nobody can tell noise from change the tolerance alone decides. Null: never.
 */
export type Gate = 'promise' | 'count' | 'speed' | null

export interface ComparedMetric {
  readonly id: string
  readonly name: string
  /** `share`: between 0 and 1. `money`: cents. */
  readonly unit: 'count' | 'per-second' | 'ms' | 'money' | 'share'
  readonly better: 'more' | 'less' | null
  readonly gate: Gate
  /** Of the seeds, and not of a run: left out where a side has one seed only. */
  readonly ofSeeds: boolean
}
