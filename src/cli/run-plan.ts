/** What `run` is asked to do. Everything that can be wrong with it is found before anything is started. */

import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import type { Result } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import type { StudyPlan } from '../report/study/collect.ts'
import { unknownName } from '../scenarios/file/nearest.ts'
import { openWritableFolder } from '../scenarios/folders.ts'
import type { VirtualNetwork } from '../scenarios/open-virtually.ts'
import { BASELINE_NAME_RULE, readBaselineName } from './baselines.ts'
import { Failure, reasonOf } from './failure.ts'
import type { Io } from './io.ts'
import { canAsk } from './quiz-ask.ts'
import { type QuizArguments, type QuizPlan, readQuizPlan } from './quiz-plan.ts'
import { openCalibration } from './read-calibration.ts'
import { mistakesInOpening, type Reporter, readReporters } from './reporters.ts'
import { flagsOf } from './run-flags.ts'
import { openScenarioFile, pickScenario, shortFormsOf } from './scenario-file.ts'
import { oneOrManySeeds, readPlaces, showingOf } from './shared-plan.ts'
import {
  DURATION_RULE,
  FILE_RULE,
  NETWORK_RULE,
  ORDERS_RULE,
  RATE_RULE,
  readDurationMs,
  readNetwork,
  readNonEmpty,
  readOptions,
  readOrders,
  readRate,
  readSeed,
  readSeeds,
  readWorkers,
  SEED_RULE,
  SEEDS_RULE,
  type Typed,
  WORKERS_RULE,
} from './values.ts'

export const DEFAULT_SEED = 42
export const DEFAULT_OUT = 'reports'

export interface RunArguments extends QuizArguments {
  readonly scenario: readonly string[]
  readonly variant: readonly string[]
  readonly seed?: Typed
  readonly seeds?: Typed
  readonly reference?: Typed
  readonly orders?: Typed
  readonly rate?: Typed
  readonly out?: Typed
  readonly file?: Typed
  readonly timeout?: Typed
  readonly workers?: Typed
  readonly reporter?: readonly string[]
  readonly open?: boolean
  readonly junit?: Typed
  readonly 'save-baseline'?: Typed
  readonly short: boolean
  /** False: `--no-virtual`. */
  readonly virtual?: Typed | false
  readonly calibration?: Typed
  readonly json: boolean
  readonly quiet: boolean
  readonly color?: boolean
}

export interface PlannedRun {
  readonly scenario: Scenario
  readonly seed: number
  /** The study that this run is part of, the same object for all its runs; null where there is nothing to compare. */
  readonly study: StudyPlan | null
}

export interface Plan {
  /** Scenario by scenario. */
  readonly runs: readonly PlannedRun[]
  readonly mode: Result['mode']
  /** How messages travel in the virtual world. */
  readonly network: VirtualNetwork
  /** How long things take in the virtual world; undefined: the built-in pace. */
  readonly calibration: Calibration | undefined
  /** Over so many threads the variants of a virtual run are spread. */
  readonly workers: number
  /** What the runs were adjusted by, as typed. */
  readonly flags: readonly string[]
  readonly outDir: string
  readonly timeoutMs: number | null
  /** What is written of each run, beside its result. */
  readonly reporters: readonly Reporter[]
  /** Whether the report is shown when all is done. */
  readonly open: boolean
  /** One file for all runs. */
  readonly junit: string | undefined
  /** The figures are kept under this name. */
  readonly saveBaseline: string | undefined
  /** What is asked before the run; null: nothing. */
  readonly quiz: QuizPlan | null
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
}

