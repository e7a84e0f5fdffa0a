import { setFlagsFromString } from 'node:v8'
import type { Scenario } from '../../core/scenario.ts'
import type { LiveRun } from '../../scenarios/live-run.ts'
import type { CommandLine } from '../command.ts'
import { dashboardSource, serveLive } from '../control-of.ts'
import { type DashboardArguments, type DashboardPlan, readDashboardPlan } from '../dashboard-plan.ts'
import { EXIT_CODES, exitCodeOf, exitCodeOfSignal } from '../exit-codes.ts'
import { couldNotRun, Failure } from '../failure.ts'
import { type Io, isLive } from '../io.ts'
import type { Lab } from '../lab.ts'
import { updateRunList } from '../list-runs.ts'
import { listenForStop } from '../listen-for-stop.ts'
import { present } from '../present.ts'
import { QUIZ_OPTIONS } from '../quiz-plan.ts'
import { askRound, type Said } from '../quiz-round.ts'
import { revealRound } from '../reveal-round.ts'
import { ORDERS, QUIET, RATE, REPEATED, REPORTS_TO_WRITE, SCENARIO_FILE } from '../shared-options.ts'
import { showProgress } from '../show-progress.ts'
import { shortest } from '../write-report.ts'

export const dashboard: CommandLine<DashboardArguments> = {
  command: 'dashboard [scenario]',
  about: 'Watch a scenario live in the terminal, and switch gremlins and policies while it goes on',
  positionals: { scenario: { describe: 'Name of the scenario (default: the first of the file)', type: 'string' } },
  options: {
    variant: { describe: 'Only this variant; may be repeated', ...REPEATED },
    versus: { describe: 'Another variant beside it, under the same traffic', type: 'string', requiresArg: true },
    virtual: { describe: 'In the virtual world, at the pace of the clock', type: 'boolean', default: false },
    speed: {
      describe: 'With --virtual: how many times as fast as the clock, such as 0.5',
      type: 'string',
      requiresArg: true,
    },
    script: { describe: "Play the scenario's script, until a key is pressed", type: 'boolean', default: false },
    seed: { describe: 'The seed of all chance', type: 'string', requiresArg: true },
    short: { describe: 'The short form of the scenario', type: 'boolean', default: false },
    orders: ORDERS,
    rate: RATE,
    out: REPORTS_TO_WRITE,
    file: SCENARIO_FILE,
    ...QUIZ_OPTIONS,
    quiet: QUIET,
  },
  examples: [
    ['$0 dashboard', 'the first scenario; ? explains every key'],
    ['$0 dashboard schrodingers-warehouse --variant retry+key --versus naive --virtual', 'two variants side by side'],
    ['$0 dashboard schrodingers-warehouse --script', 'a talk that runs by itself'],
    ['$0 dashboard last-console --virtual --quiz', 'say first what will happen, then watch'],
  ],
  async run(given, io, lab) {
    const plan = await readDashboardPlan(given, io)
    const said = plan.quiz ? await askRound(plan.quiz, io) : null
    return said === 'left' ? EXIT_CODES.interrupted.code : watchRun(plan, io, await lab(), said)
  },
}

/** @param said to the questions of the quiz; null: nothing was asked */
async function watchRun({ plan, quiz, live }: DashboardPlan, io: Io, lab: Lab, said: Said | null): Promise<number> {
  const stop = listenForStop(io)
  const line = showProgress(io, live.scenario.name, plan.quiet)
  // A screen for somebody who looks at it; anywhere else a line for each phase, and nobody to press a key.
  const onScreen = isLive(io) && io.stdout.isTTY && process.stdin.isTTY === true
  try {
    const { startLive } = await import('../../scenarios/live-run.ts')
    const run = startLive({
      ...{ ...live, signal: stop.signal, untilOver: !onScreen },
      onProgress(progress) {
        if (!onScreen) line.update(progress)
      },
    })
    const ended = run.ended.catch((error) => {
      throw couldNotRun(live, error)
    })
    // Whoever shows it hears of it as well.
    ended.catch(() => undefined)
    const saved = onScreen ? await show({ ...run, ended }, live.scenario, plan.color, io) : []
    const all = await ended
    line.end()
    const failures: string[] = []
    for (const ran of all) failures.push(...(await present(ran, plan, io, lab, line, false)))
    const last = all.at(-1)
    if (last && said) failures.push(...(await revealRound({ ...plan, quiz }, said, last, io)))
    failures.push(...updateRunList(plan.outDir, line.say))
    // The screen on which it was said is gone.
    if (!plan.quiet) for (const file of saved) line.say(`saved: ${file}`)
    if (failures.length > 0) throw new Failure('labFailed', ...failures)
    const heard = stop.heard()
    return heard ? exitCodeOfSignal(heard) : exitCodeOf(last?.result.verdict ?? 'ERROR')
  } finally {
    stop.end()
    line.end()
  }
}

/** The screen, until the run has ended; over the control API, as anybody else would watch it. @returns files that were saved meanwhile */
async function show(run: LiveRun, { variants }: Scenario, color: boolean, io: Io): Promise<string[]> {
  // A screen is made anew again and again: with the heap kept small, half of its cost is collecting what is left of the last one.
  setFlagsFromString('--no-optimize-for-size')
  // React looks at it once, when it is loaded.
  process.env.NODE_ENV ??= 'production'
  const server = await serveLive(run.control, variants)
  const saved: string[] = []
  const abort = () => io.exit(EXIT_CODES.interrupted.code)
  const source = dashboardSource(server, run.ended, abort, (file) => {
    saved.push(shortest(file, io))
    return shortest(file, io)
  })
  try {
    const { showDashboard } = await import('../../dashboard/show.ts')
    const { stdin, stdout } = process
    await showDashboard(source, { stdin, stdout, color, ascii: !speaksUtf8(io.env) })
  } finally {
    run.control.end()
    source.close()
    await server.close()
  }
  return saved
}

/** The first of them that says something decides, as everywhere. */
function speaksUtf8({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')
}
