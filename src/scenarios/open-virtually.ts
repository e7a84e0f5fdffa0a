/** The virtual world, made of the same parts as the processes of the real one. */

import type { Plan } from '../runtime/real/plan.ts'
import { openVirtualLaboratory, type VirtualParts } from '../runtime/virtual/laboratory.ts'
import { composeNode } from './compose.ts'
import { driveVariant } from './drive-variant.ts'

/** How messages travel there: handed over, or as bytes through the real HTTP client and server. */
export type VirtualNetwork = 'fast' | 'wire'

export function openVirtually(plan: Plan, network: NetworkParts = {}) {
  return openVirtualLaboratory({ compose: composeNode, drive: driveVariant, ...network }, plan)
}

type NetworkParts = Pick<VirtualParts, 'lay' | 'live'>

/** The HTTP server is loaded only where it is needed. */
export async function loadNetwork(network: VirtualNetwork): Promise<NetworkParts> {
  if (network === 'fast') return {}
  const { layHttpNetwork } = await import('../runtime/virtual/wire/http-network.ts')
  return { lay: layHttpNetwork }
}
