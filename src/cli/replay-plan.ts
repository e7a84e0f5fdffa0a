/** What `replay` is asked to do. Everything that can be wrong with it is found before anything is started. */

import { statSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { Result } from '../core/result.ts'
import { RESULT_FILE } from '../core/run-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import type { Recording } from '../scenarios/recording.ts'
import type { FileToReplay } from '../scenarios/replay.ts'
import { Failure } from './failure.ts'
import { findRun } from './find-run.ts'
import type { Io } from './io.ts'
import { DEFAULT_OUT, DEFAULT_SEED, usableFolder } from './run-plan.ts'
import { openScenarioFile } from './scenario-file.ts'
import { showingOf } from './shared-plan.ts'
import { FOLDER_RULE, readNonEmpty, readOptions, type Typed } from './values.ts'

export interface ReplayArguments {
  readonly run: string
  readonly variant: readonly string[]
  readonly real: boolean
  readonly virtual: boolean
  readonly out?: Typed
  readonly json: boolean
  readonly quiet: boolean
  readonly color?: boolean
}

export interface ReplayPlan {
  readonly source: { readonly run: Recording } | { readonly file: FileToReplay }
  /** Undefined: the world in which it was recorded. */
  readonly mode: Result['mode'] | undefined
  readonly outDir: string
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
}

/** Throws `Failure`: 64 for a run that cannot be replayed or is not there, 65 for a scenario file with mistakes. */
export async function readReplayPlan(given: ReplayArguments, io: Io): Promise<ReplayPlan> {
  const { run, variant, real, virtual } = given
  const read = readOptions()
  const out = read.one('out', given.out, FOLDER_RULE, readNonEmpty) ?? DEFAULT_OUT
  const mistakes = [...read.mistakes, ...(real && virtual ? ['give --real or --virtual, not both'] : [])]
  if (mistakes.length > 0) throw new Failure('usage', ...mistakes)

  const path = resolve(io.cwd, run)
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true
  const source =
    isFile && basename(path) !== RESULT_FILE
      ? { file: await readFile(run, variant, io.cwd) }
      : { run: await readRun(findRun(isFile ? dirname(path) : run, { cwd: io.cwd, out }), variant) }
  return {
    source,
    mode: real ? 'real' : virtual ? 'virtual' : undefined,
    outDir: usableFolder(resolve(io.cwd, out)),
    ...showingOf(given, io),
  }
}

async function readRun(folder: string, variants: readonly string[]): Promise<Recording> {
  const { openRecording } = await import('../scenarios/recording.ts')
  const opened = await openRecording(folder, variants)
  if (!opened.ok) throw new Failure('usage', opened.problem)
  return opened.recording
}

async function readFile(file: string, variants: readonly string[], cwd: string): Promise<FileToReplay> {
  const { scenarios } = await openScenarioFile(cwd, file)
  const struck = scenarios.filter(({ strikes }) => strikes !== undefined)
  const [scenario, other] = struck
  if (!scenario) {
    throw new Failure(
      'usage',
      `${file} has no scenario with strikes of its own`,
      "'faultline run --file' runs the others",
    )
  }
  if (other) {
    const names = struck.map(({ name }) => name).join(', ')
    throw new Failure('usage', `${file} has ${struck.length} scenarios with strikes of their own (${names}); keep one`)
  }
  return { file, scenario: await withVariants(scenario, variants), seed: scenario.seed ?? DEFAULT_SEED }
}

async function withVariants(scenario: Scenario, variants: readonly string[]): Promise<Scenario> {
  if (variants.length === 0) return scenario
  const { adjustScenario } = await import('../scenarios/file/adjust.ts')
  const adjusted = adjustScenario(scenario, { variants })
  if (!adjusted.ok) throw new Failure('usage', ...adjusted.mistakes)
  return adjusted.scenario
}
