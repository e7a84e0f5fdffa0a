/** What lies beside a run's `result.json`, for reports. Runs that are older than these files have none. */

import type { Outcomes } from './outcomes.ts'
import type { Result } from './result.ts'
import type { Stories } from './story.ts'

export interface Details {
  readonly stories: Stories | null
  readonly outcomes: Outcomes | null
  /** `environment.json` as it was found: nothing but a line of the page depends on it, and nothing has checked it. */
  readonly environment?: unknown
}

/** Of a run whose folder holds `result.json` alone. */
export const NO_DETAILS: Details = { stories: null, outcomes: null }

/** All that a report is made from. */
export interface ReportedRun {
  readonly result: Result
  readonly details: Details
}
