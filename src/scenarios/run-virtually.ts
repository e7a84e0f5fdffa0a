/** A run in the virtual world: first a system without gremlins, then each variant in a world of its own. */

import type { Variant } from '../core/pattern.ts'
import type { Plan } from '../runtime/real/plan.ts'
import { runAtFullSpeed } from '../runtime/virtual/full-speed.ts'
import type { AuditedVariant } from './audit-variant.ts'
import { requireSteadyState } from './require-steady-state.ts'
import type { RunOptions, Say } from './run.ts'
import { reasonOf } from './run-limit.ts'
import { runVariantApart, type VariantNews } from './run-variant-apart.ts'
import type { WarmUp } from './warm-up.ts'

export interface VirtualRun extends RunOptions {
  readonly threads: number
  readonly warmUp: WarmUp
  planOf(variant: Variant): Promise<Plan>
  readonly say: Say
}

/** Those that were audited are put into `done`. Each way is loaded only where it is gone. */
export async function runVirtually(run: VirtualRun, done: AuditedVariant[]): Promise<void> {
  const { scenario, network = 'fast', live, threads, signal, say, warmUp, onDriven } = run
  const { variants } = scenario
  const onNews = ({ name }: Variant, { phase, ordersDone, strikes }: VariantNews) =>
    say(phase, name, ordersDone, strikes)
  const planOf = (variant: Variant) => run.planOf(variant)
  runAtFullSpeed()
  say('warming-up', null)
  if (threads > 1 && !live) {
    const { spreadVariants } = await import('./spread-variants.ts')
    const reason = () => reasonOf(signal)
    return spreadVariants({ variants, threads, network, warmUp, signal, reason, planOf, onNews }, done)
  }
  if (!signal.aborted) await requireSteadyState(warmUp, network)
  if (live) {
    const { runLiveVirtually } = await import('./run-live-virtually.ts')
    return runLiveVirtually({ variants, network, live, signal, planOf, onNews }, done)
  }
  for (const variant of variants) {
    if (signal.aborted) break
    const tell = (news: VariantNews) => onNews(variant, news)
    const plan = await planOf(variant)
    done.push(await runVariantApart({ plan, network }, { tell, signal }, { onDriven }))
  }
}
