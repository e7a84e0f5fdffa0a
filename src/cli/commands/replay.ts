import { join } from 'node:path'
import { REPLAY_FILE } from '../../core/replay.ts'
import { worstVerdict } from '../../core/result.ts'
import type { Replayed, ReplayOptions } from '../../scenarios/replay.ts'
import type { CommandLine } from '../command.ts'
import { EXIT_CODES, exitCodeOf, exitCodeOfSignal } from '../exit-codes.ts'
import { Failure, reasonOf } from '../failure.ts'
import type { Io } from '../io.ts'
import type { Lab } from '../lab.ts'
import { updateRunList } from '../list-runs.ts'
import { listenForStop } from '../listen-for-stop.ts'
import { type ReplayArguments, type ReplayPlan, readReplayPlan } from '../replay-plan.ts'
import { DEFAULT_REPORTERS } from '../reporters.ts'
import { DEFAULT_OUT } from '../run-plan.ts'
import { ONLY_VARIANTS, QUIET } from '../shared-options.ts'
import { type ProgressLine, showProgress } from '../show-progress.ts'
import { shortest, writeReport } from '../write-report.ts'

const COLUMNS = 80

export const replay: CommandLine<ReplayArguments> = {
  command: 'replay [run]',
  about: 'The same run again, in either world: the strikes of a run are forced, and what came of it is set beside it',
  positionals: {
    run: {
      describe: "The run's folder, 'latest', a scenario's name, or a scenario file with strikes",
      type: 'string',
      default: 'latest',
    },
  },
  options: {
    variant: ONLY_VARIANTS,
    real: { describe: 'In processes, wherever it was recorded', type: 'boolean', default: false },
    virtual: { describe: 'In the virtual world, wherever it was recorded', type: 'boolean', default: false },
    out: { describe: `Folder of the reports (default: ${DEFAULT_OUT})`, type: 'string', requiresArg: true },
    json: { describe: 'Print replay.json instead of the table', type: 'boolean', default: false },
    quiet: QUIET,
  },
  examples: [
    ['$0 replay', 'the last run once more'],
    ['$0 replay latest --virtual', 'a run of processes, in the virtual world'],
    ['$0 replay found.yaml --real', 'what a search has found, in processes'],
  ],
  async run(given, io, lab) {
    const plan = await readReplayPlan(given, io)
    return replayAndTell(plan, io, await lab())
  },
}

async function replayAndTell(plan: ReplayPlan, io: Io, lab: Lab): Promise<number> {
  const { source, json, quiet, color } = plan
  const name = 'run' in source ? source.run.result.scenario : source.file.scenario.name
  const line = showProgress(io, `${name} (replay)`, quiet)
  const stop = listenForStop(io)
  stop.tell((words) => line.say(words))
  const failures: string[] = []
  let replayed: Replayed
  try {
    replayed = await carryOut(plan, stop.signal, line)
    const { result, folder } = replayed
    if (result.error !== null) line.say(`the lab failed: ${result.error.split('\n')[0]}`)
    if (result.interrupted !== null) line.say(`cut short: ${result.interrupted}`)
    failures.push(...(await writeReport({ result, folder }, DEFAULT_REPORTERS, lab)).failures)
    failures.push(...updateRunList(plan.outDir, line.say))
  } finally {
    stop.end()
  }
  const { renderReplay } = await import('../../report/terminal/replay.ts')
  if (json) io.stdout.write(`${JSON.stringify(replayed.replay, null, 2)}\n`)
  else io.stdout.write(renderReplay(replayed.replay, { width: io.stdout.columns ?? COLUMNS, color }))
  if (!quiet) line.say(`replay: ${shortest(join(replayed.folder, REPLAY_FILE), io)}`)
  if (failures.length > 0) throw new Failure('labFailed', ...failures)
  const signal = stop.heard()
  return signal ? exitCodeOfSignal(signal) : exitCodeOfReplay(replayed)
}

async function carryOut(
  { source, mode, outDir }: ReplayPlan,
  signal: AbortSignal,
  line: ProgressLine,
): Promise<Replayed> {
  const { replayFile, replayRun } = await import('../../scenarios/replay.ts')
  const world = mode === undefined ? {} : { mode }
  const options: ReplayOptions = { ...world, outDir, timeoutMs: null, signal, onProgress: line.update }
  try {
    return await ('run' in source ? replayRun(source.run, options) : replayFile(source.file, options))
  } catch (error) {
    throw new Failure('labFailed', `the replay failed: ${reasonOf(error)}`)
  } finally {
    line.end()
  }
}

/**
 * 0: every strike hit and every verdict as it was. 1: some strike missed, or some verdict is another one. 70: the lab failed, or the
 * virtual world did not repeat itself. A file has no verdict of its own: that of its expectations counts.
 */
function exitCodeOfReplay({ result, replay: document }: Replayed): number {
  if (result.error !== null) return EXIT_CODES.labFailed.code
  const { recorded, variants } = document
  // Cut short by something other than a signal.
  if (document.faithfulness === 'lab-failed' || document.faithfulness === 'incomplete') return EXIT_CODES.labFailed.code
  if (document.faithfulness === 'differs') return EXIT_CODES.fail.code
  return recorded.what === 'run'
    ? EXIT_CODES.pass.code
    : exitCodeOf(worstVerdict(variants.map(({ verdict }) => verdict.now)))
}
