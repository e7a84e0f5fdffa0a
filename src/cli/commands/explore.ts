import type { TrialWorkers } from '../../scenarios/trial-workers.ts'
import type { CommandLine } from '../command.ts'
import { EXIT_CODES, exitCodeOfSignal } from '../exit-codes.ts'
import { explainSeed } from '../explain-seed.ts'
import { type ExploreFiles, openExploreFiles } from '../explore-files.ts'
import { DEFAULT_SEEDS, type ExploreArguments, type ExplorePlan, readExplorePlan } from '../explore-plan.ts'
import { showExploring } from '../explore-progress.ts'
import { Failure, reasonOf } from '../failure.ts'
import type { Io } from '../io.ts'
import { listenForStop } from '../listen-for-stop.ts'
import { QUIET, REPEATED, SCENARIO_FILE } from '../shared-options.ts'
import { explorationAsJson, showExploration } from '../show-explored.ts'
import { writeFindings } from '../write-findings.ts'

const nowMs = () => performance.now()

export const explore: CommandLine<ExploreArguments> = {
  command: 'explore <scenario>',
  about: 'Look for violations: seed after seed in the virtual world, each with gremlins and traffic of its own',
  positionals: { scenario: { describe: 'Name of the scenario', type: 'string' } },
  options: {
    variant: {
      describe: 'Explore this variant; may be repeated (default: those that are expected to hold every invariant)',
      ...REPEATED,
    },
    seeds: {
      describe: `How many seeds, or a range such as 5001..10000 (default: ${DEFAULT_SEEDS}, or no end with --for)`,
      type: 'string',
      requiresArg: true,
    },
    for: { describe: 'Go on for so long, such as 60s', type: 'string', requiresArg: true },
    seed: { describe: 'Only this seed', type: 'string', requiresArg: true },
    explain: { describe: 'With --seed: show what it has drawn, and what struck', type: 'boolean', default: false },
    'every-point': {
      describe: 'Instead of seeds: every single fault of one order, at every moment of its work',
      type: 'boolean',
      default: false,
    },
    pairs: { describe: 'With --every-point: also every pair of faults', type: 'boolean', default: false },
    orders: { describe: 'With --every-point: 1 order, or 2 at once (default: 1)', type: 'string', requiresArg: true },
    gremlins: {
      describe: "own: the scenario's; general: also what can befall any service; all: the whole catalogue",
      type: 'string',
      requiresArg: true,
    },
    short: { describe: 'The short form of the scenario', type: 'boolean', default: false },
    shrink: { describe: 'Reduce what is found to few orders and strikes', type: 'boolean', default: true },
    workers: { describe: 'How many threads (default: one for each core)', type: 'string', requiresArg: true },
    out: {
      describe: 'Folder for what is found, as scenario files; each exploration makes a new folder in it',
      type: 'string',
      requiresArg: true,
    },
    file: SCENARIO_FILE,
    json: { describe: 'Print one JSON document', type: 'boolean', default: false },
    quiet: QUIET,
  },
  examples: [
    ['$0 explore schrodingers-warehouse', 'do the variants that should hold survive 1,000 swarms?'],
    ['$0 explore double-deduction --variant retry --for 20s', 'what breaks retries without keys?'],
    ['$0 explore schrodingers-warehouse --every-point', 'every single fault of one order'],
    ['$0 explore double-deduction --variant retry --seed 7 --explain', 'what seed 7 has drawn'],
  ],
  async run(given, io) {
    const plan = await readExplorePlan(given, io)
    const { openTrialWorkers } = await import('../../scenarios/trial-workers.ts')
    const workers = openTrialWorkers(plan.workers)
    try {
      if (plan.points) return await exploreEveryPoint(plan, plan.points, workers, io)
      return plan.explain ? await explainSeed(plan, workers, io) : await exploreAll(plan, workers, io)
    } catch (error) {
      if (error instanceof Failure) throw error
      throw new Failure('labFailed', `${plan.scenario.name} could not be explored: ${reasonOf(error)}`)
    } finally {
      await workers.end()
    }
  },
}

function filesOf({ outDir, scenario, flags }: ExplorePlan, io: Io): ExploreFiles | null {
  return outDir === null ? null : openExploreFiles({ outDir, scenario: scenario.name, flags }, io)
}

const TIME_IS_UP = 'the time is up'

async function exploreAll(plan: ExplorePlan, workers: TrialWorkers, io: Io): Promise<number> {
  const [{ explore: search }, { shrinkFindings }] = await Promise.all([
    import('../../search/explore.ts'),
    import('../../search/shrink-findings.ts'),
  ])
  const { scenario, variants, seeds, forMs } = plan
  const line = showExploring(io, scenario.name, plan.quiet, nowMs)
  const stop = listenForStop(io)
  stop.tell(line.say)
  const limit = new AbortController()
  const timer = forMs === null ? undefined : setTimeout(() => limit.abort(TIME_IS_UP), forMs)
  const startedMs = nowMs()
  try {
    const signal = AbortSignal.any([stop.signal, limit.signal])
    const explored = await search({ scenario, variants, seeds, workers, signal, onProgress: line.explored })
    const tookMs = nowMs() - startedMs
    const all = explored.seedsDone === seeds.to - seeds.from + 1
    const ended = all ? null : String(signal.reason)
    const shrinking = { scenario, variants, workers, signal: stop.signal, onProgress: line.shrunk }
    const found = plan.shrink
      ? await shrinkFindings(explored.findings, shrinking)
      : explored.findings.map((finding) => ({ ...finding, shrunk: null }))
    line.end()
    const files = filesOf(plan, io)
    const findings = writeFindings(found, plan, files)
    const exploration = { plan, explored, findings, tookMs, ended }
    io.stdout.write(plan.json ? explorationAsJson(exploration) : showExploration(exploration))
    const [failure, ...more] = files?.failures() ?? []
    if (failure !== undefined) throw new Failure('labFailed', failure, ...more)
    const signalled = stop.heard()
    if (signalled) return exitCodeOfSignal(signalled)
    if (found.length > 0) return EXIT_CODES.fail.code
    // A limit that left no time for a single seed is no proof of anything.
    return explored.seedsDone > 0 ? EXIT_CODES.pass.code : EXIT_CODES.inconclusive.code
  } finally {
    clearTimeout(timer)
    stop.end()
    line.end()
  }
}

async function exploreEveryPoint(
  plan: ExplorePlan,
  points: NonNullable<ExplorePlan['points']>,
  workers: TrialWorkers,
  io: Io,
): Promise<number> {
  const { explorePoints } = await import('../explore-points.ts')
  const line = showExploring(io, plan.scenario.name, plan.quiet, nowMs)
  // Who is built to be broken somewhere does not survive every fault: it is tried when somebody names it.
  const sound = plan.variants.filter(({ brokenIn }) => brokenIn === null)
  const chosen = sound.length > 0 ? sound : plan.variants
  const left = plan.variants.filter((each) => !chosen.includes(each))
  if (!plan.quiet)
    for (const { variant, brokenIn } of left)
      line.say(`${variant} is left out, since ${brokenIn} expects it to break; --variant ${variant} tries it`)
  const say = plan.quiet ? () => undefined : line.say
  const { scenario, json } = plan
  const files = filesOf(plan, io)
  const variants = chosen.map(({ variant }) => variant)
  return explorePoints({ scenario, variants, ...points, files, json }, workers, { ...line, say }, io)
}
