/**
 * One variant under one seed in the virtual world, judged, without a file: what search, shrinking and comparison are made of.
 * The whole story of a trial is had by running the same again with `runScenario`.
 */

import { type AuditOutcome, auditRun, type PurchaseRecord } from '../audit/audit.ts'
import { type Decision, decisionKey } from '../core/decision.ts'
import type { Scenario } from '../core/scenario.ts'
import type { ComposeNode } from '../runtime/real/service-process.ts'
import { driveToQuiet, makeTraffic, type Unpublished } from '../runtime/virtual/drive-world.ts'
import { keepInMemory } from '../runtime/virtual/memory-keeping.ts'
import type { MemoryStore } from '../runtime/virtual/memory-store.ts'
import { makePlainStore } from '../runtime/virtual/plain/plain-store.ts'
import { makeWorld, type WorldOptions } from '../runtime/virtual/world.ts'
import { asMet, auditPlanOf } from './audit-variant.ts'
import { composeNode } from './compose.ts'
import { driveVariant } from './drive-variant.ts'

export interface TrialPlan {
  readonly scenario: Scenario
  /** One of the scenario's. */
  readonly variant: string
  readonly seed: number
  /** Which coins come up, instead of by luck. */
  readonly decisions?: readonly Decision[]
}

export interface TrialOptions {
  /** What each service keeps its rows in. Default: plain JavaScript, which is the fastest. */
  makeStore?(): MemoryStore
  /** Told of every coin as it falls. */
  onToss?(decision: Decision, struck: boolean): void
  /** Told of everything that is known of each purchase, in the order of their ids. */
  onPurchase?(record: PurchaseRecord): void
  /** Makes a service's parts in another way than a run does: with a bug planted in one, say. */
  readonly compose?: ComposeNode
  /** What lays the network. Default: the fast one. */
  readonly lay?: WorldOptions['lay']
  readonly signal?: AbortSignal
}

export interface Trial {
  readonly outcome: AuditOutcome
  readonly driven: Unpublished
  /** Every coin that came up, in the order in which they did; a window's once, although each life of its service tosses it. */
  readonly strikes: readonly Decision[]
}

const NOBODY_WATCHES = { progress() {}, waitingForQuiet() {} }

/** @throws LabError when the lab itself fails: a deadlock, time that stands still, a bug of a service */
export async function runTrial(plan: TrialPlan, options: TrialOptions = {}): Promise<Trial> {
  const variant = plan.scenario.variants.find(({ name }) => name === plan.variant)
  if (!variant) throw new Error(`the scenario '${plan.scenario.name}' has no variant '${plan.variant}'`)
  const { onToss, onPurchase, makeStore = makePlainStore, compose = composeNode, lay } = options
  const keeping = keepInMemory({ makeStore, ...(onToss ? { onToss } : {}) })
  const driven = await turnWorld(
    plan,
    { compose, keeping, ...(lay ? { lay } : {}) },
    options.signal ?? new AbortController().signal,
  )
  const evidence = keeping.evidence()
  try {
    const scenario = asMet({ scenario: plan.scenario, variant })
    const outcome = auditRun({
      ...auditPlanOf({ scenario, variant, driven, evidence }, []),
      ...evidence,
      *purchases() {
        for (const record of evidence.purchases()) {
          onPurchase?.(record)
          yield record
        }
      },
    })
    return { outcome, driven, strikes: withoutRepeats(keeping.strikes()) }
  } finally {
    evidence.close()
  }
}

async function turnWorld(plan: TrialPlan, made: WorldOptions, signal: AbortSignal): Promise<Unpublished> {
  // Nothing is written there.
  const world = makeWorld({ ...plan, folder: '' }, made)
  const traffic = makeTraffic(world, driveVariant)
  try {
    return await driveToQuiet(world, NOBODY_WATCHES, () => traffic.drive(signal, null))
  } finally {
    await world.end()
  }
}

function withoutRepeats(strikes: readonly Decision[]): Decision[] {
  return [...new Map(strikes.map((strike) => [decisionKey(strike), strike])).values()]
}
