/** Reads a calibration that is named on the command line. */

import { readFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { resolve } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import type { Scenario } from '../core/scenario.ts'
import { plain } from '../scenarios/file/plain.ts'
import { Failure, reasonOf } from './failure.ts'
import type { Io } from './io.ts'

/**
 * Says when it was measured on another machine, and which times it lacks that the scenarios use. Throws `Failure` (64) with a line
 * for each mistake of the file.
 */
export async function openCalibration(
  { cwd, stderr }: Pick<Io, 'cwd' | 'stderr'>,
  file: string,
  scenarios: readonly Scenario[],
): Promise<Calibration> {
  const { readCalibration, strangerTo } = await import('../scenarios/calibration-file.ts')
  const { calibration, wrong } = readCalibration(readText(resolve(cwd, file), file))
  if (!calibration) throw new Failure('usage', ...wrong.map((each) => `cannot use the calibration ${file}: ${each}`))
  const strange = strangerTo(thisMachine(), calibration)
  if (strange !== undefined) stderr.write(`${plain(`${file} was measured on another machine (${strange})`)}\n`)
  const lacking = await lackingWords(file, calibration, scenarios)
  if (lacking !== undefined) stderr.write(`${plain(lacking)}\n`)
  return calibration
}

/** One line; undefined: it has all that they use. */
export async function lackingWords(
  file: string,
  calibration: Calibration,
  scenarios: readonly Scenario[],
): Promise<string | undefined> {
  const { describeGaps } = await import('../scenarios/calibration-gaps.ts')
  const gaps = describeGaps(calibration, scenarios)
  return gaps && `${file} ${gaps}`
}

function thisMachine() {
  return { model: cpus()[0]?.model ?? 'unknown', cores: cpus().length, arch: arch(), platform: platform() }
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure('usage', `cannot read the calibration ${shown}: ${reasonOf(error)}`)
  }
}
