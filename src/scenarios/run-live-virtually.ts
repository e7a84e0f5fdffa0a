/** The variants of a virtual run that somebody watches: each in a world of its own, at the machine's pace. */

import type { Variant } from '../core/pattern.ts'
import type { Plan } from '../runtime/real/plan.ts'
import type { AuditedVariant } from './audit-variant.ts'
import type { LiveHooks } from './live-hooks.ts'
import type { VirtualNetwork } from './open-virtually.ts'
import { runVariantApart, type VariantNews } from './run-variant-apart.ts'

export interface LiveVariants {
  readonly variants: readonly Variant[]
  readonly network: VirtualNetwork
  readonly live: LiveHooks
  readonly signal: AbortSignal
  planOf(variant: Variant): Promise<Plan>
  onNews(variant: Variant, news: VariantNews): void
}

/** At the same time, or one after the other. Those that were audited are put into `done`, also when one fails. */
export async function runLiveVirtually(run: LiveVariants, done: AuditedVariant[]): Promise<void> {
  const { variants, network, live, signal } = run
  async function one(variant: Variant): Promise<AuditedVariant | undefined> {
    if (signal.aborted) return undefined
    const watched = { stage: live.stage(variant), speed: live.speed }
    const tell = (news: VariantNews) => run.onNews(variant, news)
    return runVariantApart({ plan: await run.planOf(variant), network }, { tell, signal }, { watched })
  }
  if (!live.sideBySide) {
    for (const variant of variants) {
      const audited = await one(variant)
      if (audited) done.push(audited)
    }
    return
  }
  const outcomes = await Promise.allSettled(variants.map(one))
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') throw outcome.reason
    if (outcome.value) done.push(outcome.value)
  }
}
