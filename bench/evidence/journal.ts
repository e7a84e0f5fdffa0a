/** Events of one service over a variant's run, in the order in which they were written. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalLine } from '../../src/core/event.ts'
import { variantFolder } from '../../src/core/run-folder.ts'

export function readJournal(runFolder: string, variant: string, node: string): JournalLine[] {
  const folder = join(runFolder, variantFolder(variant), 'journal')
  const files = readdirSync(folder).filter((name) => name.startsWith(`${node}-`))
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JournalLine),
  )
}
