/**
 * What is going on in a run at the moment, as anything sees it that watches: the dashboard, the control API, metrics. A snapshot is
 * made a few times a second and holds nothing that grows with the run.
 */

import type { PurchaseId } from './call.ts'
import type { Change } from './change.ts'
import type { InvariantName } from './invariant.ts'
import type { Result, Verdict } from './result.ts'
import type { Edge, ServiceName } from './topology.ts'

/** `ready`: services that were started for others to use, without traffic of the lab's own. */
export type LivePhase = 'starting' | 'warming-up' | 'ready' | 'traffic' | 'waiting-for-quiet' | 'auditing' | 'over'

/** Seconds of history that a snapshot carries. */
export const HISTORY_SECONDS = 60
/** Lines of what just happened that a snapshot carries. */
export const MOST_FEED_LINES = 50
export const SNAPSHOTS_PER_SECOND = 4

/** `slow`: it answers, but takes several times what it usually does. `restarting`: dead, and its next life is on its way. */
export type ServiceState = 'up' | 'slow' | 'down' | 'restarting'

export interface ServiceView {
  readonly service: ServiceName
  readonly state: ServiceState
  /** Answered in the last full second. */
  readonly ratePerSecond: number
  /** Median of each full second, oldest first, at most `HISTORY_SECONDS`; null: nothing was answered in it. */
  readonly latencyMs: readonly (number | null)[]
  /** Calls that it has received and not answered. */
  readonly inFlight: number
  readonly strikes: number
  /** Of its lives, from 1. */
  readonly incarnation: number
}

export interface BreakerView {
  readonly edge: string
  readonly policy: string
  readonly state: 'closed' | 'open' | 'half-open'
  /** Until it lets a trial through; null: not open. Never below 0. */
  readonly halfOpenInMs: number | null
}

/** Calls on one edge: those that are out, and those that wait for a permit. */
export interface CompartmentView {
  readonly edge: string
  readonly inFlight: number
  /** Most at once, where a policy says so. */
  readonly limit: number | null
  readonly queued: number
}

export interface OrdersView {
  /** 0: nobody knows how many will come. */
  readonly planned: number
  readonly arrived: number
  /** Arrived, and not answered for good yet. */
  readonly open: number
  readonly confirmed: number
  readonly pending: number
  readonly cancelled: number
  readonly refused: number
  readonly failed: number
}

export interface GremlinView {
  readonly name: string
  /** Its kind: a name of the catalogue. */
  readonly gremlin: string
  readonly on: ServiceName
  /** `scheduled`: by the scenario's own times; otherwise somebody has switched it. */
  readonly state: 'scheduled' | 'on' | 'off'
  readonly probability: number
  readonly tosses: number
  readonly strikes: number
  /** Until it is held back by itself; null: nobody said so. */
  readonly endsInMs: number | null
}

/** A policy of the variant, wherever it stands. */
export interface PolicyView {
  readonly policy: string
  readonly edges: readonly (Edge | 'door')[]
  readonly on: boolean
}

export type FeedKind = 'strike' | 'service' | 'breaker' | 'order' | 'violation' | 'change' | 'caption'

/** What just happened, in plain words. */
export interface FeedLine {
  /** After the traffic's start. */
  readonly atMs: number
  readonly kind: FeedKind
  readonly text: string
}

/** What the ledgers say so far. A run that is not quiet yet may still mend some of it, and is judged only at its end. */
export interface SoFar {
  /** Invariants with violations now, and how many. */
  readonly violations: readonly { readonly invariant: InvariantName; readonly count: number }[]
  readonly lossCents: number
  /** The purchase of the last violation that was found. */
  readonly latest: PurchaseId | null
}

/** One variant as it goes, or as it went. */
export interface VariantView {
  readonly name: string
  readonly summary: string
  readonly phase: LivePhase
  /** Since the traffic's start, on the variant's own clock. */
  readonly elapsedMs: number
  /** A recording of an earlier variant of the same run, at the same time after its start. */
  readonly ghost: boolean
  /** Whether buyers come at the moment. */
  readonly trafficOn: boolean
  readonly services: readonly ServiceView[]
  readonly breakers: readonly BreakerView[]
  readonly compartments: readonly CompartmentView[]
  readonly orders: OrdersView
  /** Over the last five seconds. */
  readonly goodputPerSecond: number
  /** What buyers waited for their last answers; null: no answers yet. */
  readonly latencyMs: { readonly p50: number | null; readonly p99: number | null }
  readonly soFar: SoFar
  readonly gremlins: readonly GremlinView[]
  readonly policies: readonly PolicyView[]
  readonly workflow: { readonly current: string; readonly choices: readonly string[] }
  /** Oldest first, at most `MOST_FEED_LINES`. */
  readonly feed: readonly FeedLine[]
  /** Null until it is judged. */
  readonly verdict: Verdict | null
}

export interface Snapshot {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly title: string
  readonly seed: number
  readonly mode: Result['mode']
  readonly currency: string
  /** The first is the one that changes apply to; a second is there to be compared with. */
  readonly variants: readonly VariantView[]
  /** What a script says at the moment. */
  readonly caption: string | null
  /** What does not go on as it should, such as a variant that cannot be changed any more. */
  readonly notice: string | null
}

/** What can be done with a run that goes on. */
export interface LiveControl {
  snapshot(): Snapshot
  /** Shows each new snapshot, a few times a second. @returns shows no more */
  watch(see: (snapshot: Snapshot) => void): () => void
  /**
   * Makes all of them, in their order, or none. `ttlMs`: gremlins that are let loose are held back again after so long.
   * @throws ChangeRefused with a sentence for each change that cannot be made
   */
  change(changes: readonly Change[], ttlMs?: number): void
  /** Takes back every change that was made by hand. */
  reset(): void
  /** The scenario's script plays no further: from now on somebody does it by hand. */
  takeOver(): void
  /** From the beginning, with the same seed. Nothing where there is no traffic of the lab's own. */
  restart(): void
  /** Writes what happened so far as a scenario file that does it again. @returns the file */
  save(): Promise<string>
  /** Ends the run in good order: what was measured is kept. */
  end(): void
}

/** Nothing was changed, and this is why. */
export class ChangeRefused extends Error {
  readonly reasons: readonly string[]

  constructor(reasons: readonly string[]) {
    super(reasons.join('; '))
    this.reasons = reasons
  }
}
