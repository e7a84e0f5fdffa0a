/** All lines of a variant's journals, for whoever wants to look at each. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalLine } from '../../core/event.ts'
import { JOURNAL_FOLDER } from '../../core/run-folder.ts'
import { scanLines } from './journal-lines.ts'

/** Journal by journal, the traffic's among them. Half a line, as a killed process may leave, is passed over. */
export async function readJournals(folder: string, visit: (line: JournalLine) => void): Promise<void> {
  const journals = join(folder, JOURNAL_FOLDER)
  for (const name of (await readdir(journals)).filter((file) => file.endsWith('.ndjson')).sort()) {
    await scanLines(join(journals, name), (block, from, to) => {
      const line = parse(block.decode(from, to))
      if (line) visit(line)
    })
  }
}

function parse(text: string): JournalLine | undefined {
  try {
    return JSON.parse(text) as JournalLine
  } catch {
    return undefined
  }
}
