/** `explore --every-point`: every single fault of an order, and every pair, instead of seeds. */

import { join, relative } from 'node:path'
import type { Scenario } from '../core/scenario.ts'
import type { TrialWorkers } from '../scenarios/trial-workers.ts'
import type { ShrunkPoint } from '../search/shrink-points.ts'
import { EXIT_CODES, exitCodeOfSignal } from './exit-codes.ts'
import { Failure, reasonOf } from './failure.ts'
import type { Io } from './io.ts'
import { listenForStop } from './listen-for-stop.ts'
import { type PointsExplored, pointsAsJson, type ShownPoint, showPoints, tellPlanned } from './show-points.ts'
import { writeWhole } from './write-file.ts'

export interface PointsPlan {
  readonly scenario: Scenario
  readonly variants: readonly string[]
  readonly orders: 1 | 2
  readonly pairs: boolean
  readonly seed: number
  /** Where files are written; null: nowhere. */
  readonly outDir: string | null
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
  const { scenario, variants, seed, orders, pairs } = plan
  const stop = listenForStop(io)
  stop.tell(line.say)
  const names = new Set<string>()
  const failures: string[] = []
  const explored: PointsExplored[] = []
  try {
    for (const variant of variants) {
      if (stop.signal.aborted) break
      const searching = { scenario, variant, seed, orders, pairs, workers, signal: stop.signal }
      explored.push(await exploreVariant(searching, plan, { names, failures, line, io }))
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
  const [failure, ...more] = failures
  if (failure !== undefined) throw new Failure('labFailed', failure, ...more)
  if (signalled) return exitCodeOfSignal(signalled)
  return explored.every(isSound) ? EXIT_CODES.pass.code : EXIT_CODES.fail.code
}

function isSound({ coverage, findings }: PointsExplored): boolean {
  return findings.length === 0 && coverage.every(({ faultFree }) => faultFree.length === 0)
}

interface Telling {
  readonly names: Set<string>
  /** What could not be written: told after what was found. */
  readonly failures: string[]
  readonly line: PointsProgress
  readonly io: Io
}

type Searching = Parameters<typeof import('../search/every-point.ts').everyPoint>[0]

async function exploreVariant(searching: Searching, plan: PointsPlan, telling: Telling): Promise<PointsExplored> {
  const [{ everyPoint }, { shrinkPoints }] = await Promise.all([
    import('../search/every-point.ts'),
    import('../search/shrink-points.ts'),
  ])
  const { variant } = searching
  const { line } = telling
  const coverage = await everyPoint({
    ...searching,
    onPlan: (story, planned) => line.say(tellPlanned(variant, story, planned)),
    onProgress: (story, done, of) => line.tried(`${variant}, ${story}`, done, of),
  })
  const found = coverage.flatMap(({ findings }) => findings)
  // Each fault is told as it is; only files want the shop around it small.
  const { outDir } = plan
  if (outDir === null)
    return { variant, coverage, findings: found.map((each) => ({ ...each, shrunk: null, file: null })) }
  const shrunk = await shrinkPoints(found, searching)
  return { variant, coverage, findings: shrunk.map((finding) => writePoint(finding, outDir, telling)) }
}

function writePoint(finding: ShrunkPoint, outDir: string, { names, failures, io }: Telling): ShownPoint {
  const { shrunk } = finding
  if (!shrunk) return { ...finding, file: null }
  let name = shrunk.fileName
  for (let n = 2; names.has(name); n++) name = shrunk.fileName.replace(/\.yaml$/, `-${n}.yaml`)
  names.add(name)
  const file = join(outDir, name)
  try {
    writeWhole(file, shrunk.text)
  } catch (error) {
    failures.push(`cannot write ${file}: ${reasonOf(error)}`)
    return { ...finding, file: null }
  }
  return { ...finding, file: relative(io.cwd, file) }
}
