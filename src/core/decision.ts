/** Strike decisions: how coins fell, apart from chance and time, so that a run can be had again, or with other luck. */

import type { Operation, PurchaseId } from './call.ts'
import type { Point } from './point.ts'
import type { Scenario } from './scenario.ts'

/** One coin that came up: which gremlin struck which attempt of what. A strike in a journal holds the same fields. */
export interface Decision {
  readonly gremlin: string
  /** Empty for a gremlin that strikes for a while, whatever is called. */
  readonly purchase: PurchaseId
  readonly operation: Operation
  readonly effect: string
  readonly attempt: number
  /** The named moment, for a gremlin that waits at some. */
  readonly at?: Point
}

/** The same text for the same coin. */
export function decisionKey({ gremlin, purchase, operation, effect, attempt, at = undefined }: Decision): string {
  return `${gremlin} ${purchase} ${operation}:${effect} ${attempt} ${at ?? ''}`
}

/** Without what else a line of a journal says. */
export function decisionOf({ gremlin, purchase, operation, effect, attempt, at }: Decision): Decision {
  return { gremlin, purchase, operation, effect, attempt, ...(at === undefined ? {} : { at }) }
}

/** How the coins of a run fall, where that is decided: by who asks for the run, or else by its scenario. Undefined: by luck. */
export function decisionsOf(plan: {
  readonly scenario: Pick<Scenario, 'strikes'>
  readonly decisions?: readonly Decision[]
}): readonly Decision[] | undefined {
  return plan.decisions ?? plan.scenario.strikes
}

/**
 * Whether coins are tossed also when the last buyer has gone. By luck they are not, or a run would never be quiet. Strikes that were
 * decided are no more than there are; but a run that is had again tosses no coin that it did not toss before.
 */
export function tossesToTheEnd(plan: Parameters<typeof decisionsOf>[0] & { readonly repeats?: boolean }): boolean {
  return decisionsOf(plan) !== undefined && plan.repeats !== true
}
