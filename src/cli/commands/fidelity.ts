import { join, resolve } from 'node:path'
import type { Calibration } from '../../core/calibration.ts'
import { FIDELITY_FILE } from '../../core/fidelity.ts'
import { CALIBRATION_FILE } from '../../core/run-folder.ts'
import type { Progress } from '../../scenarios/progress.ts'
import type { CommandLine } from '../command.ts'
import { EXIT_CODES, exitCodeOfSignal } from '../exit-codes.ts'
import { Failure, reasonOf } from '../failure.ts'
import type { Io } from '../io.ts'
import { listenForStop } from '../listen-for-stop.ts'
import { lackingWords, openCalibration } from '../read-calibration.ts'
import { DEFAULT_SEED, type Plan, type PlannedRun, type RunArguments, readPlan, usableFile } from '../run-plan.ts'
import { ONLY_VARIANTS, ORDERS, QUIET, RATE, REPORTS_TO_WRITE, SCENARIO_FILE } from '../shared-options.ts'
import { showProgress } from '../show-progress.ts'
import { readOptions, type Typed } from '../values.ts'
import { writeWhole } from '../write-file.ts'

type Arguments = Omit<RunArguments, 'scenario' | 'seeds' | 'virtual' | 'calibration'> & {
  readonly scenario?: string
  readonly repeat?: Typed
  readonly calibrate?: Typed
  readonly calibration?: Typed
}

const DEFAULT_REPEAT = 2
const MOST_REPEATS = 20
const REPEAT_RULE = `a whole number from 2 to ${MOST_REPEATS}: what one real run is worth is seen by another`

function readRepeat(text: string): number | undefined {
  const runs = /^\d{1,2}$/.test(text) ? Number(text) : 0
  return runs >= 2 && runs <= MOST_REPEATS ? runs : undefined
}

export const fidelity: CommandLine<Arguments> = {
  command: 'fidelity [scenario]',
  about: 'Both worlds on the same seed, side by side, and beside them what real runs differ by among themselves',
  positionals: { scenario: { describe: 'Name of a scenario (default: the first of the file)', type: 'string' } },
  options: {
    variant: ONLY_VARIANTS,
    seed: { describe: `The seed of all chance (default: ${DEFAULT_SEED})`, type: 'string', requiresArg: true },
    repeat: { describe: `How many real runs (default: ${DEFAULT_REPEAT})`, type: 'string', requiresArg: true },
    calibrate: {
      describe: `First measure how long things take here, and keep it as <out>/${CALIBRATION_FILE}, or as =<file>`,
      type: 'string',
    },
    calibration: { describe: 'Take the times from this file', type: 'string', requiresArg: true },
    short: { describe: 'The short form of the scenario', type: 'boolean', default: false },
    orders: ORDERS,
    rate: RATE,
    out: REPORTS_TO_WRITE,
    file: SCENARIO_FILE,
    json: { describe: `Print ${FIDELITY_FILE} instead of the table`, type: 'boolean', default: false },
    quiet: QUIET,
  },
  alone: { calibrate: CALIBRATION_FILE },
  examples: [
    ['$0 fidelity calm --calibrate', 'measure this machine, then compare'],
    ['$0 fidelity prime-day --short --repeat 3', 'three real runs against each other and against the virtual one'],
  ],
  async run(given, io) {
    const { scenario, calibration, ...others } = given
    const read = readOptions()
    const asText = (text: string) => text || undefined
    const repeat = read.one('repeat', given.repeat, REPEAT_RULE, readRepeat) ?? DEFAULT_REPEAT
    const calibrate = read.one('calibrate', given.calibrate, 'a file', asText)
    const file = read.one('calibration', calibration, 'a file', asText)
    const both = calibrate !== undefined && file !== undefined ? ['give --calibrate or --calibration, not both'] : []
    const [mistake, ...more] = [...read.mistakes, ...both]
    if (mistake !== undefined) throw new Failure('usage', mistake, ...more)
    const plan = await readPlan({ ...others, scenario: scenario === undefined ? [] : [scenario] }, io)
    const scenarios = plan.runs.map((each) => each.scenario)
    const known = file === undefined ? undefined : await openCalibration(io, file, scenarios)
    // Alone it names a file in the reports' folder; a file that somebody names lies where they are.
    const keepAs = calibrate && usableFile(resolve(calibrate === CALIBRATION_FILE ? plan.outDir : io.cwd, calibrate))
    return compare({ plan, repeat, keepAs, calibration: known }, io)
  },
}

