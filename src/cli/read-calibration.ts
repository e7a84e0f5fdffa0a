/** Reads a calibration that is named on the command line. */

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import { Failure, reasonOf } from './failure.ts'

/** Throws `Failure` (64) with one line, for a file that cannot be read or is no calibration. */
export async function openCalibration(cwd: string, file: string): Promise<Calibration> {
  const { readCalibration } = await import('../scenarios/calibration-file.ts')
  const { calibration, wrong } = readCalibration(readText(resolve(cwd, file), file))
  if (!calibration) throw new Failure('usage', `cannot use the calibration ${file}: ${wrong}`)
  return calibration
}

function readText(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Failure('usage', `cannot read the calibration ${shown}: ${reasonOf(error)}`)
  }
}
