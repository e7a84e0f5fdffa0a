/** A run on the disk as something that can be had again. Whatever keeps it from that is found before anything is started. */

import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { Calibration } from '../core/calibration.ts'
import { type Decision, decisionOf } from '../core/decision.ts'
import { INVARIANTS } from '../core/invariant.ts'
import { type Result, type VariantResult, VERDICTS } from '../core/result.ts'
import { CALIBRATION_FILE, ENVIRONMENT_FILE, JOURNAL_FOLDER, RESULT_FILE, variantFolder } from '../core/run-folder.ts'
import { LabError } from '../runtime/real/lab-error.ts'
import { hasInRun, readRunFile } from '../runtime/real/read-run.ts'
import { openRecordedEnds } from '../runtime/real/recorded-ends.ts'
import { scanStrikes } from '../runtime/real/recorded-strikes.ts'
import { digestOf, readCalibration } from './calibration-file.ts'
import { mistakeInConfiguration } from './check-configuration.ts'
import { unknownName } from './file/nearest.ts'

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

const counted = z.looseObject({ strikes: z.number() })
const variant = z.looseObject({
  name: z.string(),
  verdict: z.enum(VERDICTS),
  violations: z.record(z.string(), z.number()),
  gremlins: z.array(counted),
  unexplainedDeaths: z.record(z.string(), z.number()),
})
const resultShape = z.looseObject({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  seed: z.int().min(0),
  flags: z.array(z.string()),
  mode: z.enum(['real', 'virtual']),
  interrupted: z.string().nullable(),
  variants: z.array(variant),
})

/** @param wanted variants; all of the run where none is named */
export async function openRecording(folder: string, wanted: readonly string[]): Promise<Opened> {
  try {
    return { ok: true, recording: await open(folder, wanted) }
  } catch (error) {
    if (error instanceof LabError) return { ok: false, problem: error.message }
    throw error
  }
}

async function open(folder: string, wanted: readonly string[]): Promise<Recording> {
  const result = readResult(folder)
  const names = result.variants.map(({ name }) => name)
  for (const name of wanted) {
    if (!names.includes(name)) throw new LabError(`${unknownName('variant', name, names)} (in ${folder})`)
  }
  const variants = result.variants.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  for (const each of variants) await checkVariant(folder, each)
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
  const read = resultShape.safeParse(found)
  if (!read.success) {
    const { path = [], message = 'not readable' } = read.error.issues[0] ?? {}
    throw new LabError(`${file} is not of this version of Faultline: ${path.map(String).join('.')}: ${message}`)
  }
  const result = found as Result
  const mistake = mistakeInConfiguration(result.configuration)
  if (mistake !== undefined) {
    throw new LabError(`the scenario in ${file} is not of this version of Faultline: ${mistake}`)
  }
  if (result.interrupted !== null)
    throw new LabError(`the run in ${folder} did not go to its end: ${result.interrupted}`)
  if (result.variants.length === 0) throw new LabError(`no variant of the run in ${folder} went to its end`)
  const missing = INVARIANTS.find((name) => result.variants.some(({ violations }) => violations[name] === undefined))
  // An invariant that is newer than the run has nothing to be compared with.
  if (missing !== undefined)
    throw new LabError(`${file} is not of this version of Faultline: it does not count ${missing}`)
  return result
}

/** With other times than those that it had, a virtual run is another one. */
function calibrationOf(folder: string, result: Result): Calibration | undefined {
  if (result.calibration === undefined) return undefined
  const found = readRunFile(folder, CALIBRATION_FILE)
  const read = readCalibration(JSON.stringify(found ?? null))
  if (read.calibration && digestOf(found as Calibration) === result.calibration) return found as Calibration
  throw new LabError(`${folder} has no longer the ${CALIBRATION_FILE} that its times are from`)
}

async function checkVariant(folder: string, { name, gremlins, unexplainedDeaths }: VariantResult): Promise<void> {
  const own = join(folder, variantFolder(name))
  if (!hasInRun(own, JOURNAL_FOLDER)) {
    throw new LabError(
      `the journals of '${name}' are missing (${join(own, JOURNAL_FOLDER)}): its strikes are not on record`,
    )
  }
  openRecordedEnds(own).close()
  let found = 0
  await scanStrikes(join(own, JOURNAL_FOLDER), () => {
    found += 1
  })
  const told = gremlins.reduce((sum, { strikes }) => sum + strikes, 0)
  // A process that was killed from outside may have lost the end of its journal.
  const died = Object.values(unexplainedDeaths).some((deaths) => deaths > 0)
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
