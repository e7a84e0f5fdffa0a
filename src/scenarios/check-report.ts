/** Whether stored documents can be shown by this version: anybody may have changed them, or another version made them. */

import type { ZodType } from 'zod'
import type { Outcomes } from '../core/outcomes.ts'
import type { Result } from '../core/result.ts'
import type { Stories } from '../core/story.ts'
import { mistakeInForm } from './check-configuration.ts'
import { isMapping } from './file/check.ts'
import { mistakeInShape } from './file/mistake-in-shape.ts'
import { REPORTED_OUTCOMES, REPORTED_RESULT, REPORTED_STORIES } from './report-shape.ts'

/** What a document is, or why it cannot be shown, as the rest of a sentence that begins with its path. */
export type Shown<Document> =
  | { readonly ok: true; readonly document: Document }
  | {
      readonly ok: false
      readonly why: string /** Made by another version, or by something else. */
      readonly foreign?: true
    }

const KNOWN_VERSION = 1

/** A document says its own version first: with another one, nothing else about it is known. */
function foreign(found: unknown, what: string): string | undefined {
  const version = isMapping(found) ? found.schemaVersion : undefined
  if (version === KNOWN_VERSION) return undefined
  if (version === undefined) return `is not ${what} of Faultline: it has no schemaVersion`
  return `has schemaVersion ${JSON.stringify(version).slice(0, 40)}, and this version of Faultline knows ${KNOWN_VERSION} only`
}

/** @param what it should be, such as `the result of a run` */
export function shown<Document>(shape: ZodType, found: unknown, what: string): Shown<Document> {
  const unknown = foreign(found, what)
  if (unknown !== undefined) return { ok: false, why: unknown, foreign: true }
  const mistake = mistakeInShape(shape, found)
  if (mistake !== undefined) return { ok: false, why: `is not of this version of Faultline: ${mistake}` }
  return { ok: true, document: found as Document }
}

export function checkResult(found: unknown): Shown<Result> {
  const read = shown<Result>(REPORTED_RESULT, found, 'the result of a run')
  if (!read.ok) return read
  const mistake = mistakeInForm(read.document.configuration)
  return mistake === undefined ? read : { ok: false, why: `has a scenario of another version of Faultline: ${mistake}` }
}

export function checkStories(found: unknown): Shown<Stories> {
  return shown(REPORTED_STORIES, found, 'the stories of a run')
}

export function checkOutcomes(found: unknown): Shown<Outcomes> {
  const read = shown<Outcomes>(REPORTED_OUTCOMES, found, 'the outcomes of a run')
  if (!read.ok) return read
  const { rows, variants } = read.document
  const wrong = rows.findIndex(({ cells }) => cells.length !== variants.length)
  if (wrong < 0) return read
  const why = `is broken: rows[${wrong}].cells must have ${variants.length} of them, one for each variant`
  return { ok: false, why }
}
