/** `result.json`, version 1: what a run found. A report is a pure function of it. */

import type { Switch } from './change.ts'
import type { DependencyResult } from './dependency.ts'
import type { InvariantName, Violation } from './invariant.ts'
import type { RequestKind } from './purchase.ts'
import type { Scenario } from './scenario.ts'

export const VERDICTS = ['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR'] as const
export type Verdict = (typeof VERDICTS)[number]

/** ERROR over FAIL over INCONCLUSIVE over PASS. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return VERDICTS[Math.max(0, ...verdicts.map((verdict) => VERDICTS.indexOf(verdict)))] as Verdict
}

/** Of the requests for orders; what else buyers came for is in `VariantResult.kinds`. */
export interface OrderCounts {
  readonly arrived: number
  readonly confirmed: number
  readonly cancelled: number
  readonly refused: number
  readonly failed: number
  readonly inDoubt: number
}

/** Quantiles in milliseconds from the intended start; null where nothing was measured. */
export interface Quantiles {
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** In cents of the base currency; each cent is counted once. */
export interface Loss {
  /** Charged beyond the price, to buyers whose purchase was confirmed. */
  readonly overchargeCents: number
  /** Units handed out beyond those that were ordered and paid, at their price. */
  readonly surplusUnitsCents: number
  /** Charged to buyers whose purchase was not confirmed, or confirmed without all goods. */
  readonly chargedWithoutGoodsCents: number
  /** Stock taken for purchases that were not confirmed, as far as the charge does not cover it already. */
  readonly phantomStockCents: number
}

/** What it costs that several services must agree. From ledgers and journals. */
export interface Transactions {
  /** From a participant's vote to its learning the decision, for each vote of inventory and payment. */
  readonly inDoubtMs: Quantiles
  /** How long a unit of stock was locked, each locked unit counted by itself. */
  readonly lockedStockMs: Quantiles
  /** How long a part of a bank account was locked, for each hold. */
  readonly lockedAccountMs: Quantiles
  /** Purchases whose buyer was refused what was there, but locked by somebody else. */
  readonly refusedByLock: number
  readonly compensations: number
  /** Orders that a restarted order service brought to their end. */
  readonly recoveries: number
  /** Participants that aborted by themselves. */
  readonly heuristics: number
  /** Requests and answers between services, over the purchases of any kind that arrived; null without any. */
  readonly messagesPerOrder: number | null
}

/** What became of one kind of request. `good`: answered truthfully, positively and within the buyer's patience. */
export interface KindFigures {
  readonly arrived: number
  readonly good: number
  /** Nobody told them anything: lost connections, and buyers who left. */
  readonly unanswered: number
  /** Of all that were answered, from the intended start. */
  readonly latencyMs: Quantiles
}

export interface KindResult extends KindFigures {
  readonly kind: RequestKind
  readonly goodputPerSecond: number
  /** Told no, by the reason that was given. */
  readonly refusals: Readonly<Record<string, number>>
  /** The same figures for those who meant to ask within the scenario's `focus`. */
  readonly focus: KindFigures
  /** Good ones by the bucket of the answer; buckets as in `VariantResult.series`. */
  readonly goodput: readonly number[]
}

export interface GremlinCount {
  readonly name: string
  readonly gremlin: string
  readonly on: string
  readonly tossed: number
  readonly strikes: number
  /** False: this variant never passes the moments that it waits for. */
  readonly applies: boolean
}

export interface ExpectationResult {
  readonly expectation: string
  readonly holds: boolean
  /** Why it could not be decided, where it could not. */
  readonly inconclusive: string | null
}

export interface InvariantResult {
  readonly name: InvariantName
  readonly kind: 'always' | 'eventually'
  readonly promise: string
  readonly violations: number
  /** How many things could have violated it. 0: not exercised. */
  readonly subjects: number
  readonly expected: 'holds' | 'violated' | 'allowed'
  /** The first ones, at most `MOST_SAMPLES` of each invariant. */
  readonly samples: readonly Violation[]
}
export const MOST_SAMPLES = 20

/** Time series in equal buckets from the traffic's start. */
export interface Series {
  readonly bucketMs: number
  /** Orders confirmed truthfully and in time, by the bucket of the answer. */
  readonly goodput: readonly number[]
  /** Median and 99th percentile of the latency of all answered orders, by the bucket of the answer; null where none. */
  readonly p50: readonly (number | null)[]
  readonly p99: readonly (number | null)[]
  readonly strikes: readonly number[]
  /** Crashes among the strikes. */
  readonly crashes: readonly number[]
}

/** How much there was at a time, on average over each bucket. In equal buckets from the traffic's start; `bucketMs` is their own. */
export interface Levels {
  readonly bucketMs: number
  /** Votes of inventory and payment whose participant did not know the decision yet. */
  readonly inDoubt: readonly number[]
  /** Units of stock that were held for somebody. */
  readonly lockedStock: readonly number[]
  /** Holds on bank accounts. */
  readonly lockedAccounts: readonly number[]
  /** By service: for which share of the bucket it was killed and not back yet, or kept away by an outage or a partition. */
  readonly away: Readonly<Record<string, readonly number[]>>
}

/** Latency distribution: how many answered purchases took at most `uptoMs` and more than the bucket before. */
export interface LatencyBucket {
  readonly uptoMs: number
  readonly all: number
  readonly confirmed: number
}

/**
 * Latency, goodput and their series are those of the orders, whatever else came; in a mix without orders, those of all requests.
 * Violations and losses are those of everything.
 */
export interface VariantResult {
  readonly name: string
  readonly summary: string
  readonly verdict: Verdict
  /** Why the verdict is not PASS, in whole sentences; empty for PASS. */
  readonly reasons: readonly string[]
  readonly orders: OrderCounts
  /** Of all answered orders, from the intended start. */
  readonly latencyMs: Quantiles
  readonly latencyConfirmedMs: Quantiles
  readonly latencyBuckets: readonly LatencyBucket[]
  /** By how much the traffic was late against its plan. */
  readonly scheduleErrorMs: Quantiles
  readonly arrivalWindowMs: number
  readonly goodputPerSecond: number
  readonly gremlins: readonly GremlinCount[]
  /** Count by invariant, every invariant named. */
  readonly violations: Readonly<Record<InvariantName, number>>
  readonly invariants: readonly InvariantResult[]
  readonly lossCents: number
  readonly loss: Loss
  readonly expectations: readonly ExpectationResult[]
  /** Buyers' requests beyond the first of each purchase. */
  readonly refreshes: number
  /** Orders whose buyers were told `pending` and went home; how they ended is in `orders`. */
  readonly toldPending: number
  readonly series: Series
  /** Absent where nothing was in doubt, locked or away, and in results from before it was measured. */
  readonly levels?: Levels
  readonly restarts: Readonly<Record<string, number>>
  /** Deaths without a journalled strike, by service. */
  readonly unexplainedDeaths: Readonly<Record<string, number>>
  readonly quietAfterMs: number | null
  readonly transactions: Transactions
  /** One for each kind in the traffic's mix. */
  readonly kinds: readonly KindResult[]
  /** One for each call path that was used. */
  readonly dependencies: readonly DependencyResult[]
  /** Made by hand while it went on, by time; absent: none. */
  readonly changes?: readonly Switch[]
}

export interface Result {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly title: string
  readonly about: string
  readonly seed: number
  /** Flags that the run was given beside its seed, such as `--orders 50`: what it takes to run the same again. */
  readonly flags: readonly string[]
  readonly mode: 'real' | 'virtual'
  /** The digest of the calibration that a virtual run took its times from; absent where they are the built-in ones. */
  readonly calibration?: string
  /** Places in it, such as `calls.payment→fx`, that the scenario's services use and that it has no times for; absent: none. */
  readonly calibrationLacks?: readonly string[]
  readonly verdict: Verdict
  /** Set when the run was cut short: what and why. */
  readonly interrupted: string | null
  /** Why the lab itself failed (verdict ERROR); the variants that were finished before are still there. */
  readonly error: string | null
  readonly baseCurrency: string
  readonly variants: readonly VariantResult[]
  /** What was run, so that a report needs nothing else. */
  readonly configuration: Scenario
}
