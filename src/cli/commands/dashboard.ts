import { plain } from '../../scenarios/file/plain.ts'
import type { CommandLine } from '../command.ts'
import { dashboardSource, serveLive } from '../control-of.ts'
import { type DashboardArguments, readDashboardPlan } from '../dashboard-plan.ts'
import { EXIT_CODES, exitCodeOf, exitCodeOfSignal } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { isLive, wantsColor } from '../io.ts'
import { listenForStop } from '../listen-for-stop.ts'
import { present } from '../present.ts'
import { ORDERS, QUIET, RATE, REPEATED, REPORTS_TO_WRITE, SCENARIO_FILE } from '../shared-options.ts'
import { showProgress } from '../show-progress.ts'

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
    quiet: QUIET,
  },
  examples: [
    ['$0 dashboard', 'the first scenario; ? explains every key'],
    ['$0 dashboard schrodingers-warehouse --variant retry+key --versus naive --virtual', 'two variants side by side'],
    ['$0 dashboard schrodingers-warehouse --script', 'a talk that runs by itself'],
  ],
  async run(given, io, lab) {
    const { plan, live } = await readDashboardPlan(given, io)
    const stop = listenForStop(io)
    const line = showProgress(io, live.scenario.name, plan.quiet)
    // A screen for somebody who looks at it; anywhere else a line for each phase, and nobody to press a key.
    const watched = isLive(io) && io.stdout.isTTY && process.stdin.isTTY === true
    const { startLive } = await import('../../scenarios/live-run.ts')
    const run = startLive({
      ...live,
      signal: stop.signal,
      onProgress: (progress) => {
        if (!watched) line.update(progress)
      },
    })
    run.ended.catch(() => undefined)
    if (watched) await watch()
    else endWhenOver()

    async function watch(): Promise<void> {
      // React looks at it once, when it is loaded.
      process.env.NODE_ENV ??= 'production'
      const [first] = live.scenario.variants
      if (!first) throw new Failure('usage', `${live.scenario.name} has no variants`)
      const server = await serveLive(run.control, first)
      const source = dashboardSource(server, run.ended, () => io.exit(EXIT_CODES.interrupted.code))
      try {
        const { showDashboard } = await import('../../dashboard/show.ts')
        const { stdin, stdout } = process
        await showDashboard(source, {
          ...{ stdin, stdout, color: wantsColor(io, io.stdout, given.color), ascii: !speaksUtf8(io.env) },
        })
      } finally {
        run.control.end()
        source.close()
        await server.close()
      }
    }

    function endWhenOver(): void {
      const end = run.control.watch(({ variants }) => {
        if (variants.length > 0 && variants.every(({ phase }) => phase === 'over'))
          queueMicrotask(() => run.control.end())
      })
      run.ended.then(end, end)
    }

    try {
      const all = await run.ended
      line.end()
      const failures: string[] = []
      for (const ran of all) failures.push(...(await present(ran, plan, io, await lab(), line, false)))
      if (failures.length > 0) throw new Failure('labFailed', ...failures)
      const heard = stop.heard()
      const last = all.at(-1)
      return heard ? exitCodeOfSignal(heard) : exitCodeOf(last?.result.verdict ?? 'ERROR')
    } finally {
      stop.end()
      line.end()
    }
  },
}

/** The first of them that says something decides, as everywhere. */
function speaksUtf8(env: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(plain(env.LC_ALL || env.LC_CTYPE || env.LANG || ''))
}
