import { type Result, type Verdict, worstVerdict } from '../../core/result.ts'
import type { CommandLine } from '../command.ts'
import { exitCodeOf, exitCodeOfSignal } from '../exit-codes.ts'
import { Failure, reasonOf } from '../failure.ts'
import type { Io } from '../io.ts'
import type { Lab } from '../lab.ts'
import { listenForStop } from '../listen-for-stop.ts'
import { present, printJson, writeJunit } from '../present.ts'
import { DEFAULT_SEED, type Plan, type RunArguments, readPlan } from '../run-plan.ts'
import { ORDERS, QUIET, RATE, REPEATED, REPORTS_TO_WRITE, SCENARIO_FILE } from '../shared-options.ts'
import { type ProgressLine, showProgress } from '../show-progress.ts'
import { studySeeds } from '../study-seeds.ts'

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
    junit: { describe: 'Also write a JUnit XML file', type: 'string', requiresArg: true },
    quiet: QUIET,
  },
  alone: { virtual: 'fast' },
  examples: [
    ['$0 run', 'the first scenario, with every variant'],
    ['$0 run one-lost-answer --variant naive --variant retry+key', 'two variants side by side'],
    ['$0 run --short', 'the first scenario in its short form'],
    ['$0 run --virtual', 'the first scenario without processes, in a moment'],
    ['$0 run calm --virtual=wire', 'the same, and its messages are HTTP'],
    ['$0 run calm --virtual --seeds 1..30 --reference retry+key', 'differences to retry+key with their intervals'],
    ['$0 run calm double-deduction --seeds 1..5 --json', 'ten runs, one JSON document'],
  ],
  async run(given, io, lab) {
    const plan = await readPlan(given, io)
    return runAll(plan, io, await lab())
  },
}

async function runAll(plan: Plan, io: Io, lab: Lab): Promise<number> {
  // Many seeds give many results; they are kept only for a document that holds them all.
  const keep = plan.json || plan.junit !== undefined
  const results: Result[] = []
  const verdicts: Verdict[] = []
  const failures: string[] = []
  const studies = studySeeds(plan, io, lab)
  const stop = listenForStop(io)
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
      const request = { scenario, seed, ...how, onProgress: line.update }
      const ran = await runOne(lab, request, line)
      if (keep) results.push(ran.result)
      verdicts.push(ran.result.verdict)
      failures.push(...studies.add(run, ran), ...(await present(ran, plan, io, lab, line, study !== null)))
      const last = stop.heard() !== undefined || plan.runs[index + 1]?.study !== study
      if (last) failures.push(...(await studies.end(line)))
    }
  } finally {
    stop.end()
  }
  if (plan.json) printJson(results, studies.ended, plan, io)
  if (plan.junit !== undefined && results.length > 0) failures.push(...writeJunit(plan.junit, results, lab))
  if (failures.length > 0) throw new Failure('labFailed', ...failures)
  const signal = stop.heard()
  return signal ? exitCodeOfSignal(signal) : exitCodeOf(worstVerdict(verdicts))
}

async function runOne(lab: Lab, request: Parameters<Lab['runScenario']>[0], line: ProgressLine) {
  try {
    return await lab.runScenario(request)
  } catch (error) {
    throw new Failure(
      'labFailed',
      `${request.scenario.name} (seed ${request.seed}) could not be run: ${reasonOf(error)}`,
    )
  } finally {
    line.end()
  }
}
