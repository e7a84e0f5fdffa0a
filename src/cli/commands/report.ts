import { join, resolve } from 'node:path'
import type { CommandLine } from '../command.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { findRun } from '../find-run.ts'
import { wantsColor } from '../io.ts'
import { updateRunListOf } from '../list-runs.ts'
import { openFile } from '../open-file.ts'
import { present } from '../present.ts'
import { mistakesInOpening, REPORT_FILES, readReporters } from '../reporters.ts'
import { DEFAULT_OUT } from '../run-plan.ts'
import { OPEN, QUIET, RECORDED_RUN, REPORTER, REPORTS_TO_READ } from '../shared-options.ts'
import { showProgress } from '../show-progress.ts'
import { openStoredRun } from '../stored-run.ts'
import { FOLDER_RULE, readNonEmpty, readOptions, type Typed } from '../values.ts'

interface Arguments {
  readonly run: string
  readonly reporter: readonly string[]
  readonly open: boolean
  readonly out?: Typed
  readonly json: boolean
  readonly quiet: boolean
  readonly color?: boolean
}

export const report: CommandLine<Arguments> = {
  command: 'report [run]',
  about: 'The report of a stored run again, from what lies in its folder; nothing is run',
  positionals: { run: RECORDED_RUN },
  options: {
    reporter: REPORTER,
    open: OPEN,
    out: REPORTS_TO_READ,
    json: { describe: 'Print result.json instead of the table', type: 'boolean', default: false },
    quiet: QUIET,
  },
  examples: [
    ['$0 report --open', 'look at the last run'],
    ['$0 report one-lost-answer --reporter markdown', "a summary of that scenario's newest run"],
  ],
  async run({ run, reporter, open, out, json, quiet, color }, io, loadLab) {
    const read = readOptions()
    const place = read.one('out', out, FOLDER_RULE, readNonEmpty) ?? DEFAULT_OUT
    const { reporters, mistakes } = readReporters(reporter)
    const wrong = [...read.mistakes, ...mistakes, ...(mistakes.length > 0 ? [] : mistakesInOpening(open, reporters))]
    if (wrong.length > 0) throw new Failure('usage', ...wrong)

    const folder = findRun(run, { cwd: io.cwd, out: place })
    const { result } = await openStoredRun(folder)
    const lab = await loadLab()
    const shown = { reporters, json, quiet, color: wantsColor(io, io.stdout, color) }
    const line = showProgress(io, '', quiet)
    const failures = await present({ result, folder }, shown, io, lab, line, false)
    if (json) io.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    failures.push(...updateRunListOf(folder, resolve(io.cwd, place), line.say))
    if (open) await openFile(join(folder, REPORT_FILES.html), io)
    if (failures.length > 0) throw new Failure('labFailed', ...failures)
    return EXIT_CODES.pass.code
  },
}
