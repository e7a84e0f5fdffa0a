/** A scenario as the runner gets it: checked, names resolved, defaults filled in. */

import type { PurchaseId } from './call.ts'
import type { Switch } from './change.ts'
import type { Decision } from './decision.ts'
import type { GremlinSetting } from './gremlin.ts'
import type { InvariantName } from './invariant.ts'
import type { Variant } from './pattern.ts'
import type { RequestKind } from './purchase.ts'
import type { QuizQuestion } from './quiz.ts'
import type { Talk } from './talk.ts'
import type { ServiceName } from './topology.ts'

export interface Product {
  readonly name: string
  readonly priceCents: number
  readonly stock: number
  /** Share of the orders, relative to the other products' weights. */
  readonly weight: number
}

/** A buyer's bank account; orders are spread over the accounts by weight. */
export interface Account {
  readonly name: string
  readonly currency: string
  readonly openingCents: number
  readonly weight: number
}

export type Shape =
  | { readonly kind: 'constant' }
  /** Linearly from `ratePerSecond` to `toPerSecond` over the arrival window. */
  | { readonly kind: 'ramp'; readonly toPerSecond: number }
  /** `spikePerSecond` between `fromMs` and `toMs` after the traffic's start, `ratePerSecond` otherwise. */
  | { readonly kind: 'spike'; readonly spikePerSecond: number; readonly fromMs: number; readonly toMs: number }

export interface TrafficPlan {
  /** How many requests arrive; orders, unless `mix` says otherwise. */
  readonly orders: number
  readonly arrivals: 'poisson' | 'paced'
  readonly ratePerSecond: number
  readonly shape: Shape
  /** Orders are of 1 to this many units. */
  readonly mostUnits: number
  /** Shares of the kinds of requests, relative to each other. */
  readonly mix: Readonly<Record<RequestKind, number>>
  /** Of all those, only these come, each at its time after the traffic's start; in the order of their times. */
  readonly exactly?: readonly Visit[]
}

/** The buyer of one purchase of the plan (`p-3` is the third), at a time of its own. */
export interface Visit {
  readonly purchase: PurchaseId
  readonly atMs: number
}

/** What a service can do at a time, so that overload is the scenario's and not the machine's. */
export interface Capacity {
  /** Requests worked on at the same time; the others wait in line, first come, first served. */
  readonly concurrency: number
  /** How long each request takes before its work begins. */
  readonly serviceTimeMs: number
  /** Requests that may wait; beyond them the answer is 503. */
  readonly queue: number
}

export interface Buyers {
  /** How long a buyer waits for an answer before refreshing (or leaving). Also the limit for goodput. */
  readonly patienceMs: number
  /** How often a buyer asks again after losing patience, or after an answer that is none. */
  readonly refreshes: number
  /** Pause before asking again. */
  readonly pauseMs: number
}

/** On the variant as a whole. */
export interface VariantBound {
  readonly metric:
    | 'goodput-per-second-at-least'
    | 'p50-ms-at-most'
    | 'p99-ms-at-most'
    | 'confirmed-at-least'
    | 'refused-at-most'
    | 'failed-at-most'
    | 'failed-at-least'
    | 'refused-by-lock-at-least'
    | 'refused-by-lock-at-most'
    | 'loss-cents-at-most'
  readonly value: number
}

/** On one kind of request, over those who meant to ask within the scenario's `focus`. Shares are between 0 and 1. */
export interface KindBound {
  readonly kind: RequestKind
  readonly metric: 'good-share-at-least' | 'good-share-at-most' | 'focus-p99-ms-at-most'
  readonly value: number
}

export type Bound = VariantBound | KindBound

/** What a variant is expected to do. An invariant named nowhere must hold. */
export interface Expectation {
  readonly holds: readonly InvariantName[]
  readonly violated: readonly InvariantName[]
  readonly allowed: readonly InvariantName[]
  readonly bounds: readonly Bound[]
}

/** Within what `explore` draws the settings of a seed. */
export interface ExploreBounds {
  /** Those of the scenario alone, or also those that can befall any service, or also those that wait at named moments. */
  readonly gremlins: 'own' | 'general' | 'all'
  readonly orders: { readonly from: number; readonly to: number }
  /** Times the scenario's rate. */
  readonly rateFactor: { readonly from: number; readonly to: number }
  /** Of a strike of gremlins that the scenario does not list; its own have their own bound. */
  readonly mostProbability: number
  /** How long those hold anything up. */
  readonly mostDelayMs: number
  /** How long an outage of theirs lasts. */
  readonly mostWindowMs: number
}

export interface Scenario {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly baseCurrency: string
  readonly products: readonly Product[]
  readonly accounts: readonly Account[]
  /** Units of a currency's cents for one cent of the base currency, times 1,000,000. */
  readonly ratesMicro: Readonly<Record<string, number>>
  readonly traffic: TrafficPlan
  readonly buyers: Buyers
  /** An order's deadline, from its arrival at the order service. */
  readonly deadlineMs: number
  readonly restartAfterMs: number
  /** How long to wait for quiet after the last buyer has gone. */
  readonly quietWithinMs: number
  /** Services without an entry take what the machine gives them. */
  readonly capacity: Readonly<Partial<Record<ServiceName, Capacity>>>
  /** The stretch of time, after the traffic's start, that figures by kind are also given for; null `toMs`: to the end. */
  readonly focus: { readonly fromMs: number; readonly toMs: number | null }
  /** In any order; at the start of each variant everything is on. */
  readonly switches: readonly Switch[]
  readonly gremlins: readonly GremlinSetting[]
  /** Exactly these coins come up, whatever the gremlins' probabilities say; undefined: by luck. */
  readonly strikes?: readonly Decision[]
  /** What a run takes that is given no seed. */
  readonly seed?: number
  readonly variants: readonly Variant[]
  /** By variant name. */
  readonly expectations: Readonly<Record<string, Expectation>>
  /** What the scenario says of it; the rest has defaults. */
  readonly explore?: Partial<ExploreBounds>
  /** What is asked before a run, where somebody wants to be asked. */
  readonly quiz?: readonly QuizQuestion[]
  /** What a talk plays; a plain run takes no notice of it. */
  readonly script?: Talk
}
