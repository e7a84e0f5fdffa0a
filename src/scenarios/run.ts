/** Runs a scenario: every variant under the same traffic and the same luck, audited and judged. */

import { join } from 'node:path'
import type { Switch } from '../core/change.ts'
import type { Variant } from '../core/pattern.ts'
import type { Result } from '../core/result.ts'
import { CALIBRATION_FILE, ENVIRONMENT_FILE, RESULT_FILE, SHORT_FLAG, variantFolder } from '../core/run-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import { nowMs } from '../runtime/real/clock.ts'
import { describeFailure } from '../runtime/real/describe-failure.ts'
import { LabError } from '../runtime/real/lab-error.ts'
import type { Driven, Laboratory } from '../runtime/real/laboratory.ts'
import { describeMachine, linkLatest, makeRunFolder, removeFolder, writeWhole } from '../runtime/real/run-folder.ts'
import { type AuditedVariant, auditWithNotes } from './audit-variant.ts'
import { writeCalibration } from './calibration-file.ts'
import { followVariant } from './live-follow.ts'
import type { LiveStage } from './live-hooks.ts'
import type { VirtualNetwork } from './open-virtually.ts'
import { type PlanOptions, planOf } from './plan-of.ts'
import type { Phase, Progress } from './progress.ts'
import { limitOf, reasonOf } from './run-limit.ts'
import { resultOf } from './run-result.ts'
import {
  driveWarm,
  isCold,
  LIVES_TO_BE_WARM,
  longWarmUp,
  reachSteadyState,
  warmAgain,
  warmUpFolder,
} from './steady-state.ts'
import { visitorsOf } from './visits.ts'
import { type WarmUp, warmUpOf } from './warm-up.ts'
import { writeStories } from './write-stories.ts'

/** What the child processes run. */
const CHILD_ENTRY = new URL('./child.js', import.meta.url)

export interface RunOptions extends PlanOptions {
  /** Where it happens: in processes, or in this one under a virtual clock. Default: `real`. */
  readonly mode?: Result['mode']
  /** How messages travel in the virtual world. Default: `fast`. */
  readonly network?: VirtualNetwork
  /** Over so many threads the variants of a virtual run are spread. Default: 1. */
  readonly workers?: number
  /** What else the scenario was adjusted by on the command line; for the command that runs it again. */
  readonly flags?: readonly string[]
  /** Made when it is missing; the run gets a folder of its own below it. */
  readonly outDir: string
  /** Real services do so many orders in each of some lives before their steady state is looked at. Default: none. */
  readonly warmUpOrders?: number
  /** Cuts the run short; null: no limit. */
  readonly timeoutMs: number | null
  /** Cuts the run short. Its reason, when it is a string, is told in the result. */
  readonly signal: AbortSignal
  onProgress(progress: Progress): void
  /** Another entry for the child processes: tests plant bugs that way. */
  readonly childEntry?: URL
  /** Told when a variant's traffic is over and all is quiet. */
  onDriven?(variant: string, driven: Driven): void
  /** Told when the processes are up; tests kill some. */
  onStarted?(laboratory: Laboratory): void
}

/**
 * Never rejects for what happens to the services: that is in the result. A failure of the lab itself is a result with the
 * verdict ERROR. Rejects when the run's folder cannot be made or written; also when its stories cannot be told, which is a bug:
 * then `result.json` is there all the same.
 */
export async function runScenario(options: RunOptions): Promise<{ result: Result; folder: string }> {
  const { scenario, seed, outDir, calibration } = options
  const folder = makeRunFolder(outDir, scenario.name, seed, options.flags?.includes(SHORT_FLAG))
  const startedAtMs = nowMs()
  const limit = limitOf(options)
  const done: AuditedVariant[] = []
  let error: string | null = null
  try {
    await runVariants(options, limit.signal, folder, done)
  } catch (caught) {
    error = caught instanceof LabError ? caught.message : describeFailure(caught)
  } finally {
    limit.end()
  }
  if (calibration) writeWhole(join(folder, CALIBRATION_FILE), writeCalibration(calibration))
  const variants = done.map((audited) => audited.result)
  const result = resultOf(options, variants, limit.signal, error)
  writeWhole(join(folder, RESULT_FILE), `${JSON.stringify(result, null, 2)}\n`)
  writeWhole(join(folder, ENVIRONMENT_FILE), `${JSON.stringify(describeMachine(startedAtMs, nowMs()), null, 2)}\n`)
  linkLatest(outDir, folder)
  await writeStories(result, folder, done)
  return { result, folder }
}

