/** The steady state in the virtual world: nothing is cold there, and a second pass would come to the same end. */

import { loadNetwork, type VirtualNetwork } from './open-virtually.ts'
import { noSteadyState } from './steady-state.ts'
import { runTrial } from './trial.ts'
import type { WarmUp } from './warm-up.ts'

/** Drives the warm-up once, and writes nothing. @throws LabError when an order is not confirmed */
export async function requireSteadyState(warmUp: WarmUp, network: VirtualNetwork): Promise<void> {
  const { outcome } = await runTrial(warmUp, await loadNetwork(network))
  const { confirmed, arrived } = outcome.orders
  if (confirmed !== arrived) throw noSteadyState(confirmed, arrived)
}
