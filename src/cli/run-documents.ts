/** The documents of a run's folder that reports are made from. Read here and in the process that draws; large ones do not travel. */

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Details, ReportedRun } from '../core/details.ts'
import type { Outcomes } from '../core/outcomes.ts'
import type { Result } from '../core/result.ts'
import { ENVIRONMENT_FILE, OUTCOMES_FILE, RESULT_FILE, STORIES_FILE } from '../core/run-folder.ts'
import type { Stories } from '../core/story.ts'

/** A document beyond this is none of ours: a run of 100,000 orders has one of a few hundred KB, stories and outcomes a few MB. */
const MOST_BYTES = 64 * 2 ** 20

/**
 * A JSON document, not checked; undefined: there is none.
 * @throws Error with one line that names the file
 */
export function readDocument(folder: string, name: string): unknown {
  const file = join(folder, name)
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  if (found.size > MOST_BYTES) throw new Error(`${file} is too large to be ours: it has more than 64 MB`)
  const text = readFileSync(file, 'utf8')
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new Error(`${file} is broken: it is no JSON`)
  }
}

/** What this version has just written beside its result. @throws Error with one line */
export function readDetails(folder: string): Details {
  const stories = (readDocument(folder, STORIES_FILE) as Stories | undefined) ?? null
  const outcomes = (readDocument(folder, OUTCOMES_FILE) as Outcomes | undefined) ?? null
  return { stories, outcomes, environment: readDocument(folder, ENVIRONMENT_FILE) }
}

/** What this version has just written, or what was checked before. @throws Error with one line */
export function readReportedRun(folder: string): ReportedRun {
  const result = readDocument(folder, RESULT_FILE)
  if (result === undefined) throw new Error(`${folder} has no ${RESULT_FILE}`)
  return { result: result as Result, details: readDetails(folder) }
}