interface Comparison {
  readonly plan: Plan
  readonly repeat: number
  /** Measure first, and write it there. */
  readonly keepAs: string | undefined
  readonly calibration: Calibration | undefined
}

async function compare({ plan, repeat, keepAs, calibration: known }: Comparison, io: Io): Promise<number> {
  const { scenario, seed } = plan.runs[0] as PlannedRun
  const [{ compareWorlds }, { renderFidelity }] = await Promise.all([
    import('../../scenarios/fidelity.ts'),
    import('../../report/terminal/fidelity.ts'),
  ])
  const stop = listenForStop(io)
  const progress = showSteps(io, plan.quiet)
  stop.tell(progress.say)
  const { outDir, flags } = plan
  const common = { seed, outDir, signal: stop.signal, onProgress: progress.update }
  try {
    const calibration = keepAs === undefined ? known : await measure(keepAs, common, progress, scenario)
    const { fidelity, folder } = await compareWorlds({
      ...common,
      flags,
      scenario,
      repeat,
      calibration,
      onRun: (mode, n) =>
        progress.begin(
          `${scenario.name} (seed ${seed}), ${mode === 'real' ? `real run ${n} of ${repeat}` : 'virtual run'}`,
        ),
    })
    progress.end()
    if (plan.json) io.stdout.write(`${JSON.stringify(fidelity, null, 2)}\n`)
    else io.stdout.write(renderFidelity(fidelity))
    if (!plan.quiet) progress.say(`fidelity: ${join(folder, FIDELITY_FILE)}`)
    return exitCodeFor(fidelity.faithful)
  } catch (error) {
    const signal = stop.heard()
    if (signal) return exitCodeOfSignal(signal)
    throw error instanceof Failure ? error : new Failure('labFailed', reasonOf(error))
  } finally {
    progress.end()
    stop.end()
  }
}

/** A comparison that could not be judged in all is inconclusive, as a run is. */
export function exitCodeFor(faithful: boolean | null): number {
  if (faithful === null) return EXIT_CODES.inconclusive.code
  return faithful ? EXIT_CODES.pass.code : EXIT_CODES.fail.code
}

type Steps = ReturnType<typeof showSteps>
type Common = Pick<
  Parameters<typeof import('../../scenarios/calibrate.ts')['calibrate']>[0],
  'outDir' | 'seed' | 'signal' | 'onProgress'
>

async function measure(
  file: string,
  common: Common,
  progress: Steps,
  scenario: PlannedRun['scenario'],
): Promise<Calibration> {
  const [{ calibrate }, { writeCalibration }] = await Promise.all([
    import('../../scenarios/calibrate.ts'),
    import('../../scenarios/calibration-file.ts'),
  ])
  progress.begin('calibration')
  const measured = await calibrate(common)
  writeWhole(file, writeCalibration(measured))
  progress.say(`calibration: ${file}`)
  const lacking = await lackingWords(file, measured, [scenario])
  if (lacking !== undefined) progress.say(lacking)
  return measured
}

/** One run after the other, each with a line of its own. */
function showSteps(io: Io, quiet: boolean) {
  let line = showProgress(io, '', quiet)
  return {
    begin(title: string): void {
      line.end()
      line = showProgress(io, title, quiet)
    },
    update: (progress: Progress) => line.update(progress),
    say: (words: string) => line.say(words),
    end: () => line.end(),
  }
}
