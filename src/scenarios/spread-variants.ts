/** The variants of a virtual run over worker threads. What comes out is what one thread gives. */

import type { Variant } from '../core/pattern.ts'
import type { Plan } from '../runtime/real/plan.ts'
import { siblingEntry } from '../runtime/virtual/sibling-entry.ts'
import { openWorkers, type Workers } from '../runtime/virtual/workers.ts'
import type { AuditedVariant } from './audit-variant.ts'
import type { VirtualNetwork } from './open-virtually.ts'
import type { VariantNews, VariantTask } from './run-variant-apart.ts'
import type { WarmUp } from './warm-up.ts'

export interface Spread {
  readonly variants: readonly Variant[]
  readonly threads: number
  readonly network: VirtualNetwork
  /** To be reached before the first variant; the others begin meanwhile. */
  readonly warmUp?: WarmUp
  readonly signal: AbortSignal
  /** Its reason, in words. */
  reason(): string
  planOf(variant: Variant): Promise<Plan>
  onNews(variant: Variant, news: VariantNews): void
  /** Another pool, which is not kept from run to run unless all went well; tests have threads that only pretend. */
  readonly open?: (threads: number) => VariantWorkers
}

export type VariantWorkers = Workers<VariantTask, AuditedVariant, VariantNews>

type Outcome = { readonly audited: AuditedVariant } | { readonly error: unknown }

/**
 * Fills `done` in the order of the variants. As in one thread nothing follows a variant in which the lab failed, and none is begun
 * once the run is cut short. Those at work come to their end first, whatever happens.
 *
 * @throws LabError of the first variant in which the lab failed; or what `planOf` threw
 */
export async function spreadVariants(spread: Spread, done: AuditedVariant[]): Promise<void> {
  const { variants, threads, network, warmUp, signal, reason, open = takeWorkers } = spread
  const workers = open(threads)
  /** None for a variant that was not begun, also in between. */
  const outcomes: (Outcome | undefined)[] = []
  const news = onlyTheFirst(variants, outcomes, spread.onNews)
  const stop = () => workers.stop(reason())
  signal.addEventListener('abort', stop, { once: true })
  let begun = 0

  const failed = () => outcomes.some((outcome) => outcome && 'error' in outcome)

  async function run(variant: Variant): Promise<Outcome | undefined> {
    try {
      const plan = await spread.planOf(variant)
      // A stop reaches what is at work; this is not yet, and would not hear of it.
      if (signal.aborted || failed()) return undefined
      const onNews = (told: VariantNews) => news(variant, told)
      const first = variant === variants[0] && warmUp ? { warmUp } : {}
      return { audited: await workers.work({ plan, network, ...first }, { place: variant.name, onNews }) }
    } catch (error) {
      // Kept for the caller, who hears of it when the others have come to their end.
      return { error }
    }
  }

  async function runNext(): Promise<void> {
    const variant = variants[begun]
    if (!variant || signal.aborted || failed()) return
    const index = begun++
    outcomes[index] = await run(variant)
    return runNext()
  }

  try {
    await Promise.all(Array.from({ length: threads }, runNext))
  } finally {
    signal.removeEventListener('abort', stop)
    // Whoever was cut short, or failed, may have left something behind; the others are warm, and the next run is faster for it.
    if (signal.aborted || failed()) await workers.end()
    else await keepWorkers(workers)
  }
  for (const outcome of outcomes) {
    if (!outcome) continue
    if ('error' in outcome) throw outcome.error
    done.push(outcome.audited)
  }
}

/** Of the run before, in the same process. They keep nobody waiting. */
let kept: VariantWorkers | undefined

function takeWorkers(threads: number): VariantWorkers {
  const found = kept
  kept = undefined
  if (found && found.count >= threads) return found
  void found?.end()
  return openWorkers(siblingEntry('variant-worker', import.meta.url), threads)
}

async function keepWorkers(workers: VariantWorkers): Promise<void> {
  // Two runs at once in one process: one pool is enough to keep.
  const other = kept
  kept = workers
  await other?.end()
}

/** Several go on at once: each says when its phase changes, and only the first that is not done how far it is. */
function onlyTheFirst(
  variants: readonly Variant[],
  outcomes: readonly (Outcome | undefined)[],
  tell: Spread['onNews'],
): Spread['onNews'] {
  const phases = new Map<Variant, VariantNews['phase']>()
  return (variant, news) => {
    const first = variants.findIndex((_, index) => !outcomes[index])
    if (phases.get(variant) === news.phase && variants[first] !== variant) return
    phases.set(variant, news.phase)
    tell(variant, news)
  }
}
