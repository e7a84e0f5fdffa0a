/** The entry of a worker thread that carries out trials. */

import { hostTasks } from '../runtime/virtual/worker-host.ts'
import { type SummaryPlan, summariseTrial, type TrialSummary } from './trial-summary.ts'

const { stackTraceLimit } = Error
/** Lost connections are errors, and come by the thousand; nobody reads where they were made, which takes a tenth of the time. */
const NO_STACKS = 0

async function carryOut(plan: SummaryPlan, signal: AbortSignal): Promise<TrialSummary> {
  Error.stackTraceLimit = NO_STACKS
  try {
    return await summariseTrial(plan, signal)
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

hostTasks<SummaryPlan, TrialSummary, never>(async (plan, { signal }) => {
  const summary = await carryOut(plan, signal)
  // A bug is told with its stack: the same trial comes to the same end.
  return summary.violations.some(({ what }) => what === 'lab') ? summariseTrial(plan, signal) : summary
})
