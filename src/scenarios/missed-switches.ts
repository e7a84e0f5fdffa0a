/** Which variants a switch is about, and which of them it never came to. */

import { type Change, isPolicyChange, type PolicyChange, type Switch } from '../core/change.ts'
import type { Variant } from '../core/pattern.ts'
import type { Scenario } from '../core/scenario.ts'

/** Whether the variant has that policy, on that edge or anywhere. */
export function standsIn({ edges, door }: Variant, { policy, edge }: Pick<PolicyChange, 'policy' | 'edge'>): boolean {
  const listed = edge === null ? [...Object.values(edges).flat(), ...door] : edge === 'door' ? door : edges[edge]
  return listed.some((each) => each.policy === policy)
}

/** Gremlins and workflows are every variant's; of a policy that it does not have, a variant has nothing to switch. */
function concerns(variant: Variant, change: Change): boolean {
  return !isPolicyChange(change) || standsIn(variant, change)
}

/**
 * Nothing is switched any more when the last buyer has gone. What was due later never came, and the variant never was what the
 * scenario says.
 * @param tookMs from the traffic's start until the last buyer had gone
 */
export function missedSwitches({ switches }: Scenario, variant: Variant, tookMs: number): Switch[] {
  return switches.filter((each) => each.atMs > tookMs && concerns(variant, each))
}
