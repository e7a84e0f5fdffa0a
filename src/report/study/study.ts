/** `study.json`, version 1: what several seeds of one scenario show when variants are paired seed by seed. */

import type { Measured } from '../../core/measured.ts'
import type { PairedDifference } from '../../core/paired.ts'
import type { Result, Verdict } from '../../core/result.ts'
import type { Metric } from './metrics.ts'

export interface MetricComparison extends PairedDifference {
  /** The id of one of the study's metrics. */
  readonly metric: string
  /** What it means. */
  readonly sentence: string
}

/**
 * Orders that only one of the two lost. Lost: not confirmed, although the other variant confirmed the same order at the same seed.
 * The discordant pairs of Q. McNemar, 1947, as counts and shares; no test is made of them, since orders of one run hang together.
 */
export interface OrdersLost {
  readonly seeds: number
  /** Orders that arrived in both. */
  readonly orders: number
  readonly onlyVariant: number
  readonly onlyReference: number
  /** Of `orders`, between 0 and 1; null without any. */
  readonly onlyVariantShare: number | null
  readonly onlyReferenceShare: number | null
  readonly sentence: string
}

/** A seed that is not in the comparison, and whose run it was that proves nothing there. */
export interface LeftOut {
  readonly seed: number
  readonly variant: string
  readonly why: 'ERROR' | 'INCONCLUSIVE' | 'not run'
}

export interface Comparison {
  readonly variant: string
  /** Seeds at which both ran and were judged PASS or FAIL. */
  readonly seeds: number
  readonly leftOut: readonly LeftOut[]
  readonly metrics: readonly MetricComparison[]
  readonly orders: OrdersLost
}

export interface Study {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly title: string
  readonly about: string
  readonly mode: Result['mode']
  readonly flags: readonly string[]
  /** As asked for, first and last included. */
  readonly seeds: { readonly first: number; readonly last: number }
  readonly runs: readonly { readonly seed: number; readonly verdict: Verdict }[]
  /** The worst of the runs. */
  readonly verdict: Verdict
  readonly reference: string
  readonly baseCurrency: string
  /** Of every interval by itself: 0.95. */
  readonly confidence: number
  readonly metrics: readonly Pick<Metric, 'id' | 'name' | 'unit' | 'better'>[]
  /** One for each variant but the reference. */
  readonly comparisons: readonly Comparison[]
  /** The figures of each seed, to set beside those of another day; studies made before this was kept have none. */
  readonly measured?: Measured
}
