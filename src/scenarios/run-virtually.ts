/** The variants of a virtual run that do not go one after the other at full speed: over threads, or as somebody watches them. */

import type { Variant } from '../core/pattern.ts'
import type { Plan } from '../runtime/real/plan.ts'
import type { AuditedVariant } from './audit-variant.ts'
import type { RunOptions, Say } from './run.ts'
import { reasonOf } from './run-limit.ts'
import type { VariantNews } from './run-variant-apart.ts'

export interface VirtualRun extends RunOptions {
  readonly threads: number
  planOf(variant: Variant): Promise<Plan>
  readonly say: Say
}

/** Those that were audited are put into `done`. Each way is loaded only where it is gone. */
export async function runVirtually(run: VirtualRun, done: AuditedVariant[]): Promise<void> {
  const { scenario, network = 'fast', live, threads, signal, say } = run
  const { variants } = scenario
  const onNews = ({ name }: Variant, { phase, ordersDone, strikes }: VariantNews) =>
    say(phase, name, ordersDone, strikes)
  const planOf = (variant: Variant) => run.planOf(variant)
  if (live) {
    const { runLiveVirtually } = await import('./run-live-virtually.ts')
    return runLiveVirtually({ variants, network, live, signal, planOf, onNews }, done)
  }
  const { spreadVariants } = await import('./spread-variants.ts')
  await spreadVariants({ variants, threads, network, signal, reason: () => reasonOf(signal), planOf, onNews }, done)
}
