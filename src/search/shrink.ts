/**
 * Reduces a violation to a story that a person can follow: few orders, few strikes, one after the other, at small times. Everything
 * that is left out was tried without; each result is a run that still violates the same thing.
 */

import type { Decision } from '../core/decision.ts'
import type { Scenario, Visit } from '../core/scenario.ts'
import type { TrialPlan } from '../scenarios/trial.ts'
import type { TrialSummary, TrialViolation } from '../scenarios/trial-summary.ts'
import { visitsOf } from '../scenarios/visits.ts'
import { type Candidate, type Check, type Shown, startChecking } from './candidate.ts'
import { ddmin } from './ddmin.ts'
import { fitSwitches } from './fit-switches.ts'
import { type Regression, regressionOf } from './regression.ts'
import { simplify, tighten } from './simplify.ts'

/** A violation that somebody found. */
export interface Violated {
  readonly scenario: Scenario
  readonly variant: string
  readonly seed: number
  /** Which coins came up; undefined: as the scenario says, or by luck. */
  readonly decisions?: readonly Decision[]
  readonly what: TrialViolation['what']
}

export interface ShrinkOptions {
  /** `summariseTrial`, or the same in a worker thread. */
  run(plan: TrialPlan): Promise<TrialSummary>
  /** Default 2,000. The result depends on nothing but the violation and this, unless the signal ends it before. */
  readonly mostTrials?: number
  /** Ends it with what it has; its reason, when that is a string, is told. */
  readonly signal?: AbortSignal
}

export interface Shrunk extends Regression {
  /** Of `requests`, those for orders. */
  readonly orders: number
  readonly strikes: number
  readonly trials: number
  /** Why it ended before nothing more could be left out; null: it did not. */
  readonly stoppedEarly: string | null
}

const MOST_TRIALS = 2_000
/** Orders, then strikes, then switches, then orders again, as long as one makes room for the other. */
const MOST_ROUNDS = 4

/** Null: tried again, it did not show, which is a mistake of the lab's. */
export async function shrink(violated: Violated, options: ShrinkOptions): Promise<Shrunk | null> {
  const { variant, what } = violated
  const { run, mostTrials = MOST_TRIALS, signal } = options
  const { check, trials, stopped } = startChecking({ variant, what, mostTrials, signal, run })
  const first = await begin(violated, run, check)
  if (!first) return null
  let best = await reduce(await nearTheBlamed(first, what, check), check)
  for (const change of [simplify, tighten, simplify]) best = await reduce(await change(best, check, what), check)
  const { strikes } = best
  const regression = regressionOf(best, { variant, what, from: violated.scenario.name })
  return {
    ...regression,
    orders: regression.requests.order,
    strikes: strikes.length,
    trials: trials(),
    stoppedEarly: stopped(),
  }
}

async function begin(violated: Violated, run: ShrinkOptions['run'], check: Check): Promise<Shown | null> {
  const { scenario, variant, seed, decisions = scenario.strikes } = violated
  const variants = scenario.variants.filter(({ name }) => name === variant)
  const alone = fitSwitches({ ...scenario, variants, expectations: {} })
  const strikes = decisions ?? (await run({ scenario: alone, variant, seed })).strikes
  return (await check({ scenario: alone, seed, visits: visitsOf(scenario, seed), strikes })) ?? null
}

/** Only strikes on those who come; windows strike nobody in particular. */
function among(strikes: readonly Decision[], visits: readonly Visit[]): Decision[] {
  const ids = new Set(visits.map(({ purchase }) => purchase))
  return strikes.filter(({ purchase }) => purchase === '' || ids.has(purchase))
}

/** Most violations are about one order, and need no other: a guess that saves most of the way. */
async function nearTheBlamed(shown: Shown, what: TrialViolation['what'], check: Check): Promise<Shown> {
  const blamed = shown.violations.find((violation) => violation.what === what)?.purchase
  const visits = shown.visits.filter(({ purchase }) => purchase === blamed)
  if (visits.length === 0) return shown
  return (await check({ ...shown, visits, strikes: among(shown.strikes, visits) })) ?? shown
}

async function reduce(shown: Shown, check: Check): Promise<Shown> {
  let best = shown
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = best
    best = await keepShortest(best, best.visits, check, (visits, { strikes }) => ({
      visits,
      strikes: among(strikes, visits),
    }))
    best = await keepShortest(best, best.strikes, check, (strikes) => ({ strikes }))
    best = await keepShortest(best, best.scenario.switches, check, (switches, { scenario }) => ({
      scenario: { ...scenario, switches },
    }))
    if (sizeOf(best).every((size, index) => size === sizeOf(before)[index])) return best
  }
  return best
}

function sizeOf({ visits, strikes, scenario }: Shown): readonly number[] {
  return [visits.length, strikes.length, scenario.switches.length]
}

/** Delta debugging over one list of the candidate. */
async function keepShortest<Item>(
  shown: Shown,
  items: readonly Item[],
  check: Check,
  change: (items: readonly Item[], shown: Shown) => Partial<Candidate>,
): Promise<Shown> {
  let best = shown
  await ddmin(items, async (some) => {
    const found = await check({ ...shown, ...change(some, shown) })
    if (found === undefined) return undefined
    if (found) best = found
    return found !== null
  })
  return best
}