/** Throws `Failure`: 64 with a line for each wrong value, 65 for a scenario file with mistakes. */
export async function readPlan(given: RunArguments, io: Io): Promise<Plan> {
  const read = readOptions()
  const seed = read.one('seed', given.seed, SEED_RULE, readSeed)
  const seeds = read.one('seeds', given.seeds, SEEDS_RULE, readSeeds)
  const orders = read.one('orders', given.orders, ORDERS_RULE, readOrders)
  const ratePerSecond = read.one('rate', given.rate, RATE_RULE, readRate)
  const timeoutMs = read.one('timeout', given.timeout, DURATION_RULE, readDurationMs)
  const { out, file } = readPlaces(read, given)
  const network = read.one('virtual', given.virtual === false ? undefined : given.virtual, NETWORK_RULE, readNetwork)
  const workers = read.one('workers', given.workers, WORKERS_RULE, readWorkers)
  const timesFile = read.one('calibration', given.calibration, FILE_RULE, readNonEmpty)
  const junit = read.one('junit', given.junit, FILE_RULE, readNonEmpty)
  const saveBaseline = read.one('save-baseline', given['save-baseline'], BASELINE_NAME_RULE, readBaselineName)
  const reference = read.one('reference', given.reference, 'the name of a variant', readNonEmpty)
  const { reporter = [], open = false } = given
  const { reporters, mistakes: unknownReporters } = readReporters(reporter)
  const mistakes = [...read.mistakes, ...unknownReporters, ...contradictions(given)]
  if (unknownReporters.length === 0) mistakes.push(...mistakesInOpening(open, reporters))
  if (mistakes.length === 0 && reference !== undefined && (seeds ?? []).length < 2)
    mistakes.push('--reference needs --seeds with two seeds at least')
  if (mistakes.length > 0) throw new Failure('usage', ...mistakes)

  const opened = await openScenarioFile(io.cwd, file)
  if (network && given.scenario.includes('wire') && !opened.scenarios.some(({ name }) => name === 'wire'))
    throw new Failure('usage', "there is no scenario 'wire'; the option is written --virtual=wire")
  const [first] = opened.scenarios
  const chosen =
    given.scenario.length > 0 ? given.scenario.map((name) => pickScenario(opened, name)) : first ? [first] : []
  const forms = given.short ? shortFormsOf(opened, chosen) : chosen
  const { adjustScenario } = await import('../scenarios/file/adjust.ts')
  const adjusted = forms.map((scenario) => adjustScenario(scenario, { variants: given.variant, orders, ratePerSecond }))
  const wrong = adjusted.flatMap((each) => (each.ok ? [] : each.mistakes))
  if (wrong.length > 0) throw new Failure('usage', ...new Set(wrong))
  const scenarios = adjusted.flatMap((each) => (each.ok ? [each.scenario] : []))
  const unknown = scenarios.flatMap((scenario) => unknownReference(scenario, reference))
  if (unknown.length > 0) throw new Failure('usage', ...new Set(unknown))
  const runs = scenarios.flatMap((scenario) => {
    const study = studyOf(scenario, seeds, reference)
    return (seeds ?? [seed ?? scenario.seed ?? DEFAULT_SEED]).map((each) => ({ scenario, seed: each, study }))
  })
  const subject = { whole: forms[0] as Scenario, adjusted: scenarios[0] as Scenario }
  return {
    runs,
    quiz: readQuizPlan(given, { ...subject, runs: runs.length, terminal: canAsk(io) }),
    mode: network ? 'virtual' : 'real',
    network: network ?? 'fast',
    calibration: timesFile === undefined ? undefined : await openCalibration(io, timesFile, scenarios),
    workers: workers ?? availableParallelism(),
    flags: flagsOf({ file, short: given.short, network, timesFile, variants: given.variant, orders, ratePerSecond }),
    outDir: usableFolder(resolve(io.cwd, out ?? DEFAULT_OUT)),
    timeoutMs: timeoutMs ?? null,
    reporters,
    open,
    junit: junit === undefined ? undefined : usableFile(resolve(io.cwd, junit)),
    saveBaseline,
    ...showingOf(given, io),
  }
}

function contradictions(given: RunArguments): string[] {
  const { workers, virtual, calibration } = given
  return [
    ...oneOrManySeeds(given),
    ...(workers !== undefined && !virtual
      ? ['--workers needs --virtual: in the real world every service is a process']
      : []),
    ...(calibration !== undefined && !virtual
      ? ['--calibration needs --virtual: the real world takes its own time']
      : []),
  ]
}

function namesOf({ variants }: Scenario): string[] {
  return variants.map(({ name }) => name)
}

function unknownReference(scenario: Scenario, reference: string | undefined): string[] {
  const names = namesOf(scenario)
  if (reference === undefined || names.includes(reference)) return []
  return [`${scenario.name}: --reference: ${unknownName('variant', reference, names)}`]
}

/** It takes two seeds and two variants. The first variant is the reference unless another was chosen. */
function studyOf(
  scenario: Scenario,
  seeds: readonly number[] | undefined,
  reference: string | undefined,
): StudyPlan | null {
  const variants = namesOf(scenario)
  const [first, last] = [seeds?.at(0), seeds?.at(-1)]
  const chosen = reference ?? variants[0]
  if (first === undefined || last === undefined || first === last) return null
  if (chosen === undefined || variants.length < 2) return null
  return { seeds: { first, last }, variants, reference: chosen }
}

/** Throws `Failure` (64) where the folder is not there and cannot be made, or takes nothing. */
export function usableFolder(folder: string): string {
  try {
    openWritableFolder(folder)
    return folder
  } catch (error) {
    throw new Failure('usage', `cannot write into ${folder}: ${reasonOf(error)}`)
  }
}

/** The file, in a folder that is usable. */
export function usableFile(file: string): string {
  usableFolder(dirname(file))
  return file
}
