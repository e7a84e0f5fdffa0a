/** What a run leaves behind: a table or JSON on stdout, and the files of the report. */

import { join } from 'node:path'
import { NO_DETAILS } from '../core/details.ts'
import { type Result, worstVerdict } from '../core/result.ts'
import type { Study } from '../report/study/study.ts'
import { reasonOf } from './failure.ts'
import type { Io } from './io.ts'
import type { Lab } from './lab.ts'
import type { Plan } from './run-plan.ts'
import type { ProgressLine } from './show-progress.ts'
import { writeWhole } from './write-file.ts'

const DEFAULT_COLUMNS = 120

export function tableOptions(plan: Plan, io: Io): { width: number; color: boolean } {
  return { width: io.stdout.columns ?? DEFAULT_COLUMNS, color: plan.color }
}

/**
 * Writes the report's files and prints the table, or a line for a run that is one of many in a study. Gives back what could not be
 * written.
 */
export async function present(
  { result, folder }: { result: Result; folder: string },
  plan: Plan,
  io: Io,
  lab: Lab,
  line: ProgressLine,
  inStudy: boolean,
): Promise<string[]> {
  if (!plan.json) {
    const options = tableOptions(plan, io)
    const text = inStudy ? lab.study.renderSeedLine(result, options) : lab.renderTable(result, options)
    io.stdout.write(`${text.trimEnd()}\n`)
  }
  if (result.error !== null) line.say(`the lab failed: ${result.error.split('\n')[0]}`)
  if (result.interrupted !== null) line.say(`cut short: ${result.interrupted}`)
  const failures = await writeReport(result, folder, lab)
  if (!plan.quiet && !inStudy && failures.length === 0) line.say(`report: ${join(folder, 'report.html')}`)
  return failures
}

/** Gives back what could not be written. */
export async function writeReport(result: Result, folder: string, lab: Lab): Promise<string[]> {
  const failures: string[] = []
  try {
    writeWhole(join(folder, 'report.html'), await lab.renderHtml(result))
  } catch (error) {
    failures.push(`cannot write ${join(folder, 'report.html')}: ${reasonOf(error)}`)
  }
  try {
    for (const [name, bytes] of await lab.renderPngs(result)) writeWhole(join(folder, name), bytes)
  } catch (error) {
    failures.push(`cannot write the charts into ${folder}: ${reasonOf(error)}`)
  }
  return failures
}

/** Gives back what could not be written. */
export function writeJunit(file: string, results: readonly Result[], lab: Lab): string[] {
  try {
    writeWhole(file, lab.renderJunit(results.map((result) => ({ result, details: NO_DETAILS }))))
    return []
  } catch (error) {
    return [`cannot write ${file}: ${reasonOf(error)}`]
  }
}

/** One run is its `result.json`; several are one document around them, with the studies where there are some. */
export function printJson(results: readonly Result[], studies: readonly Study[], plan: Plan, io: Io): void {
  const [only] = results
  const verdict = worstVerdict(results.map((result) => result.verdict))
  const document =
    plan.runs.length === 1 && only
      ? only
      : { schemaVersion: 1, verdict, runs: results, ...(studies.length > 0 ? { studies } : {}) }
  io.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
}
