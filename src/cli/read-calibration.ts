/** Reads a calibration that is named on the command line. */

import { readFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { resolve } from 'node:path'
import type { Calibration } from '../core/calibration.ts'
import { plain } from '../scenarios/file/plain.ts'
import { Failure, reasonOf } from './failure.ts'
import type { Io } from './io.ts'

/** Says when it was measured on another machine. Throws `Failure` (64) with one line, for a file that is no calibration. */
export async function openCalibration({ cwd, stderr }: Pick<Io, 'cwd' | 'stderr'>, file: string): Promise<Calibration> {
  const { readCalibration, strangerTo } = await import('../scenarios/calibration-file.ts')
  const { calibration, wrong } = readCalibration(readText(resolve(cwd, file), file))
  if (!calibration) throw new Failure('usage', `cannot use the calibration ${file}: ${wrong}`)
  const strange = strangerTo(thisMachine(), calibration)
  if (strange !== undefined) stderr.write(`${plain(`${file} was measured on another machine (${strange})`)}\n`)
  return calibration
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
