import { join } from 'node:path'
import { NO_DETAILS } from '../../core/details.ts'
import { type Verdict, worstVerdict } from '../../core/result.ts'
import { collectBaseline } from '../collect-baseline.ts'
import type { CommandLine } from '../command.ts'
import { EXIT_CODES, exitCodeOf, exitCodeOfSignal } from '../exit-codes.ts'
import { couldNotRun, Failure } from '../failure.ts'
import { githubOf } from '../github.ts'
import type { Io } from '../io.ts'
import { keepRuns } from '../keep-runs.ts'
import type { Lab } from '../lab.ts'
import { RUN_LIST_FILE, updateRunList } from '../list-runs.ts'
import { listenForStop } from '../listen-for-stop.ts'
import { openFile } from '../open-file.ts'
import { present, printJson, writeJunit } from '../present.ts'
import { QUIZ_OPTIONS } from '../quiz-plan.ts'
import { askRound, type Said } from '../quiz-round.ts'
import { REPORT_FILES } from '../reporters.ts'
import { revealRound } from '../reveal-round.ts'
import { DEFAULT_SEED, type Plan, type RunArguments, readPlan } from '../run-plan.ts'
import { OPEN, ORDERS, QUIET, RATE, REPEATED, REPORTER, REPORTS_TO_WRITE, SCENARIO_FILE } from '../shared-options.ts'
import { type ProgressLine, showProgress } from '../show-progress.ts'
import { studySeeds } from '../study-seeds.ts'
import { detailsOf } from '../write-report.ts'

export const run: CommandLine<RunArguments> = {
  command: 'run [scenario..]',
  about: 'Run scenarios: every variant under the same traffic and the same luck, audited and judged',
  positionals: {
    scenario: {
      describe: 'Names of scenarios (default: the first of the file)',
      type: 'string',
      array: true,
      default: [],
    },
  },
  options: {
    variant: { describe: 'Run only this variant; may be repeated', ...REPEATED },
    seed: {
      describe: `The seed of all chance (default: the scenario's, or ${DEFAULT_SEED})`,
      type: 'string',
      requiresArg: true,
    },
    seeds: { describe: 'Several seeds, such as 1..20, and what they show together', type: 'string', requiresArg: true },
    reference: {
      describe: 'With --seeds: the variant that the others are compared with (default: the first)',
      type: 'string',
      requiresArg: true,
    },
    short: { describe: 'The short form of each scenario, where it has one', type: 'boolean', default: false },
    virtual: {
      describe:
        'In the virtual world: no process, no port, no waiting, and the same bytes for the same seed; with =wire over the real HTTP client and server',
      type: 'string',
    },
    workers: {
      describe: 'With --virtual: over how many threads the variants are spread (default: one for each core)',
      type: 'string',
      requiresArg: true,
    },
    calibration: {
      describe: "With --virtual: take the times from this file, which 'faultline fidelity --calibrate' has measured",
      type: 'string',
      requiresArg: true,
    },
    orders: ORDERS,
    rate: RATE,
    out: REPORTS_TO_WRITE,
    file: SCENARIO_FILE,
    timeout: { describe: 'Cut each run short after this time, such as 90s', type: 'string', requiresArg: true },
    json: { describe: 'Print one JSON document instead of the table', type: 'boolean', default: false },
    reporter: REPORTER,
    'save-baseline': {
      describe: "Keep the figures under this name, for 'faultline compare --baseline'",
      type: 'string',
      requiresArg: true,
    },
    junit: { describe: 'Also write one JUnit XML file of all runs', type: 'string', requiresArg: true },
    ...QUIZ_OPTIONS,
    open: OPEN,
    quiet: QUIET,
  },
  alone: { virtual: 'fast' },
  examples: [
    ['$0 run', 'the first scenario, with every variant'],
    ['$0 run one-lost-answer --variant naive --variant retry+key', 'two variants side by side'],
    ['$0 run --short', 'the first scenario in its short form'],
    ['$0 run --virtual', 'the first scenario without processes, in a moment'],
    ['$0 run --virtual --quiz', 'say first what will happen, then see'],
    ['$0 run calm --virtual=wire', 'the same, and its messages are HTTP'],
    ['$0 run calm --virtual --seeds 1..30 --reference retry+key', 'differences to retry+key with their intervals'],
    ['$0 run calm --reporter html,junit,markdown', 'what a CI job wants to keep'],
    ['$0 run calm double-deduction --seeds 1..5 --json', 'ten runs, one JSON document'],
  ],
  async run(given, io, lab) {
    const plan = await readPlan(given, io)
    const said = plan.quiz ? await askRound(plan.quiz, io) : null
    return said === 'left' ? EXIT_CODES.interrupted.code : runAll(plan, io, await lab(), said)
  },
}

