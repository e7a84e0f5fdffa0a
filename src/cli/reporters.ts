/** What a run is told in: its reporters, the files that they write, and how they are asked for. */

import { RESULT_FILE } from '../core/run-folder.ts'
import { unknownName } from '../scenarios/file/nearest.ts'

export const REPORTERS = ['html', 'png', 'junit', 'markdown', 'json'] as const
export type Reporter = (typeof REPORTERS)[number]

export const DEFAULT_REPORTERS: readonly Reporter[] = ['html', 'png', 'json']
/** Alone: nothing is written beside the result. */
const NONE = 'none'
/** As typed after `--reporter`. */
export const REPORTER_WORDS: readonly string[] = [...REPORTERS, NONE]

export const REPORT_FILES = {
  html: 'report.html',
  junit: 'junit.xml',
  markdown: 'summary.md',
  json: RESULT_FILE,
} as const satisfies Record<Exclude<Reporter, 'png'>, string>

/**
 * @param typed each may name several, with commas between them
 * @returns each reporter once, in the order of `REPORTERS`
 */
export function readReporters(typed: readonly string[]): { reporters: readonly Reporter[]; mistakes: string[] } {
  if (typed.length === 0) return { reporters: DEFAULT_REPORTERS, mistakes: [] }
  const words = typed.flatMap((each) => each.split(',').map((word) => word.trim()))
  const unknown = new Set(words.filter((word) => !REPORTER_WORDS.includes(word)))
  const mistakes = [...unknown].map((word) => `--reporter: ${unknownName('reporter', word, REPORTER_WORDS)}`)
  const reporters = REPORTERS.filter((each) => words.includes(each))
  if (words.includes(NONE) && reporters.length > 0) mistakes.push(`--reporter: give ${NONE} alone, or leave it out`)
  return { reporters, mistakes }
}

/** Why the report cannot be opened, where it is asked for and will not be there. */
export function mistakesInOpening(open: boolean, reporters: readonly Reporter[]): string[] {
  return open && !reporters.includes('html') ? ['--open needs the reporter html: it is what is opened'] : []
}
