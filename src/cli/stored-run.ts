/** Opens a stored run whose documents may be of another version, changed by hand, or broken. */

import { join } from 'node:path'
import type { Details, ReportedRun } from '../core/details.ts'
import type { Result } from '../core/result.ts'
import { OUTCOMES_FILE, RESULT_FILE, STORIES_FILE } from '../core/run-folder.ts'
import type { Shown } from '../scenarios/check-report.ts'
import { Failure, reasonOf } from './failure.ts'
import { readDocument } from './run-documents.ts'

const RUN_AGAIN = 'run the scenario again'

/** Throws `Failure` (64) with one line: which file, what is wrong with it, what to do about it. */
export async function openStoredRun(folder: string): Promise<ReportedRun> {
  const { checkOutcomes, checkResult, checkStories } = await import('../scenarios/check-report.ts')
  const result = open<Result>(folder, RESULT_FILE, checkResult, `mend it there, or ${RUN_AGAIN}`)
  if (result === null) {
    throw new Failure(
      'usage',
      `${folder} has no ${RESULT_FILE}: that run goes on, or was killed; only one that ended has a report`,
    )
  }
  const without = (name: string) => `remove ${name} for a report without it, or ${RUN_AGAIN}`
  const details: Details = {
    stories: open(folder, STORIES_FILE, checkStories, without(STORIES_FILE)),
    outcomes: open(folder, OUTCOMES_FILE, checkOutcomes, without(OUTCOMES_FILE)),
  }
  return { result, details }
}

function open<Document>(
  folder: string,
  name: string,
  check: (found: unknown) => Shown<Document>,
  remedy: string,
): Document | null {
  let found: unknown
  try {
    found = readDocument(folder, name)
  } catch (error) {
    throw new Failure('usage', `${sentenceOf(error, join(folder, name))}; ${remedy}`)
  }
  if (found === undefined) return null
  const shown = check(found)
  if (!shown.ok) {
    // There is nothing to mend in what others wrote.
    const way = shown.foreign && name === RESULT_FILE ? `use what made it, or ${RUN_AGAIN}` : remedy
    throw new Failure('usage', `${join(folder, name)} ${shown.why}; ${way}`)
  }
  return shown.document
}

/** What the system says (no permission, a folder) does not always name the file. */
function sentenceOf(error: unknown, file: string): string {
  const known = error as NodeJS.ErrnoException
  return known.syscall === undefined ? known.message : `cannot read ${file}: ${reasonOf(error)}`
}
