/** What a search wants to know of a trial, as plain data that can cross from a worker thread. */

import { type Decision, decisionKey } from '../core/decision.ts'
import type { InvariantName } from '../core/invariant.ts'
import type { RequestKind } from '../core/purchase.ts'
import type { InvariantResult, OrderCounts, VariantResult } from '../core/result.ts'
import { describeFailure } from '../runtime/real/describe-failure.ts'
import { LabError } from '../runtime/real/lab-error.ts'
import { runTrial, type TrialOptions, type TrialPlan } from './trial.ts'

/** One thing that went wrong; an invariant is named once, however often it was violated. */
export interface TrialViolation {
  /**
   * `liveness`: after the traffic the faults had stopped, and the system did not become quiet. `lab`: a deadlock, or a bug in a
   * service.
   */
  readonly what: InvariantName | 'liveness' | 'lab'
  readonly expected: InvariantResult['expected']
  /** How often. */
  readonly times: number
  /** The first of them; of a lab's failure, all that is known. */
  readonly sentence: string
  /** Whom the first is about; null: nobody alone. */
  readonly purchase: string | null
  /** Kinds of gremlins that struck that purchase. */
  readonly kinds: readonly string[]
}

export type RequestCounts = Readonly<Record<RequestKind, number>>

export interface TrialSummary {
  readonly violations: readonly TrialViolation[]
  /** Null where the lab failed. */
  readonly orders: OrderCounts | null
  /** Who came, by what they came for; null where the lab failed. */
  readonly requests: RequestCounts | null
  readonly strikes: readonly Decision[]
  /** Every coin that was tossed, in the order in which it was first; only where the plan asks for them. */
  readonly coins?: readonly Decision[]
}

export interface SummaryPlan extends TrialPlan {
  readonly tellCoins?: boolean
}

/** Runs a trial; whatever goes wrong in it is in the summary. */
export async function summariseTrial(plan: SummaryPlan, signal?: AbortSignal): Promise<TrialSummary> {
  const coins = new Map<string, Decision>()
  const onToss = (coin: Decision) => {
    const key = decisionKey(coin)
    if (!coins.has(key)) coins.set(key, coin)
  }
  const summary = await summarise(plan, { ...(signal ? { signal } : {}), ...(plan.tellCoins ? { onToss } : {}) })
  return plan.tellCoins ? { ...summary, coins: [...coins.values()] } : summary
}

async function summarise(plan: TrialPlan, options: TrialOptions): Promise<TrialSummary> {
  try {
    const { outcome, driven, strikes } = await runTrial(plan, options)
    const quiet = driven.quietAfterMs !== null
    const broken = outcome.invariants.filter(({ violations }) => violations > 0)
    // What must hold when quiet says nothing about a run that never was.
    const told = broken.filter(({ kind }) => quiet || kind === 'always').map(toViolation)
    const violations = quiet ? told : [...told, notQuiet(plan)]
    return { violations, orders: outcome.orders, requests: requestsOf(outcome), strikes }
  } catch (error) {
    // A search goes on where one trial ends: what it ended of is its finding.
    return { violations: [labFailure(error)], orders: null, requests: null, strikes: [] }
  }
}

function requestsOf({ orders, kinds }: Pick<VariantResult, 'orders' | 'kinds'>): RequestCounts {
  const cameFor = (kind: RequestKind) => kinds.find((each) => each.kind === kind)?.arrived ?? 0
  return {
    order: orders.arrived,
    stock: cameFor('stock'),
    notification: cameFor('notification'),
    payment: cameFor('payment'),
  }
}

function toViolation({ name, violations, expected, samples }: InvariantResult): TrialViolation {
  const first = samples[0]
  return {
    what: name,
    expected,
    times: violations,
    sentence: first?.sentence ?? '',
    purchase: first?.purchase ?? null,
    kinds: [...new Set(first?.strikes.map(({ kind }) => kind))].sort(),
  }
}

const OF_NOBODY = { expected: 'holds', times: 1, purchase: null, kinds: [] } as const

function notQuiet({ scenario }: TrialPlan): TrialViolation {
  const sentence = `not quiet within ${scenario.quietWithinMs} ms, although nothing struck any more`
  return { ...OF_NOBODY, what: 'liveness', sentence }
}

function labFailure(error: unknown): TrialViolation {
  return { ...OF_NOBODY, what: 'lab', sentence: error instanceof LabError ? error.message : describeFailure(error) }
}
