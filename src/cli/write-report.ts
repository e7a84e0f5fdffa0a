/** The files of one run's report, made by each reporter that is asked for. */

import { isAbsolute, join, relative } from 'node:path'
import { type Details, NO_DETAILS } from '../core/details.ts'
import type { Result } from '../core/result.ts'
import { RESULT_FILE } from '../core/run-folder.ts'
import { reasonOf } from './failure.ts'
import type { Io } from './io.ts'
import type { Lab } from './lab.ts'
import { REPORT_FILES, type Reporter } from './reporters.ts'
import { readDetails } from './run-documents.ts'
import { writeWhole } from './write-file.ts'

export interface RanRun {
  readonly result: Result
  readonly folder: string
}

interface Written {
  /** Names of the files, seen from the run's folder. */
  readonly files: readonly string[]
  /** What could not be written, and why. */
  readonly failures: readonly string[]
}

/** `result.json` is there already: the run wrote it. A reporter that fails keeps no other from writing. */
export async function writeReport(
  { result, folder }: RanRun,
  reporters: readonly Reporter[],
  lab: Lab,
): Promise<Written> {
  const files: string[] = []
  const failures: string[] = []

  async function attempt(what: string, make: () => Promise<Iterable<readonly [string, string | Uint8Array]>>) {
    try {
      for (const [name, bytes] of await make()) {
        writeWhole(join(folder, name), bytes)
        files.push(name)
      }
    } catch (error) {
      failures.push(`cannot write ${what}: ${reasonOf(error)}`)
    }
  }

  const inText = reporters.includes('junit') || reporters.includes('markdown')
  const details = inText ? detailsOf(folder, failures) : NO_DETAILS
  const { html, junit, markdown } = REPORT_FILES
  for (const reporter of reporters) {
    if (reporter === 'html') await attempt(join(folder, html), async () => [[html, await lab.renderHtml(folder)]])
    if (reporter === 'png') await attempt(`the charts into ${folder}`, () => lab.renderPngs(folder))
    if (reporter === 'junit')
      await attempt(join(folder, junit), async () => [[junit, lab.renderJunit([{ result, details }])]])
    if (reporter === 'markdown')
      await attempt(join(folder, markdown), async () => [[markdown, lab.renderMarkdown(result, details)]])
  }
  return { files, failures }
}

/** None where they cannot be read, which is then among the failures. */
export function detailsOf(folder: string, failures: string[]): Details {
  try {
    return readDetails(folder)
  } catch (error) {
    failures.push(reasonOf(error))
    return NO_DETAILS
  }
}

const NARROWEST_COLUMNS = 80

/** One line: the page, which is what most want to open, and what else is beside it as far as there is room. */
export function sayWhatIsThere(folder: string, files: readonly string[], io: Io): string {
  const { html, junit, markdown } = REPORT_FILES
  const pictures = files.filter((name) => name.endsWith('.png')).length
  const others: string[] = files.filter((name) => name === junit || name === markdown)
  const page = files.includes(html)
  if (!page && pictures > 0) others.push(pictures === 1 ? '1 picture' : `${pictures} pictures`)
  if (files.length === 0) return `result: ${shortest(join(folder, RESULT_FILE), io)}`
  const line = `report: ${shortest(page ? join(folder, html) : folder, io)}`
  const whole = others.length > 0 ? `${line} (${page ? 'and ' : ''}${others.join(', ')})` : line
  return whole.length <= (io.stderr.columns ?? NARROWEST_COLUMNS) ? whole : line
}

/** As it is typed from where the user is, or whole where that is somewhere else. */
export function shortest(path: string, io: Io): string {
  const near = relative(io.cwd, path)
  return near === '' || near.startsWith('..') || isAbsolute(near) ? path : near
}
