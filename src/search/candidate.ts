/** What is tried while a violation is shrunk: a scenario that decides everything, and whether it still shows it. */

import type { Decision } from '../core/decision.ts'
import type { Scenario, Visit } from '../core/scenario.ts'
import type { TrialPlan } from '../scenarios/trial.ts'
import type { TrialSummary, TrialViolation } from '../scenarios/trial-summary.ts'

/** A scenario whose visitors and strikes are exactly these. */
export interface Candidate {
  readonly scenario: Scenario
  readonly seed: number
  readonly visits: readonly Visit[]
  readonly strikes: readonly Decision[]
}

/** A candidate that shows it, with the strikes that came, and what was violated. */
export interface Shown extends Candidate {
  readonly violations: readonly TrialViolation[]
}

/** Null: it does not show it. Undefined: no trial is left, or no time, so nobody knows. */
export type Check = (candidate: Candidate) => Promise<Shown | null | undefined>

export interface CheckOptions {
  readonly variant: string
  readonly what: TrialViolation['what']
  readonly mostTrials: number
  readonly signal: AbortSignal | undefined
  run(plan: TrialPlan): Promise<TrialSummary>
}

export interface Checking {
  readonly check: Check
  trials(): number
  /** Why nothing is tried any more; null: it still is. */
  stopped(): string | null
}

/** The scenario as it is tried, and as it is written at the end. */
export function decide({ scenario, visits, strikes, seed }: Candidate): Scenario {
  return { ...scenario, traffic: { ...scenario.traffic, exactly: visits }, strikes, seed }
}

/** Nothing is tried twice: candidates that say the same are the same. */
export function startChecking({ variant, what, mostTrials, signal, run }: CheckOptions): Checking {
  const known = new Map<string, Shown | null>()
  let trials = 0

  const stopped = () => {
    if (signal?.aborted) return typeof signal.reason === 'string' ? signal.reason : 'no time was left'
    return trials >= mostTrials ? `${mostTrials} trials were made` : null
  }

  async function tryOut(candidate: Candidate): Promise<Shown | null> {
    const { violations, strikes } = await run({ scenario: decide(candidate), variant, seed: candidate.seed })
    if (!violations.some((violation) => violation.what === what)) return null
    return { ...candidate, strikes: inOrder(candidate.strikes, strikes), violations }
  }

  return {
    async check(candidate) {
      const { scenario, seed, visits, strikes } = candidate
      if (visits.length === 0) return null
      const key = JSON.stringify([seed, visits, strikes, { ...scenario, about: '', title: '' }])
      const before = known.get(key)
      if (before !== undefined) return before
      if (stopped() !== null) return undefined
      trials += 1
      const shown = await tryOut(candidate)
      known.set(key, shown)
      return shown
    },
    trials: () => trials,
    stopped,
  }
}

/** A trial that a failure of the lab ended tells of no strikes: then all may have come. */
function inOrder(wanted: readonly Decision[], came: readonly Decision[]): readonly Decision[] {
  return came.length === 0 ? wanted : came
}
