/** Reads the documents of a run's folder. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from './lab-error.ts'

/**
 * A JSON document, not checked; undefined: there is none.
 * @throws LabError when it cannot be read, or is no JSON
 */
export function readRunFile(folder: string, name: string): unknown {
  const file = join(folder, name)
  if (!existsSync(file)) return undefined
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new LabError(`cannot read ${file}: ${(error as Error).message}`)
  }
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new LabError(`${file} is broken: it is no JSON`)
  }
}

/** Whether a run's folder has this file or folder. */
export function hasInRun(folder: string, ...path: readonly string[]): boolean {
  return existsSync(join(folder, ...path))
}
