/** Shrinks what the systematic search found: the faults are few already, the shop around them is not. */

import type { EveryPointOptions, PointFinding } from './every-point.ts'
import { type Shrunk, shrink } from './shrink.ts'

export interface ShrunkPoint extends PointFinding {
  /** Null: it did not show again, or the signal came before. */
  readonly shrunk: Shrunk | null
}

export type ShrinkPointsOptions = Pick<EveryPointOptions, 'variant' | 'seed' | 'workers' | 'signal'>

/** In the order of the findings; as many at a time as there are workers. */
export async function shrinkPoints(
  findings: readonly PointFinding[],
  { variant, seed, workers, signal }: ShrinkPointsOptions,
): Promise<ShrunkPoint[]> {
  const shrunk: ShrunkPoint[] = findings.map((finding) => ({ ...finding, shrunk: null }))
  const turns = findings.entries()
  async function work(): Promise<void> {
    for (const [index, { story, faults, violations }] of turns) {
      const what = violations[0]?.what
      if (what === undefined || signal?.aborted) return
      const violated = { scenario: story.scenario, variant, seed, decisions: faults, what }
      const options = signal ? { run: workers.run, signal } : { run: workers.run }
      shrunk[index] = { ...(findings[index] as PointFinding), shrunk: await shrink(violated, options) }
    }
  }
  await Promise.all(Array.from({ length: workers.count }, work))
  return shrunk
}
