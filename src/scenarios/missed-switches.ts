/** Which variants a switch is about, and which of them it never came to. */

import type { Variant } from '../core/pattern.ts'
import type { Scenario, Switch } from '../core/scenario.ts'

/** Whether the variant has that policy, on that edge or anywhere. */
export function standsIn({ edges, door }: Variant, { policy, edge }: Pick<Switch, 'policy' | 'edge'>): boolean {
  const listed = edge === null ? [...Object.values(edges).flat(), ...door] : edge === 'door' ? door : edges[edge]
  return listed.some((each) => each.policy === policy)
}

/**
 * Nothing is switched any more when the last buyer has gone. What was due later never came, and the variant never was what the
 * scenario says.
 * @param tookMs from the traffic's start until the last buyer had gone
 */
export function missedSwitches({ switches }: Scenario, variant: Variant, tookMs: number): Switch[] {
  return switches.filter((each) => each.atMs > tookMs && standsIn(variant, each))
}
