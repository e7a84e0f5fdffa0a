/**
 * The command `faultline`. Only yargs is loaded here; whatever a command needs is imported by the command itself, so that
 * `--help` answers at once.
 */

import { readFileSync } from 'node:fs'
import yargs, { type Argv } from 'yargs'
import { nearest } from '../scenarios/file/nearest.ts'
import { plain } from '../scenarios/file/plain.ts'
import type { CommandLine } from './command.ts'
import { baseline } from './commands/baseline.ts'
import { compare } from './commands/compare.ts'
import { dashboard } from './commands/dashboard.ts'
import { doctor } from './commands/doctor.ts'
import { explore } from './commands/explore.ts'
import { fidelity } from './commands/fidelity.ts'
import { init } from './commands/init.ts'
import { list } from './commands/list.ts'
import { order } from './commands/order.ts'
import { rejections } from './commands/rejections.ts'
import { replay } from './commands/replay.ts'
import { report } from './commands/report.ts'
import { run } from './commands/run.ts'
import { show } from './commands/show.ts'
import { up } from './commands/up.ts'
import { validate } from './commands/validate.ts'
import { COMPLETION_REQUEST, completeWords } from './complete-words.ts'
import { describeExitCodes, EXIT_CODES } from './exit-codes.ts'
import { Failure, reasonOf } from './failure.ts'
import { withoutCommands } from './github.ts'
import { type Io, processIo } from './io.ts'
import { type Lab, loadLab } from './lab.ts'

/** Each command knows its own arguments; yargs has checked them by its options. */
const COMMANDS: readonly CommandLine<never>[] = [
  run,
  dashboard,
  up,
  explore,
  replay,
  fidelity,
  compare,
  baseline,
  order,
  report,
  rejections,
  list,
  show,
  validate,
  init,
  doctor,
]
const COMPLETION = 'completion'
const GLOBAL_OPTIONS = ['color', 'help', 'version']
const WIDEST_HELP = 110

/**
 * Runs one command line and gives the exit code; never rejects.
 *
 * @param argv without the program's own name
 */
export async function main(
  argv: readonly string[],
  io: Io = processIo(),
  lab: () => Promise<Lab> = loadLab,
): Promise<number> {
  try {
    const code = await parse(argv, withoutCommands(io), lab)
    const broken = await io.flush()
    if (!broken) return code
    throw new Failure('labFailed', `cannot write to stdout: ${reasonOf(broken)}`)
  } catch (error) {
    if (error instanceof Failure) {
      for (const line of error.lines) io.stderr.write(`faultline: ${plain(line)}\n`)
      return error.code
    }
    const text = io.env.FAULTLINE_DEBUG && error instanceof Error ? String(error.stack) : reasonOf(error)
    io.stderr.write(`faultline: ${text} (a bug; FAULTLINE_DEBUG=1 shows where)\n`)
    return EXIT_CODES.labFailed.code
  }
}

async function parse(argv: readonly string[], io: Io, lab: () => Promise<Lab>): Promise<number> {
  if (argv[0] === COMPLETION_REQUEST) {
    const known = { commands: COMMANDS, otherCommands: [COMPLETION], otherOptions: GLOBAL_OPTIONS }
    for (const word of await completeWords(argv.slice(1), known, io.cwd)) io.stdout.write(`${word}\n`)
    return EXIT_CODES.pass.code
  }
  let code: number = EXIT_CODES.pass.code
  const parser = configure(yargs().scriptName('faultline'), argv, io)
  for (const each of COMMANDS) {
    parser.command({
      command: each.command,
      describe: each.about,
      builder: (command) => build(command, each),
      handler: async (given) => {
        code = await each.run(given as never, io, lab)
      },
    })
  }
  let printed = ''
  // With a callback, what yargs has to say (help, version, completion) comes here and not to the console.
  await parser.parseAsync(nameAlone(argv), {}, (_error, _given, output) => {
    printed ||= output
  })
  if (printed !== '') io.stdout.write(`${printed.trimEnd()}\n`)
  return code
}

/** Writes out what an option means that stands alone, since yargs would take the next word for its value. */
function nameAlone(argv: readonly string[]): string[] {
  const name = argv.find((word) => !word.startsWith('-'))
  const { alone = {} } = COMMANDS.find(({ command }) => command.split(' ')[0] === name) ?? {}
  const end = argv.indexOf('--')
  return argv.map((word, at) => {
    const option = word.startsWith('--') && (end < 0 || at < end) ? word.slice(2) : ''
    return Object.hasOwn(alone, option) ? `${word}=${alone[option]}` : word
  })
}

function configure(parser: Argv, argv: readonly string[], io: Io): Argv {
  return parser
    .locale('en')
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      // A repeated option is noticed, not overwritten.
      'duplicate-arguments-array': true,
    })
    .usage('$0 <command>\n\nA chaos lab for order systems: real services, seeded gremlins, audited ledgers.')
    .option('color', { describe: 'Colour, or --no-color (also: NO_COLOR)', type: 'boolean' })
    .strict()
    .demandCommand(1, 1, 'a command is missing')
    .completion(COMPLETION, 'Print a script that completes commands in your shell')
    .example('$0 run', 'run the first scenario')
    .example('$0 show one-lost-answer', 'what a scenario does')
    .example('$0 order p-1 latest', "one purchase's story in the last run")
    .epilogue(describeExitCodes())
    .version(readVersion())
    .alias('help', 'h')
    .wrap(Math.min(WIDEST_HELP, io.stdout.columns ?? WIDEST_HELP))
    .exitProcess(false)
    .fail((message, error) => {
      if (error && !message) throw error
      throw new Failure('usage', explain(message, argv), "'faultline --help' lists commands and options")
    })
}

function build(parser: Argv, { positionals, options, examples }: CommandLine<never>): Argv {
  let built = parser.options(options)
  for (const [name, positional] of Object.entries(positionals)) built = built.positional(name, positional)
  for (const [example, about] of examples) built = built.example(example, about)
  return built
}

/** Adds "did you mean" to what yargs says about words it does not know. */
function explain(message: string, argv: readonly string[]): string {
  const words = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]
  if (!words) return message.charAt(0).toLowerCase() + message.slice(1)
  const options = [...COMMANDS.flatMap((each) => Object.keys(each.options)), ...GLOBAL_OPTIONS]
  const commands = [...COMMANDS.map(({ command }) => command.split(' ')[0] ?? ''), COMPLETION]
  const suggest = (what: string, dashes: string, word: string, known: readonly string[]) => {
    const near = nearest(word, known)
    return `unknown ${what} '${dashes}${word}'${near === undefined ? '' : `; did you mean '${dashes}${near}'?`}`
  }
  return words
    .split(', ')
    .map((word) => {
      // Typed without dashes it was meant as a command.
      if (argv.includes(word)) return suggest('command', '', word, commands)
      return suggest('option', word.length === 1 ? '-' : '--', word, options)
    })
    .join('; ')
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