interface Pending {
  /** With what is made in it again. */
  readonly scenario: Scenario
  readonly variant: Variant
  readonly folder: string
  readonly driven: Driven
  readonly interrupted: string | null
  /** Made by hand, while it went on. */
  readonly changes: readonly Switch[]
  readonly stage: LiveStage | undefined
}

interface Driving {
  readonly signal: AbortSignal
  /** The run's. */
  readonly folder: string
  readonly warmUp: WarmUp
  readonly say: Say
}

async function runVariants(
  options: RunOptions,
  signal: AbortSignal,
  folder: string,
  done: AuditedVariant[],
): Promise<void> {
  const { scenario, seed, workers = 1, mode } = options
  const say = sayer(options)
  say('starting', null)
  const warmUp = { scenario: warmUpOf(scenario), variant: (scenario.variants[0] as Variant).name, seed }
  if (mode !== 'virtual') return runInProcesses(options, { signal, folder, warmUp, say }, done)
  // Either world is loaded where it is needed: in the real one services live in processes of their own.
  const { runVirtually } = await import('./run-virtually.ts')
  const threads = Math.min(workers, scenario.variants.length)
  const planFor = (variant: Variant) => planOf(options, folder, variant)
  return runVirtually({ ...options, signal, threads, warmUp, planOf: planFor, say }, done)
}

async function runInProcesses(
  options: RunOptions,
  { signal, folder, warmUp, say }: Driving,
  done: AuditedVariant[],
): Promise<void> {
  const { scenario, warmUpOrders } = options
  const warmUpRoot = join(folder, '.warm-up')
  const first = { ...warmUp, folder: warmUpFolder(warmUpRoot, 1) }
  const { openLaboratory } = await import('../runtime/real/laboratory.ts')
  const opening = warmUpOrders ? longWarmUp(warmUp, warmUpOrders, warmUpRoot) : first
  const laboratory = await openLaboratory(options.childEntry ?? CHILD_ENTRY, opening)
  const judge = async ({ stage, ...pending }: Pending) => {
    say('auditing', pending.variant.name)
    stage?.phase('auditing')
    const audited = await auditWithNotes(pending)
    stage?.judged(audited.result)
    done.push(audited)
  }
  let pending: Pending | undefined
  try {
    options.onStarted?.(laboratory)
    say('warming-up', null)
    if (opening !== first && !signal.aborted)
      await driveWarm(laboratory, { warmUp: opening, lives: LIVES_TO_BE_WARM, next: first }, signal)
    if (!signal.aborted) await reachSteadyState(laboratory, warmUp, warmUpRoot)
    for (const variant of scenario.variants) {
      if (signal.aborted) break
      // Moving the services onto the next stores closes the last ones, which can then be read and judged.
      const plan = await planOf(options, folder, variant)
      if (warmUpOrders && pending && isCold(pending.driven)) {
        say('warming-up', null)
        const again = longWarmUp(warmUp, warmUpOrders, join(warmUpRoot, variantFolder(variant.name)))
        await warmAgain(laboratory, again, plan, signal)
      } else await laboratory.prepare(plan)
      const last = pending
      pending = undefined
      if (last) await judge(last)
      say('traffic', variant.name)
      const stage = options.live?.stage(variant)
      stage?.opened(followVariant(plan.folder, stage.hearer, laboratory.change))
      const driven = await laboratory.drive(signal, {
        progress: (ordersDone, strikes) => say('traffic', variant.name, ordersDone, strikes),
        waitingForQuiet() {
          stage?.phase('waiting-for-quiet')
          say('waiting-for-quiet', variant.name, visitorsOf(scenario))
        },
        started: (atMs) => stage?.started(atMs),
      })
      const changes = stage?.closing() ?? plan.madeByHand ?? []
      options.onDriven?.(variant.name, driven)
      const interrupted = driven.interrupted ? reasonOf(signal) : null
      pending = { scenario: plan.scenario, variant, folder: plan.folder, driven, interrupted, changes, stage }
    }
  } finally {
    await laboratory.close()
    removeFolder(warmUpRoot)
    // What was driven to its end is judged, also where the lab failed on its way to the next variant.
    if (pending) await judge(pending)
  }
}

export type Say = (phase: Phase, variant: string | null, ordersDone?: number, strikes?: number) => void

function sayer({ scenario, onProgress }: RunOptions): Say {
  const orders = visitorsOf(scenario)
  return (phase, variant, ordersDone = 0, strikes = 0) => onProgress({ phase, variant, ordersDone, orders, strikes })
}
