/** A run on the disk as something that can be had again. Whatever keeps it from that is found before anything is started. */

import { basename, dirname, join } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import { isGremlinChange, type Switch } from '../core/change.ts'
import { type Decision, decisionOf } from '../core/decision.ts'
import type { Result, VariantResult } from '../core/result.ts'
import { CALIBRATION_FILE, ENVIRONMENT_FILE, JOURNAL_FOLDER, RESULT_FILE, variantFolder } from '../core/run-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import { LabError } from '../runtime/real/lab-error.ts'
import { hasInRun, readRunFile } from '../runtime/real/read-run.ts'
import { openRecordedEnds } from '../runtime/real/recorded-ends.ts'
import { checkJournals } from '../runtime/real/recorded-journals.ts'
import { scanStrikes } from '../runtime/real/recorded-strikes.ts'
import { digestOf, readCalibration } from './calibration-file.ts'
import { mistakeInConfiguration, mistakeInStrike } from './check-configuration.ts'
import { mistakeInShape } from './file/mistake-in-shape.ts'
import { unknownName } from './file/nearest.ts'
import { withAdded } from './live-added.ts'
import { RESULT_SHAPE } from './result-shape.ts'

/** Of one variant. They are held in memory, and each process is sent its own. */
const MOST_STRIKES = 200_000

export interface Recording {
  readonly folder: string
  /** `<scenario>/<run>`. */
  readonly name: string
  readonly result: Result
  /** Of Faultline; null where it is not on record. */
  readonly version: string | null
  /** What a virtual run took its times from; undefined: the built-in ones. */
  readonly calibration: Calibration | undefined
  /** What is to be had again, in the run's order. */
  readonly variants: readonly VariantResult[]
}

export type Opened =
  | { readonly ok: true; readonly recording: Recording }
  | { readonly ok: false; readonly problem: string }

/** @param wanted variants; all of the run where none is named */
export async function openRecording(folder: string, wanted: readonly string[]): Promise<Opened> {
  try {
    return { ok: true, recording: await open(folder, wanted) }
  } catch (error) {
    if (error instanceof LabError) return { ok: false, problem: error.message }
    // A file where there should be a folder, or one that may not be read: its message names the path.
    if (isOfSystem(error)) return { ok: false, problem: `cannot read the run in ${folder}: ${error.message}` }
    throw error
  }
}

function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

async function open(folder: string, wanted: readonly string[]): Promise<Recording> {
  const result = readResult(folder)
  const names = result.variants.map(({ name }) => name)
  for (const name of wanted) {
    if (!names.includes(name)) throw new LabError(`${unknownName('variant', name, names)} (in ${folder})`)
  }
  const variants = result.variants.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  for (const each of variants) await checkVariant(folder, result, each)
  const environment = readRunFile(folder, ENVIRONMENT_FILE) as { readonly faultline?: unknown } | undefined
  const version = typeof environment?.faultline === 'string' ? environment.faultline : null
  const calibration = calibrationOf(folder, result)
  return { folder, name: `${basename(dirname(folder))}/${basename(folder)}`, result, version, calibration, variants }
}

function readResult(folder: string): Result {
  const file = join(folder, RESULT_FILE)
  const found = readRunFile(folder, RESULT_FILE)
  if (found === undefined) {
    throw new LabError(
      `${folder} has no ${RESULT_FILE}: that run goes on, or was killed; only one that ended can be replayed`,
    )
  }
  const mistake = mistakeInShape(RESULT_SHAPE, found)
  if (mistake !== undefined) throw new LabError(`${file} is not of this version of Faultline: ${mistake}; ${REMEDY}`)
  const result = found as Result
  const wrong = mistakeInConfiguration(result.configuration) ?? mistakeInNames(result)
  if (wrong !== undefined) {
    throw new LabError(`the scenario in ${file} is not of this version of Faultline: ${wrong}; ${REMEDY}`)
  }
  if (result.interrupted !== null)
    throw new LabError(`the run in ${folder} did not go to its end: ${result.interrupted}`)
  if (result.variants.length === 0) throw new LabError(`no variant of the run in ${folder} went to its end`)
  return result
}

const REMEDY = 'mend it there, or run the scenario again'

