import { resolve } from 'node:path'
import type { RunComparison } from '../../core/run-comparison.ts'
import {
  BASELINE_NAME_RULE,
  baselineNames,
  type Opened,
  openBaseline,
  readBaselineName,
  unknownBaseline,
} from '../baselines.ts'
import type { CommandLine } from '../command.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type Compared, openCompared, type Places, runsBeside } from '../find-compared.ts'
import { type Io, wantsColor } from '../io.ts'
import { REPORTS_TO_READ } from '../shared-options.ts'
import { FOLDER_RULE, readNonEmpty, readOptions, type Typed } from '../values.ts'

interface Arguments {
  readonly run: readonly string[]
  readonly baseline?: Typed
  readonly tolerance?: Typed
  readonly out?: Typed
  readonly 'fail-on-regression': boolean
  readonly json: boolean
  readonly markdown: boolean
  readonly color?: boolean
}

const DEFAULT_COLUMNS = 120
const TOLERANCE_RULE = 'a share such as 5% or 0.05, from 0 to 100%'

/** A number without a sign is a share: `0.05` is `5%`. */
function readTolerance(text: string): number | undefined {
  const [, amount, percent] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? []
  const share = Number(amount) / (percent === '%' ? 100 : 1)
  return share >= 0 && share <= 1 ? share : undefined
}

export const compare: CommandLine<Arguments> = {
  command: 'compare [run..]',
  about: 'A run, or a study over seeds, beside an earlier one: what changed, and whether it is noise',
  positionals: {
    run: {
      describe: "Before and now: a folder, 'latest', '<scenario>/<run>', or a baseline's file; one with --baseline",
      type: 'string',
      array: true,
      default: [],
    },
  },
  options: {
    baseline: { describe: 'Compare with this baseline (see faultline baseline)', type: 'string', requiresArg: true },
    'fail-on-regression': { describe: 'Exit with 1 where something is worse', type: 'boolean', default: false },
    tolerance: {
      describe: 'How much worse is let pass, such as 5% (default: 1%, and 10% for one real run each)',
      type: 'string',
      requiresArg: true,
    },
    out: REPORTS_TO_READ,
    json: { describe: 'Print one JSON document instead of the table', type: 'boolean', default: false },
    markdown: { describe: 'Print Markdown instead of the table', type: 'boolean', default: false },
  },
  examples: [
    ['$0 compare calm/2026-11-20T… latest', 'what changed since then'],
    ['$0 compare --baseline main', "the last run beside the baseline 'main'"],
    ['$0 compare --baseline main calm --fail-on-regression', 'the same for the newest run of calm; for CI'],
  ],
  async run(given, io) {
    const read = readOptions()
    const baseline = read.one('baseline', given.baseline, BASELINE_NAME_RULE, readBaselineName)
    const tolerance = read.one('tolerance', given.tolerance, TOLERANCE_RULE, readTolerance)
    const out = read.one('out', given.out, FOLDER_RULE, readNonEmpty) ?? ''
    const mistakes = [...read.mistakes, ...contradictions(given)]
    if (mistakes.length > 0) throw new Failure('usage', ...mistakes)
    const places = { cwd: io.cwd, outDir: resolve(io.cwd, out) }
    const [before, after] =
      baseline === undefined
        ? await openBoth(given.run, places)
        : await openWithBaseline(baseline, given.run[0] ?? 'latest', places)
    const comparison = await compareOpened(before, after, tolerance)
    await print(comparison, given, io)
    const failed = given['fail-on-regression'] && comparison.regressions > 0
    return failed ? EXIT_CODES.fail.code : EXIT_CODES.pass.code
  },
}

function contradictions({ run, baseline, json, markdown }: Arguments): string[] {
  const many = `${run.length} ${run.length === 1 ? 'is' : 'are'} given`
  const wrong =
    baseline === undefined
      ? run.length === 2
        ? []
        : [`compare needs two runs, the earlier one first, or --baseline <name>; ${many}`]
      : run.length <= 1
        ? []
        : [`with --baseline name one run at most; ${many}`]
  return [...wrong, ...(json && markdown ? ['give --json or --markdown, not both'] : [])]
}

