import type { CommandLine } from '../command.ts'
import { serveLive } from '../control-of.ts'
import { type DashboardArguments, readOne } from '../dashboard-plan.ts'
import { EXIT_CODES, exitCodeOfSignal } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { listenForStop } from '../listen-for-stop.ts'
import { QUIET, REPORTS_TO_WRITE, SCENARIO_FILE } from '../shared-options.ts'
import { type UpLines, upLines } from '../up-lines.ts'
import { readOptions, type Typed } from '../values.ts'

interface UpArguments extends Pick<DashboardArguments, 'scenario' | 'seed' | 'out' | 'file' | 'quiet' | 'color'> {
  readonly variant?: Typed
  readonly port?: Typed
  readonly json: boolean
}

const MOST_PORT = 65_535
const PORT_RULE = `a port from 1 to ${MOST_PORT}`

function readPort(typed: string): number | undefined {
  const port = Number(typed)
  return /^\d+$/.test(typed) && port >= 1 && port <= MOST_PORT ? port : undefined
}

function isTaken(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EADDRINUSE'
}

function takenPort(port: number | undefined): string {
  return `--port: ${port} on 127.0.0.1 is taken; give another one, or none for any that is free`
}

export const up: CommandLine<UpArguments> = {
  command: 'up [scenario]',
  about: 'Start the services of a scenario and leave them running, for curl and for programs of your own',
  positionals: { scenario: { describe: 'Name of the scenario (default: the first of the file)', type: 'string' } },
  options: {
    variant: { describe: 'As this variant (default: the first)', type: 'string', requiresArg: true },
    port: {
      describe: 'Port of the control API on 127.0.0.1 (default: any free one)',
      type: 'string',
      requiresArg: true,
    },
    seed: { describe: 'The seed of all chance', type: 'string', requiresArg: true },
    json: { describe: 'Print addresses and token as one JSON document', type: 'boolean', default: false },
    out: REPORTS_TO_WRITE,
    file: SCENARIO_FILE,
    quiet: QUIET,
  },
  examples: [
    ['$0 up schrodingers-warehouse --variant retry+key', 'until Ctrl-C; prints calls to try'],
    ['$0 up --port 7000 --json', 'addresses and token, for a program'],
  ],
  async run(given, io) {
    const read = readOptions()
    const port = read.one('port', given.port, PORT_RULE, readPort)
    const name = read.one('variant', given.variant, 'the name of a variant', (typed) => typed)
    if (read.mistakes.length > 0) throw new Failure('usage', ...read.mistakes)
    const wanted = { ...given, variant: name === undefined ? [] : [name], virtual: false, short: false }
    const { plan, scenario, seed } = await readOne(wanted, io)
    const [variant] = scenario.variants
    if (!variant) throw new Failure('usage', `${scenario.name} has no variants`)
    const stop = listenForStop(io)
    stop.tell((words) => io.stderr.write(`${words}\n`))
    try {
      if (!plan.quiet) io.stderr.write(`${scenario.name}: starting the services\n`)
      const { startUp } = await import('../../scenarios/live-up.ts')
      const { control, ports, folder, ended } = await startUp({
        ...{ scenario, variant, seed, outDir: plan.outDir, signal: stop.signal },
      })
      ended.catch(() => undefined)
      const server = await serveLive(control, [variant], port).catch(async (error: Error) => {
        control.end()
        await ended
        throw new Failure(
          'usage',
          isTaken(error) ? takenPort(port) : `the control API cannot be served: ${error.message}`,
        )
      })
      try {
        const { address, token } = server
        const lines: UpLines = { scenario, variant, address, token, ports, folder }
        io.stdout.write(upLines(lines, given.json))
        await ended
      } finally {
        await server.close()
      }
      const heard = stop.heard()
      return heard ? exitCodeOfSignal(heard) : EXIT_CODES.pass.code
    } finally {
      stop.end()
    }
  },
}
