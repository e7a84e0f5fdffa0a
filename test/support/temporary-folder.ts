/** A folder for one test file, gone afterwards. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Call it at the top of a test file. @returns the folder's path */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `faultline-${name}-`))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
