/** Within what a swarm is drawn: what the scenario says, and defaults where it says nothing. */

import type { ExploreBounds, Scenario } from '../core/scenario.ts'

/** Probabilities of own gremlins, their delays and their windows are bounded by the scenario itself. */
const DEFAULTS: ExploreBounds = {
  gremlins: 'general',
  orders: { from: 3, to: 40 },
  rateFactor: { from: 0.2, to: 5 },
  mostProbability: 0.3,
  mostDelayMs: 1_500,
  mostWindowMs: 2_000,
}

export function boundsOf({ explore = {} }: Scenario): ExploreBounds {
  return { ...DEFAULTS, ...explore }
}
