/** `explore --every-point`: every single fault of an order, and every pair, instead of seeds. */

import type { Scenario } from '../core/scenario.ts'
import type { TrialWorkers } from '../scenarios/trial-workers.ts'
import type { ShrunkPoint } from '../search/shrink-points.ts'
import { EXIT_CODES, exitCodeOfSignal } from './exit-codes.ts'
import type { ExploreFiles } from './explore-files.ts'
import { Failure } from './failure.ts'
import type { Io } from './io.ts'
import { listenForStop } from './listen-for-stop.ts'
import { type PointsExplored, pointsAsJson, type ShownPoint, showPoints, tellPlanned } from './show-points.ts'

export interface PointsPlan {
  readonly scenario: Scenario
  readonly variants: readonly string[]
  readonly orders: 1 | 2
  readonly pairs: boolean
  readonly seed: number
  /** Null: nothing is written. */
  readonly files: ExploreFiles | null
  readonly json: boolean
}

/** Where it is told how it goes on. */
export interface PointsProgress {
  /** A line that stays. */
  say(line: string): void
  tried(story: string, done: number, of: number): void
  end(): void
}

/** Exit code 1 where something is violated, with a fault or without any. */
export async function explorePoints(
  plan: PointsPlan,
  workers: TrialWorkers,
  line: PointsProgress,
  io: Io,
): Promise<number> {
  const { scenario, variants, seed, orders, pairs, files } = plan
  const stop = listenForStop(io)
  stop.tell(line.say)
  const explored: PointsExplored[] = []
  try {
    for (const variant of variants) {
      if (stop.signal.aborted) break
      const searching = { scenario, variant, seed, orders, pairs, workers, signal: stop.signal }
      explored.push(await exploreVariant(searching, files, line))
    }
  } finally {
    stop.end()
    line.end()
  }
  const signalled = stop.heard()
  // Stories and variants that were not begun are in no list.
  const ended = signalled ? `stopped by ${signalled}` : null
  const text = plan.json
    ? pointsAsJson(scenario.name, { seed, orders, pairs, ended }, explored)
    : [...explored.map(showPoints), ...(ended === null ? [] : [`Ended early: ${ended}.\n`])].join('\n')
  io.stdout.write(text)
  const [failure, ...more] = files?.failures() ?? []
  if (failure !== undefined) throw new Failure('labFailed', failure, ...more)
  if (signalled) return exitCodeOfSignal(signalled)
  return explored.every(isSound) ? EXIT_CODES.pass.code : EXIT_CODES.fail.code
}

function isSound({ coverage, findings }: PointsExplored): boolean {
  return findings.length === 0 && coverage.every(({ faultFree }) => faultFree.length === 0)
}

type Searching = Parameters<typeof import('../search/every-point.ts').everyPoint>[0]

async function exploreVariant(
  searching: Searching,
  files: ExploreFiles | null,
  line: PointsProgress,
): Promise<PointsExplored> {
  const [{ everyPoint }, { shrinkPoints }] = await Promise.all([
    import('../search/every-point.ts'),
    import('../search/shrink-points.ts'),
  ])
  const { variant } = searching
  const coverage = await everyPoint({
    ...searching,
    onPlan: (story, planned) => line.say(tellPlanned(variant, story, planned)),
    onProgress: (story, done, of) => line.tried(`${variant}, ${story}`, done, of),
  })
  const found = coverage.flatMap(({ findings }) => findings)
  // Each fault is told as it is; only files want the shop around it small.
  if (files === null)
    return { variant, coverage, findings: found.map((each) => ({ ...each, shrunk: null, file: null })) }
  const shrunk = await shrinkPoints(found, searching)
  return { variant, coverage, findings: shrunk.map((finding) => writePoint(finding, files)) }
}

function writePoint(finding: ShrunkPoint, files: ExploreFiles): ShownPoint {
  const { shrunk } = finding
  return { ...finding, file: shrunk && files.write(shrunk.fileName, shrunk.text) }
}
