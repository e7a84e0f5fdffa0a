/** One variant of a run in the virtual world, by itself: what a worker thread does. */

import type { Variant } from '../core/pattern.ts'
import type { Plan } from '../runtime/real/supervisor.ts'
import type { TaskTools } from '../runtime/virtual/worker-host.ts'
import { type AuditedVariant, auditWithNotes } from './audit-variant.ts'
import { loadNetwork, openVirtually, type VirtualNetwork } from './open-virtually.ts'
import type { Progress } from './progress.ts'
import { visitorsOf } from './visits.ts'

export interface VariantTask {
  readonly plan: Plan
  readonly network: VirtualNetwork
}

export type VariantNews = Omit<Progress, 'variant' | 'orders'>

/** Writes what a run of this variant writes, and gives the same. */
export async function runVariantApart(
  { plan, network }: VariantTask,
  { tell, signal }: TaskTools<VariantNews>,
): Promise<AuditedVariant> {
  const { scenario, folder } = plan
  const variant = scenario.variants.find(({ name }) => name === plan.variant) as Variant
  const say = (phase: Progress['phase'], ordersDone = 0, strikes = 0) => tell({ phase, ordersDone, strikes })
  say('traffic')
  const laboratory = openVirtually(plan, await loadNetwork(network))
  let interrupted: string | null
  let driven: Awaited<ReturnType<typeof laboratory.drive>>
  try {
    driven = await laboratory.drive(signal, {
      progress: (ordersDone, strikes) => say('traffic', ordersDone, strikes),
      waitingForQuiet: () => say('waiting-for-quiet', visitorsOf(scenario)),
    })
    interrupted = driven.interrupted ? String(signal.reason) : null
  } finally {
    // Closes the stores, which can then be read.
    await laboratory.close()
  }
  say('auditing')
  return auditWithNotes({ scenario, variant, folder, driven, interrupted })
}
