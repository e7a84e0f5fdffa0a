/** Trials over all cores: a trial is a message to a worker thread, and its summary the answer. */

import { siblingEntry } from '../runtime/virtual/sibling-entry.ts'
import { openWorkers } from '../runtime/virtual/workers.ts'
import type { SummaryPlan, TrialSummary } from './trial-summary.ts'

export interface TrialWorkers {
  readonly count: number
  /** @throws LabError when the thread itself dies; what a trial dies of is in its summary */
  run(plan: SummaryPlan): Promise<TrialSummary>
  /** Idempotent. */
  end(): Promise<void>
}

/** @param count how many threads; they begin with the first trials */
export function openTrialWorkers(count: number): TrialWorkers {
  const workers = openWorkers<SummaryPlan, TrialSummary>(siblingEntry('trial-worker', import.meta.url), count)
  return {
    count,
    // Only what the trial is about crosses to the thread.
    run: ({ scenario, variant, ...plan }) => {
      const variants = scenario.variants.filter(({ name }) => name === variant)
      const task = { ...plan, variant, scenario: { ...scenario, variants } }
      return workers.work(task, { place: `${variant}, seed ${plan.seed}` })
    },
    end: workers.end,
  }
}
