/** What one variant of a run is: what either world is set up with. */

import type { Calibration } from '../../core/calibration.ts'
import type { Switch } from '../../core/change.ts'
import type { Decision } from '../../core/decision.ts'
import type { Scenario } from '../../core/scenario.ts'

export interface Plan {
  readonly scenario: Scenario
  readonly variant: string
  readonly folder: string
  readonly seed: number
  /** Which coins come up, instead of by luck. */
  readonly decisions?: readonly Decision[]
  /** They did by luck once, in a run that is had again: when the last buyer has gone only they come, and no other coin is tossed. */
  readonly repeats?: boolean
  /** Somebody watches who may change anything at any time. */
  readonly live?: boolean
  /** Among the scenario's switches: what was made by hand in the run that is had again. */
  readonly madeByHand?: readonly Switch[]
  /** How long things take in the virtual world; the real one takes its own time. Default: the built-in pace. */
  readonly calibration?: Calibration
}
