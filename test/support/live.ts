/** Runs that somebody watches, for tests: started, waited for, and run again from what they saved. */

import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import type { Change } from '../../src/core/change.ts'
import type { Snapshot, VariantView } from '../../src/core/live.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { type LiveOptions, type LiveRun, startLive } from '../../src/scenarios/live-run.ts'
import { lookUntil, type Run, readRows, run, temporaryFolder, variantOf, violatedIn } from './runs.ts'
import { loadText } from './shipped-scenarios.ts'

/** In the virtual world nothing waits for the machine; over real processes there is real traffic, and quiet after it. */
const WITHIN_MS = { virtual: 20_000, real: 60_000 } as const

export interface Watched extends LiveRun {
  readonly outDir: string
  /** The first variant as it is now. */
  view(): VariantView
  /** Resolves when the first variant is so far; throws when that takes too long. */
  until(isSo: (view: VariantView, snapshot: Snapshot) => boolean): Promise<VariantView>
  /** As soon as that much time of the traffic has gone by. */
  changeAt(elapsedMs: number, ...changes: readonly Change[]): Promise<void>
}

/**
 * In the virtual world, five times as fast as the clock: a test looks at it every 20 ms, and a busy machine lets it look less often, so
 * what it waits for should last for half a second at least. Without a signal of its own it is ended with the test, whatever becomes of
 * that.
 */
export function watch(scenario: Scenario, options: Partial<LiveOptions> = {}): Watched {
  const outDir = options.outDir ?? temporaryFolder()
  const stop = new AbortController()
  const live = startLive({
    ...{ scenario, versus: false, seed: 42, mode: 'virtual', network: 'fast', speed: 5, script: false, flags: [] },
    signal: stop.signal,
    onProgress: () => undefined,
    ...options,
    outDir,
  })
  // Whoever awaits it hears of it.
  const over = live.ended.catch(() => undefined)
  // A world that still turned would hold the next test's time.
  if (!options.signal)
    onTestFinished(async () => {
      stop.abort('the test is over')
      await over
    })
  const { control } = live

  async function until(isSo: (view: VariantView, snapshot: Snapshot) => boolean): Promise<VariantView> {
    const look = () => control.snapshot()
    const right = (seen: Snapshot) => seen.variants[0] !== undefined && isSo(seen.variants[0], seen)
    const seen = await Promise.race([
      lookUntil(look, right, WITHIN_MS[options.mode ?? 'virtual']),
      live.ended.then(look),
    ])
    if (!right(seen)) throw new Error(`it never came so far: ${JSON.stringify(seen.variants[0]?.phase)}`)
    return seen.variants[0] as VariantView
  }

  return {
    ...live,
    outDir,
    view: () => control.snapshot().variants[0] as VariantView,
    until,
    async changeAt(elapsedMs, ...changes) {
      await until((view) => view.phase === 'traffic' && view.elapsedMs >= elapsedMs)
      control.change(changes)
    },
  }
}

/** Waits for the end of the traffic and of the audit, and ends the run. */
export async function untilJudged(watched: Watched): Promise<Run> {
  await watched.until(({ phase }) => phase === 'over')
  watched.control.end()
  const ran = (await watched.ended).at(-1)
  if (!ran) throw new Error('nothing was run')
  return ran
}

/** The file as it loads, and what it does in the virtual world. */
export async function runSaved(file: string): Promise<Run & { readonly scenario: Scenario }> {
  const [scenario] = loadText(readFileSync(file, 'utf8'), file).scenarios
  if (!scenario) throw new Error(`${file} has no scenario`)
  return { scenario, ...(await run(scenario, { mode: 'virtual', seed: scenario.seed ?? 0 })) }
}

/** What a run comes to that another one may be held against: verdict, violations, strikes, and what each buyer was told. */
export function essenceOf({ result, folder }: Run, variant: string) {
  const one = variantOf(result, variant)
  const told = 'SELECT purchase, attempt, at_ms, status, reason FROM told ORDER BY purchase, attempt'
  return {
    verdict: one.verdict,
    reasons: one.reasons,
    violated: Object.fromEntries(violatedIn(one).map((name) => [name, one.violations[name]])),
    orders: one.orders,
    restarts: one.restarts,
    told: readRows(folder, variant, 'traffic', told),
  }
}
