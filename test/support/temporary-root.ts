/** One folder for whatever the tests and their processes put aside: it goes when they are through, passed or failed. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const NAME = 'faultline-tests-'

/** Vitest calls it for each project, before their workers begin; those have the environment that is left here. */
export function setup(): (() => void) | undefined {
  if (process.env.TMPDIR?.includes(NAME)) return undefined
  const folder = mkdtempSync(join(tmpdir(), NAME))
  process.env.TMPDIR = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
