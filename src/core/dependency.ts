/** What became of the calls from one service to another: a part of `result.json`. */

import type { JournalLine } from './event.ts'
import type { Quantiles } from './result.ts'
import type { Edge } from './topology.ts'

export const BREAKER_STATES = ['closed', 'open', 'half-open'] as const
export type BreakerState = (typeof BREAKER_STATES)[number]
/** Changes of a breaker that are kept, from the first; all are counted. */
export const MOST_BREAKER_CHANGES = 200

/** One call path as its caller saw it, from the journals. */
export interface DependencyResult {
  readonly edge: Edge | 'door'
  /** Requests that left the caller. */
  readonly calls: number
  /** Those without a positive answer, by the reason of the error. */
  readonly failures: Readonly<Record<string, number>>
  /** Of the calls that were answered in any way. */
  readonly latencyMs: Quantiles
  /** Calls that were not made, by the policy that refused them. */
  readonly refusals: Readonly<Record<string, number>>
  /** The same by policy and reason, such as `bulkhead: full` and `bulkhead: waited too long`. */
  readonly refusalReasons: Readonly<Record<string, number>>
  readonly retries: number
  readonly budgetExhausted: number
  /** The fewest retries that the budget ever had left; null: there is none, or nobody asked it. */
  readonly leastBudgetLeft: number | null
  /** Where the concurrency limit went, as far as the journal was told; null: it never moved, or there is none. */
  readonly limit: { readonly least: number; readonly most: number; readonly last: number } | null
  /** Health checks while the breaker was open. */
  readonly probes: { readonly well: number; readonly ill: number }
  readonly timeouts: number
  readonly lateAnswers: number
  /** By what stood in. */
  readonly fallbacks: Readonly<Record<string, number>>
  readonly hedges: { readonly sent: number; readonly won: number }
  /** Time in a compartment's queue, of the calls that waited at all. */
  readonly waitedMs: Quantiles
  readonly mostInFlight: number
  readonly mostQueued: number
  /** Null: no breaker spoke. `atMs` after the traffic's start. */
  readonly breaker: {
    readonly openings: number
    readonly openMs: number
    readonly changes: readonly { readonly atMs: number; readonly state: BreakerState; readonly detail: string }[]
  } | null
  /** In equal buckets from the traffic's start; `bucketMs` is this series' own. */
  readonly series: {
    readonly bucketMs: number
    readonly calls: readonly number[]
    readonly refused: readonly number[]
    readonly mostInFlight: readonly number[]
    readonly mostQueued: readonly number[]
  }
}

/** What the caller heard of one call. */
export interface Answer {
  /** 0: nobody answered. */
  readonly status: number
  /** Of the error, such as `timeout: no answer in 200 ms`; null: a positive answer. */
  readonly reason: string | null
  /** Null: not measured. */
  readonly afterMs: number | null
}

/** Is told of the calls and policies in the journals: file by file, each in its order. */
export interface CallWatch {
  /** One incarnation's journal begins: what its node had on its way, or in line, before is gone. */
  begin(node: string): void
  sent(edge: string, atMs: number): void
  heard(edge: string, atMs: number, answer: Answer): void
  policy(line: JournalLine & { readonly type: 'policy' }): void
  /** The journal ends. */
  end(node: string, lastAtMs: number): void
}
