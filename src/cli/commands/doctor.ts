import { resolve } from 'node:path'
import type { CommandLine } from '../command.ts'
import type { Machine } from '../doctor-machine.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type Io, wantsColor } from '../io.ts'
import { DEFAULT_OUT } from '../run-plan.ts'
import { REPORTS_TO_WRITE } from '../shared-options.ts'
import { FOLDER_RULE, readNonEmpty, readOptions, type Typed } from '../values.ts'

interface Arguments {
  readonly out?: Typed
  readonly json: boolean
  readonly color?: boolean
}

const DEFAULT_COLUMNS = 120

/** @param open the machine to look at */
export function doctorFor(open: (io: Io) => Promise<Machine>): CommandLine<Arguments> {
  return {
    command: 'doctor',
    about: 'Look at this machine: what a run needs, what it lacks, and what to do about it',
    positionals: {},
    options: {
      out: REPORTS_TO_WRITE,
      json: { describe: 'Print JSON', type: 'boolean', default: false },
    },
    examples: [['$0 doctor', 'before a lesson, on every laptop']],
    async run({ out, json, color }, io) {
      const read = readOptions()
      const place = read.one('out', out, FOLDER_RULE, readNonEmpty) ?? DEFAULT_OUT
      if (read.mistakes.length > 0) throw new Failure('usage', ...read.mistakes)

      const [{ examine, isGoodEnough, renderExamined }, { painter }] = await Promise.all([
        import('../doctor.ts'),
        import('../../report/terminal/paint.ts'),
      ])
      const checks = await examine(await open(io), resolve(io.cwd, place))
      const ok = isGoodEnough(checks)
      if (json) io.stdout.write(`${JSON.stringify({ schemaVersion: 1, ok, checks }, null, 2)}\n`)
      else {
        const paint = painter(wantsColor(io, io.stdout, color))
        io.stdout.write(renderExamined(checks, io.stdout.columns ?? DEFAULT_COLUMNS, paint))
      }
      return ok ? EXIT_CODES.pass.code : EXIT_CODES.labFailed.code
    },
  }
}

export const doctor = doctorFor(async ({ env }) => {
  const { thisMachine } = await import('../doctor-probe.ts')
  return thisMachine(env)
})