type Both = readonly [before: Compared, after: Compared]

/** What is wrong with either is said at once. */
function bothOrFailure(before: Opened<Compared>, after: Opened<Compared>): Both {
  if (before.ok && after.ok) return [before.document, after.document]
  const problems = [before, after].flatMap((side) => (side.ok ? [] : [side.problem]))
  throw new Failure('usage', ...new Set(problems))
}

async function openBoth([first = '', second = '']: readonly string[], places: Places): Promise<Both> {
  return bothOrFailure(await openCompared(first, places), await openCompared(second, places))
}

async function openWithBaseline(name: string, run: string, places: Places): Promise<Both> {
  const after = await openCompared(run, places)
  if (!after.ok) {
    const known = baselineNames(places.outDir).includes(name)
    throw new Failure('usage', after.problem, ...(known ? [] : [unknownBaseline(places.outDir, name)]))
  }
  const found = await openBaseline(places.outDir, name, after.document.measured.scenario)
  if (!found.ok) throw new Failure('usage', found.problem)
  const { from, measured } = found.document
  return [{ place: `baseline '${name}' (${from})`, folder: undefined, measured }, after.document]
}

async function compareOpened(before: Compared, after: Compared, tolerance: number | undefined): Promise<RunComparison> {
  const [{ areSingleRealRuns, commonVariants, compareMeasured }, { askedDifferences }, { COMPARED_METRICS }] =
    await Promise.all([
      import('../../study/compare.ts'),
      import('../../study/compare-asked.ts'),
      import('../../report/compare/metrics.ts'),
    ])
  const [was, is] = [before.measured, after.measured]
  if (was.scenario !== is.scenario) {
    throw new Failure(
      'usage',
      `${before.place} is of '${was.scenario}' and ${after.place} of '${is.scenario}'; compare runs of one scenario`,
    )
  }
  const common = commonVariants(was, is)
  if (common.length === 0) {
    const has = [before, after].map(whatItHas).join('; ')
    throw new Failure('usage', `the two have no variant in common: ${has}; run the same ones`)
  }
  const seed = is.runs[0]?.seed
  const single = areSingleRealRuns(was, is) && seed !== undefined && seed === was.runs[0]?.seed
  const folders = [before, after].flatMap(({ folder }) => folder ?? [])
  const others = single ? await runsBeside(folders, seed) : []
  const beside = others.filter((each) => askedDifferences(each, is, commonVariants(each, is)).askedTheSame)
  return compareMeasured({ before, after, beside, metrics: COMPARED_METRICS, tolerance })
}

function whatItHas({ place, measured: { runs } }: Compared): string {
  const names = new Set(runs.flatMap(({ variants }) => variants.map(({ name }) => name)))
  const cut = runs.find(({ cutShort }) => cutShort !== null)?.cutShort?.split('\n')[0]
  return `${place} has ${[...names].join(', ') || 'none'}${cut === undefined ? '' : ` (${cut})`}`
}

async function print(comparison: RunComparison, { json, markdown, color }: Arguments, io: Io): Promise<void> {
  if (json) {
    const { tellComparison } = await import('../../report/compare/told.ts')
    io.stdout.write(`${JSON.stringify(tellComparison(comparison), null, 2)}\n`)
    return
  }
  if (markdown) {
    const { renderComparisonMarkdown } = await import('../../report/compare/markdown.ts')
    io.stdout.write(`${renderComparisonMarkdown(comparison)}\n`)
    return
  }
  const { renderComparison } = await import('../../report/compare/terminal.ts')
  const options = { width: io.stdout.columns ?? DEFAULT_COLUMNS, color: wantsColor(io, io.stdout, color) }
  io.stdout.write(`${renderComparison(comparison, options)}\n`)
}
