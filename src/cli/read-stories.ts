/** The stories of a stored run, for a command that can do without them. */

import { join } from 'node:path'
import { STORIES_FILE } from '../core/run-folder.ts'
import type { Stories } from '../core/story.ts'
import { Failure, reasonOf } from './failure.ts'
import { readDocument } from './run-documents.ts'

/** Null where the run has none: it goes on, was killed, or is older than they are. Throws `Failure` (64) where they cannot be read. */
export async function readStories(folder: string): Promise<Stories | null> {
  const found = read(folder)
  if (found === undefined) return null
  const { checkStories } = await import('../scenarios/check-report.ts')
  const stories = checkStories(found)
  if (stories.ok) return stories.document
  throw new Failure('usage', `${join(folder, STORIES_FILE)} ${stories.why}; remove it to do without`)
}

function read(folder: string): unknown {
  try {
    return readDocument(folder, STORIES_FILE)
  } catch (error) {
    throw new Failure('usage', `${reasonOf(error)}; remove it to do without`)
  }
}