/** @param said to the questions of the quiz; null: nothing was asked */
async function runAll(plan: Plan, io: Io, lab: Lab, said: Said | null): Promise<number> {
  const kept = keepRuns(plan)
  const verdicts: Verdict[] = []
  const failures: string[] = []
  const studies = studySeeds(plan, io, lab)
  const github = githubOf(io, lab)
  const baseline = collectBaseline(plan.saveBaseline, plan.outDir)
  const stop = listenForStop(io)
  let folder: string | undefined
  try {
    for (const [index, run] of plan.runs.entries()) {
      if (stop.heard()) break
      const { scenario, seed, study } = run
      const place = plan.runs.length > 1 ? `${index + 1}/${plan.runs.length} ` : ''
      const line = showProgress(io, `${place}${scenario.name} (seed ${seed})`, plan.quiet)
      stop.tell((words) => line.say(words))
      const { flags, mode, network, calibration, workers, outDir, timeoutMs } = plan
      const { signal } = stop
      const how = { mode, network, calibration, workers, flags, outDir, timeoutMs, signal }
      const ran = await runOne(lab, { scenario, seed, ...how, onProgress: line.update }, line)
      folder = ran.folder
      verdicts.push(ran.result.verdict)
      baseline.add(ran)
      failures.push(...studies.add(run, ran), ...(await present(ran, plan, io, lab, line, study !== null)))
      const details = kept.needsDetails || github !== null ? detailsOf(ran.folder, failures) : NO_DETAILS
      kept.add({ result: ran.result, details })
      if (said) failures.push(...(await revealRound(plan, said, ran, io)))
      failures.push(...(github?.tell({ result: ran.result, details }, line.say) ?? []))
      const last = stop.heard() !== undefined || plan.runs[index + 1]?.study !== study
      if (last) failures.push(...(await studies.end(line)))
      failures.push(...updateRunList(plan.outDir, line.say))
    }
  } finally {
    stop.end()
  }
  failures.push(...baseline.save(stop.heard() !== undefined, (line) => io.stderr.write(`${line}\n`)))
  if (plan.json) printJson(kept.results(), studies.ended, plan, io)
  if (plan.junit !== undefined && kept.runs.length > 0) failures.push(...writeJunit(plan.junit, kept.runs, lab))
  if (plan.open && folder !== undefined) await openFile(whatToOpen(plan, folder, studies.page), io)
  if (failures.length > 0) throw new Failure('labFailed', ...failures)
  const signal = stop.heard()
  return signal ? exitCodeOfSignal(signal) : exitCodeOf(worstVerdict(verdicts))
}

/** One run's report; of several the list, or what they show together. */
function whatToOpen({ runs, outDir }: Plan, folder: string, studyPage: string | undefined): string {
  if (runs.length === 1) return join(folder, REPORT_FILES.html)
  return studyPage ?? join(outDir, RUN_LIST_FILE)
}

async function runOne(lab: Lab, request: Parameters<Lab['runScenario']>[0], line: ProgressLine) {
  try {
    return await lab.runScenario(request)
  } catch (error) {
    throw couldNotRun(request, error)
  } finally {
    line.end()
  }
}
