/** Shrinks what was found, several findings at a time. */

import type { Scenario } from '../core/scenario.ts'
import type { TrialWorkers } from '../scenarios/trial-workers.ts'
import type { Explorand } from './choose-variants.ts'
import { swarmPlan } from './explore.ts'
import type { Finding } from './findings.ts'
import { type Shrunk, shrink } from './shrink.ts'

export interface ShrinkFindingsOptions {
  readonly scenario: Scenario
  readonly variants: readonly Explorand[]
  readonly workers: Pick<TrialWorkers, 'count' | 'run'>
  readonly signal: AbortSignal
  onProgress(done: number, of: number): void
}

export interface ShrunkFinding extends Finding {
  /** Null: it was not shrunk, or could not be. */
  readonly shrunk: Shrunk | null
}

/**
 * In the order of the findings, whichever is done first. What the signal leaves undone is not shrunk. Findings that come down to the
 * same strikes are one.
 */
export async function shrinkFindings(
  findings: readonly Finding[],
  options: ShrinkFindingsOptions,
): Promise<ShrunkFinding[]> {
  const shrunk: (Shrunk | null)[] = findings.map(() => null)
  let begun = 0
  let done = 0
  async function shrinkNext(): Promise<void> {
    const index = begun++
    const finding = findings[index]
    if (!finding || options.signal.aborted) return
    shrunk[index] = await shrinkOne(finding, options)
    done += 1
    options.onProgress(done, findings.length)
    return shrinkNext()
  }
  await Promise.all(Array.from({ length: options.workers.count }, shrinkNext))
  return withoutRepeats(findings.map((finding, index) => withOwnKinds({ ...finding, shrunk: shrunk[index] ?? null })))
}

/** What was involved besides is known only now to have played no part. */
function withOwnKinds(finding: ShrunkFinding): ShrunkFinding {
  if (!finding.shrunk) return finding
  const { strikes = [], gremlins } = finding.shrunk.scenario
  const struck = new Set(strikes.map(({ gremlin }) => gremlin))
  const kinds = gremlins.filter(({ name }) => struck.has(name)).map(({ gremlin }) => gremlin)
  return { ...finding, kinds: [...new Set(kinds)].sort() }
}

function withoutRepeats(findings: readonly ShrunkFinding[]): ShrunkFinding[] {
  const groups = Map.groupBy(findings, ({ variant, what, kinds }) => [variant, what, ...kinds].join(' '))
  return [...groups.values()].map((same) => {
    const seeds = same.reduce((sum, each) => sum + each.seeds, 0)
    return { ...(same[0] as ShrunkFinding), seeds }
  })
}

async function shrinkOne(finding: Finding, options: ShrinkFindingsOptions): Promise<Shrunk | null> {
  const { scenario, variants, workers, signal } = options
  const explorand = variants.find(({ variant }) => variant === finding.variant)
  if (!explorand) throw new Error(`'${finding.variant}' was not explored`)
  const plan = swarmPlan(scenario, explorand, finding.seed)
  return shrink({ ...plan, what: finding.what }, { run: workers.run, signal })
}
