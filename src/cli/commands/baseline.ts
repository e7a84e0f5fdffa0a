import { resolve } from 'node:path'
import { plain } from '../../scenarios/file/plain.ts'
import {
  BASELINE_NAME_RULE,
  baselineNames,
  openBaseline,
  readBaselineName,
  removeBaseline,
  saveBaseline,
  scenariosOf,
  unknownBaseline,
} from '../baselines.ts'
import type { CommandLine } from '../command.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure, reasonOf } from '../failure.ts'
import { openCompared } from '../find-compared.ts'
import type { Io } from '../io.ts'
import { REPORTS_TO_READ } from '../shared-options.ts'
import { FOLDER_RULE, readNonEmpty, readOptions, type Typed } from '../values.ts'

const ACTIONS = ['save', 'list', 'remove'] as const

interface Arguments {
  readonly action: (typeof ACTIONS)[number]
  readonly name?: string
  readonly run?: string
  readonly out?: Typed
}

export const baseline: CommandLine<Arguments> = {
  command: 'baseline <action> [name] [run]',
  about: "Keep a run's figures under a name, to compare later runs with; list and remove such baselines",
  positionals: {
    action: { describe: 'What to do', type: 'string', choices: ACTIONS },
    name: { describe: 'The name, such as main', type: 'string' },
    run: { describe: "With save: the run or study (default: 'latest')", type: 'string' },
  },
  options: { out: REPORTS_TO_READ },
  examples: [
    ['$0 baseline save main', "keep the last run's figures as 'main'"],
    ['$0 baseline save main calm', 'the newest run of calm'],
    ['$0 baseline list', 'which there are'],
  ],
  async run({ action, name, run, out }, io) {
    const read = readOptions()
    const folder = read.one('out', out, FOLDER_RULE, readNonEmpty) ?? ''
    const mistakes = [...read.mistakes, ...wrongWords(action, name, run)]
    if (mistakes.length > 0) throw new Failure('usage', ...mistakes)
    const outDir = resolve(io.cwd, folder)
    if (action === 'list') await list(outDir, io)
    else if (action === 'save') await save(outDir, name ?? '', run ?? 'latest', io)
    else remove(outDir, name ?? '', io)
    return EXIT_CODES.pass.code
  },
}

function wrongWords(action: Arguments['action'], name: string | undefined, run: string | undefined): string[] {
  if (action === 'list') return name === undefined ? [] : ["'baseline list' takes no name: it lists them all"]
  if (name === undefined) return [`'baseline ${action}' needs the name of a baseline, such as main`]
  return [
    ...(readBaselineName(name) === undefined ? [`a baseline must have ${BASELINE_NAME_RULE}, not '${name}'`] : []),
    ...(action === 'remove' && run !== undefined ? ["'baseline remove' takes one name"] : []),
  ]
}

async function save(outDir: string, name: string, run: string, io: Io): Promise<void> {
  const opened = await openCompared(run, { cwd: io.cwd, outDir })
  if (!opened.ok) throw new Failure('usage', opened.problem)
  const { place, measured } = opened.document
  const cutShort = measured.runs.find((each) => each.cutShort !== null)
  if (cutShort) {
    throw new Failure(
      'usage',
      `${place} did not come to its end (${cutShort.cutShort}): it is no baseline; run it again`,
    )
  }
  try {
    io.stdout.write(`${saveBaseline(outDir, name, place, measured)}\n`)
  } catch (error) {
    throw new Failure('labFailed', `cannot write the baseline '${name}' into ${outDir}: ${reasonOf(error)}`)
  }
}

async function list(outDir: string, io: Io): Promise<void> {
  for (const name of baselineNames(outDir)) {
    for (const scenario of scenariosOf(outDir, name)) {
      const opened = await openBaseline(outDir, name, scenario)
      io.stdout.write(`${name}  ${scenario}  ${plain(opened.ok ? aboutText(opened.document) : opened.problem)}\n`)
    }
  }
}

function aboutText({
  savedAt,
  measured,
}: {
  savedAt: string
  measured: { mode: string; runs: readonly { seed: number }[] }
}) {
  const { mode, runs } = measured
  const seeds = runs.length === 1 ? `seed ${runs[0]?.seed}` : `${runs.length} seeds`
  return `${mode}, ${seeds}, saved ${savedAt}`
}

function remove(outDir: string, name: string, io: Io): void {
  if (!baselineNames(outDir).includes(name)) throw new Failure('usage', unknownBaseline(outDir, name))
  try {
    removeBaseline(outDir, name)
  } catch (error) {
    throw new Failure('labFailed', `cannot remove the baseline '${name}': ${reasonOf(error)}`)
  }
  io.stdout.write(`removed ${name}\n`)
}
