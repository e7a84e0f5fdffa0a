/** The entry of a worker thread that carries out trials. */

import { hostTasks } from '../runtime/virtual/worker-host.ts'
import { type SummaryPlan, summariseTrial, type TrialSummary } from './trial-summary.ts'

hostTasks<SummaryPlan, TrialSummary, never>((plan, { signal }) => summariseTrial(plan, signal))
