/** The entry of a worker thread that carries out trials. */

import { hostTasks } from '../runtime/virtual/worker-host.ts'
import type { TrialPlan } from './trial.ts'
import { summariseTrial, type TrialSummary } from './trial-summary.ts'

hostTasks<TrialPlan, TrialSummary, never>((plan, { signal }) => summariseTrial(plan, signal))
