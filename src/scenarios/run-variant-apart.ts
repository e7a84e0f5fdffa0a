/** One variant of a run in the virtual world, by itself: what a worker thread does. */

import type { Variant } from '../core/pattern.ts'
import type { Plan } from '../runtime/real/plan.ts'
import type { TaskTools } from '../runtime/virtual/worker-host.ts'
import { type AuditedVariant, auditWithNotes } from './audit-variant.ts'
import type { LiveStage } from './live-hooks.ts'
import { loadNetwork, openVirtually, type VirtualNetwork } from './open-virtually.ts'
import type { Progress } from './progress.ts'
import { requireSteadyState } from './require-steady-state.ts'
import type { RunOptions } from './run.ts'
import { reasonOf } from './run-limit.ts'
import { visitorsOf } from './visits.ts'
import type { WarmUp } from './warm-up.ts'

export interface VariantTask {
  readonly plan: Plan
  readonly network: VirtualNetwork
  /** To be reached before this variant begins. */
  readonly warmUp?: WarmUp
}

export type VariantNews = Omit<Progress, 'variant' | 'orders'>

/** Whoever watches the variant, and how fast it goes for them: so many times as fast as the machine's clock. */
export interface Watched {
  readonly stage: LiveStage
  readonly speed: number
}

export interface Watchers {
  readonly watched?: Watched
  readonly onDriven?: RunOptions['onDriven'] | undefined
}

/** Writes what a run of this variant writes, and gives the same. @throws LabError where the lab fails, or there is no steady state */
export async function runVariantApart(
  { plan, network, warmUp }: VariantTask,
  { tell, signal }: TaskTools<VariantNews>,
  { watched, onDriven }: Watchers = {},
): Promise<AuditedVariant> {
  if (warmUp) await requireSteadyState(warmUp, network)
  const { scenario, folder } = plan
  const variant = scenario.variants.find(({ name }) => name === plan.variant) as Variant
  const say = (phase: Progress['phase'], ordersDone = 0, strikes = 0) => tell({ phase, ordersDone, strikes })
  say('traffic')
  const stage = watched?.stage
  const live = watched && { hearer: watched.stage.hearer, speed: watched.speed }
  const laboratory = openVirtually(plan, { ...(await loadNetwork(network)), live })
  stage?.opened({ ...laboratory, close() {} })
  let interrupted: string | null
  let changes = plan.madeByHand ?? []
  let driven: Awaited<ReturnType<typeof laboratory.drive>>
  try {
    driven = await laboratory.drive(signal, {
      progress: (ordersDone, strikes) => say('traffic', ordersDone, strikes),
      waitingForQuiet() {
        stage?.phase('waiting-for-quiet')
        say('waiting-for-quiet', visitorsOf(scenario))
      },
      started: (atMs) => stage?.started(atMs),
    })
    changes = stage?.closing() ?? changes
    interrupted = driven.interrupted ? reasonOf(signal) : null
  } finally {
    // Closes the stores, which can then be read.
    await laboratory.close()
  }
  onDriven?.(variant.name, driven)
  say('auditing')
  stage?.phase('auditing')
  const audited = await auditWithNotes({ scenario, variant, folder, driven, interrupted, changes })
  stage?.judged(audited.result)
  return audited
}
