/** What a run leaves behind: a table or JSON on stdout, and where its report is. */

import type { ReportedRun } from '../core/details.ts'
import { type Result, worstVerdict } from '../core/result.ts'
import type { Study } from '../report/study/study.ts'
import { reasonOf } from './failure.ts'
import type { Io } from './io.ts'
import type { Lab } from './lab.ts'
import type { Reporter } from './reporters.ts'
import type { Plan } from './run-plan.ts'
import type { ProgressLine } from './show-progress.ts'
import { writeWhole } from './write-file.ts'
import { type RanRun, sayWhatIsThere, writeReport } from './write-report.ts'

const DEFAULT_COLUMNS = 120

export function tableOptions({ color }: { readonly color: boolean }, io: Io): { width: number; color: boolean } {
  return { width: io.stdout.columns ?? DEFAULT_COLUMNS, color }
}

interface Presented {
  readonly reporters: readonly Reporter[]
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
}

/**
 * Writes the report's files and prints the table, or a line for a run that is one of many in a study. Gives back what could not be
 * written.
 */
export async function present(
  ran: RanRun,
  plan: Presented,
  io: Io,
  lab: Lab,
  line: ProgressLine,
  inStudy: boolean,
): Promise<string[]> {
  const { result, folder } = ran
  if (!plan.json) {
    const options = tableOptions(plan, io)
    const text = inStudy ? lab.study.renderSeedLine(result, options) : lab.renderTable(result, options)
    io.stdout.write(`${text.trimEnd()}\n`)
  }
  if (result.error !== null) line.say(`the lab failed: ${result.error.split('\n')[0]}`)
  if (result.interrupted !== null) line.say(`cut short: ${result.interrupted}`)
  const { files, failures } = await writeReport(ran, plan.reporters, lab)
  if (!plan.quiet && !inStudy && failures.length === 0) line.say(sayWhatIsThere(folder, files, io))
  return [...failures]
}

/** Gives back what could not be written. */
export function writeJunit(file: string, runs: readonly ReportedRun[], lab: Lab): string[] {
  try {
    writeWhole(file, lab.renderJunit(runs))
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
