/** What a laboratory is told of one variant of a run. */

import { join } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import type { Switch } from '../core/change.ts'
import type { Decision } from '../core/decision.ts'
import type { Variant } from '../core/pattern.ts'
import { variantFolder } from '../core/run-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import type { Plan } from '../runtime/real/plan.ts'
import type { LiveHooks } from './live-hooks.ts'

export interface PlanOptions {
  readonly scenario: Scenario
  readonly seed: number
  /** How long things take in the virtual world. Default: the built-in pace. */
  readonly calibration?: Calibration | undefined
  /** The strikes of an earlier run, to be forced in this one instead of luck. Asked when the variant is due. */
  readonly strikesOf?: (variant: string) => Promise<readonly Decision[]>
  /** What was changed by hand in an earlier run, to be made again, each change at its time. */
  readonly changesOf?: (variant: string) => readonly Switch[]
  /** Somebody watches, and may change anything while it goes on. */
  readonly live?: LiveHooks
}

/** @param folder the run's */
export async function planOf(options: PlanOptions, folder: string, { name }: Variant): Promise<Plan> {
  const { seed, calibration } = options
  const changes = options.changesOf?.(name) ?? []
  const switches = [...options.scenario.switches, ...changes]
  const scenario = changes.length === 0 ? options.scenario : { ...options.scenario, switches }
  const decisions = await options.strikesOf?.(name)
  // What a scenario decides by itself strikes to the end; what luck once did ended with the traffic.
  const forced = decisions && { decisions, repeats: !scenario.strikes }
  return {
    scenario,
    variant: name,
    folder: join(folder, variantFolder(name)),
    seed,
    ...forced,
    ...(calibration ? { calibration } : {}),
    ...(options.live ? { live: true } : {}),
    // Whoever made them watched: what a service is made of is as it was then.
    ...(changes.length > 0 ? { live: true, madeByHand: changes } : {}),
  }
}
