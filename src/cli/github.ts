/** What GitHub Actions shows of a command: annotations in its log, and the step's summary. */

import { appendFileSync, statSync } from 'node:fs'
import type { ReportedRun } from '../core/details.ts'
import { reasonOf } from './failure.ts'
import type { Io, Output } from './io.ts'
import type { Lab } from './lab.ts'

export interface Github {
  /** Tells of one run. @param say prints a line on stderr, where GitHub reads too @returns what could not be written */
  tell(run: ReportedRun, say: (line: string) => void): string[]
}

/** GitHub shows ten of each kind for a step; a log of a hundred is read by nobody. */
const MOST_ANNOTATIONS = 100
/** GitHub refuses a step's summary that is larger. */
const MOST_SUMMARY_BYTES = 2 ** 20
const FULL = '\n\nThe summaries of further runs are left out: this page is full.\n'

/**
 * The same, but nothing on stdout is a command of GitHub's, which looks for them at the beginning of each line: a title may be any
 * text. Annotations are on stderr. No line of JSON begins so.
 */
export function withoutCommands(io: Io): Io {
  if (io.env.GITHUB_ACTIONS !== 'true') return io
  const { stdout } = io
  const apart: Output = {
    write: (text) => stdout.write(text.replace(/^(\s*:)(?=:)/gm, '$1\u200b')),
    isTTY: stdout.isTTY,
    columns: stdout.columns,
  }
  return { ...io, stdout: apart }
}

/** Null outside GitHub Actions. */
export function githubOf(io: Io, lab: Lab): Github | null {
  const summaryFile = io.env.GITHUB_STEP_SUMMARY
  const annotating = io.env.GITHUB_ACTIONS === 'true'
  if (!annotating && !summaryFile) return null
  let annotations = 0
  let full = false

  function summarize(file: string, markdown: string): void {
    const there = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    const room = MOST_SUMMARY_BYTES - Buffer.byteLength(FULL) - there
    const text = `${there > 0 ? '\n' : ''}${markdown.trimEnd()}\n`
    full = Buffer.byteLength(text) > room
    if (!full) appendFileSync(file, text)
    else if (room >= 0) appendFileSync(file, FULL)
  }

  return {
    tell({ result, details }, say) {
      if (annotating && annotations < MOST_ANNOTATIONS) {
        const lines = lab.annotationsOf(result, details).slice(0, MOST_ANNOTATIONS - annotations)
        annotations += lines.length
        for (const line of lines) say(line)
      }
      if (!summaryFile || full) return []
      try {
        summarize(summaryFile, lab.renderMarkdown(result, details))
        return []
      } catch (error) {
        return [`cannot write the step's summary ${summaryFile}: ${reasonOf(error)}`]
      }
    },
  }
}