/** What went to its end must have been asked for, once. */
function mistakeInNames({ variants, configuration }: Result): string | undefined {
  const names = configuration.variants.map(({ name }) => name)
  for (const [index, { name }] of variants.entries()) {
    if (!names.includes(name)) return `variants[${index}].name: ${unknownName('variant', name, names)}`
    if (variants.findIndex((each) => each.name === name) < index)
      return `variants[${index}].name: '${name}' is there twice`
  }
  return undefined
}

/** With other times than those that it had, a virtual run is another one. */
function calibrationOf(folder: string, result: Result): Calibration | undefined {
  if (result.calibration === undefined) return undefined
  const found = readRunFile(folder, CALIBRATION_FILE)
  const read = readCalibration(JSON.stringify(found ?? null))
  if (read.calibration && digestOf(found as Calibration) === result.calibration) return found as Calibration
  throw new LabError(`${folder} has no longer the ${CALIBRATION_FILE} that its times are from`)
}

async function checkVariant(folder: string, result: Result, variant: VariantResult): Promise<void> {
  const { name, unexplainedDeaths } = variant
  const wrong = mistakeInChanges(variant, result.configuration)
  if (wrong !== undefined) throw new LabError(`what was changed by hand in '${name}' cannot be made again: ${wrong}`)
  const own = join(folder, variantFolder(name))
  const journals = join(own, JOURNAL_FOLDER)
  if (!hasInRun(own, JOURNAL_FOLDER)) {
    throw new LabError(`the journals of '${name}' are missing (${journals}): its strikes are not on record`)
  }
  checkEnds(own)
  // A process that was killed from outside may have lost the end of its journal.
  const died = Object.values(unexplainedDeaths).some((deaths) => deaths > 0)
  await checkStrikes(journals, withAdded(result.configuration, variant.changes ?? []), variant, died)
  if (!died) await checkJournals(journals, result.mode === 'real')
}

/** Gremlins that were added are those of a scenario that has them; whatever a change names has to be there. */
function mistakeInChanges({ changes = [] }: VariantResult, configuration: Scenario): string | undefined {
  const switches = changes.map((change): Switch => {
    if (!isGremlinChange(change)) return change
    const { setting: _, ...others } = change
    return others
  })
  const wrong = mistakeInConfiguration({ ...withAdded(configuration, changes), switches })
  return wrong?.replace(/^configuration\.switches/, 'changes')
}

/** Only what is read to its end is known to be readable: a file that is broken in its middle opens like any other. */
function checkEnds(own: string): void {
  const ends = openRecordedEnds(own)
  try {
    for (const _ of ends.all());
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code?.startsWith('ERR_') !== true) throw error
    throw new LabError(`the ledgers in ${own} are broken: ${message}; put them back, or run the scenario again`)
  } finally {
    ends.close()
  }
}

async function checkStrikes(
  journals: string,
  scenario: Scenario,
  { name, gremlins }: VariantResult,
  died: boolean,
): Promise<void> {
  let found = 0
  await scanStrikes(journals, (strike, { file, line, node }) => {
    found += 1
    const wrong = mistakeInStrike(strike, scenario, node)
    if (wrong !== undefined)
      throw new LabError(`${file}, line ${line}, has a strike that no run has: ${wrong}; ${REMEDY}`)
  })
  const told = gremlins.reduce((sum, { strikes }) => sum + strikes, 0)
  if (found !== told && !died) {
    const strikes = `${told} ${told === 1 ? 'strike' : 'strikes'}`
    throw new LabError(`the journals of '${name}' are not whole: ${RESULT_FILE} tells of ${strikes}, they of ${found}`)
  }
  if (found > MOST_STRIKES) {
    throw new LabError(
      `'${name}' was struck ${found} times; at most ${MOST_STRIKES} strikes of a variant can be replayed`,
    )
  }
}

/** The strikes of a variant, in the order of its journals. */
export async function strikesOf(folder: string, variantName: string): Promise<Decision[]> {
  const strikes: Decision[] = []
  await eachStrike(folder, variantName, (strike) => strikes.push(decisionOf(strike)))
  return strikes
}

/** @param folder of the run */
export function eachStrike(folder: string, variantName: string, visit: (strike: Decision) => void): Promise<void> {
  return scanStrikes(join(folder, variantFolder(variantName), JOURNAL_FOLDER), visit)
}
