/** What `dashboard` and `up` are asked to do: what `run` is asked, and what only a run that is watched can do. */

import type { Scenario } from '../core/scenario.ts'
import { unknownName } from '../scenarios/file/nearest.ts'
import type { LiveOptions } from '../scenarios/live-run.ts'
import { adjustForTalk } from '../scenarios/script.ts'
import { Failure } from './failure.ts'
import type { Io } from './io.ts'
import { canAsk } from './quiz-ask.ts'
import { type QuizArguments, type QuizPlan, readQuizPlan } from './quiz-plan.ts'
import { type Plan, type RunArguments, readPlan } from './run-plan.ts'
import { readNonEmpty, readOptions, type Typed } from './values.ts'

export interface DashboardArguments
  extends QuizArguments,
    Pick<RunArguments, 'variant' | 'seed' | 'orders' | 'rate' | 'out' | 'file' | 'short' | 'quiet' | 'color'> {
  readonly scenario?: string
  readonly versus?: Typed
  readonly virtual: boolean
  readonly speed?: Typed
  readonly script: boolean
}

export interface DashboardPlan {
  readonly plan: Plan
  /** What is asked before the run; null: nothing. */
  readonly quiz: QuizPlan | null
  readonly live: Omit<LiveOptions, 'signal' | 'onProgress'>
}

const LEAST_SPEED = 0.01
const MOST_SPEED = 100
const SPEED_RULE = `a number from ${LEAST_SPEED} to ${MOST_SPEED}`

function readSpeed(typed: string): number | undefined {
  const speed = typed.trim() === '' ? Number.NaN : Number(typed)
  return speed >= LEAST_SPEED && speed <= MOST_SPEED ? speed : undefined
}

/** Throws `Failure`: 64 with a line for each wrong value, 65 for a scenario file with mistakes. */
export async function readDashboardPlan(given: DashboardArguments, io: Io): Promise<DashboardPlan> {
  const read = readOptions()
  const versus = read.one('versus', given.versus, 'the name of a variant', readNonEmpty)
  const speed = read.one('speed', given.speed, SPEED_RULE, readSpeed)
  const mistakes = [...read.mistakes]
  if (speed !== undefined && !given.virtual)
    mistakes.push('--speed needs --virtual: the real world goes at its own pace')
  if (mistakes.length > 0) throw new Failure('usage', ...mistakes)
  const { plan, scenario, seed } = await readOne(given, io)
  const staged = given.script ? talkOf(scenario, given) : scenario
  const shown = versus === undefined ? staged : besideIt(scenario, staged, versus)
  const beside = versus !== undefined || (given.script && staged.variants.length === 2)
  // Without them the others would be run as well by whoever runs it again.
  const flags = versus === undefined ? plan.flags : [...plan.flags, ...shown.variants.flatMap(variantFlags)]
  const subject = { whole: scenario, adjusted: shown, runs: 1, terminal: canAsk(io) }
  return {
    plan,
    quiz: readQuizPlan(given, subject),
    live: {
      ...{ scenario: shown, seed, versus: beside, speed: speed ?? 1, script: given.script },
      ...{ mode: plan.mode, network: plan.network, flags, outDir: plan.outDir },
    },
  }
}

const variantFlags = ({ name }: Scenario['variants'][number]) => ['--variant', name]

/** The one scenario that is watched. */
export async function readOne(given: Omit<DashboardArguments, 'script'>, io: Io) {
  const { scenario: name, variant, virtual, short, quiet } = given
  const { seed, orders, rate, out, file, color } = given
  const wanted: RunArguments = {
    ...{ scenario: name === undefined ? [] : [name], variant, short, quiet, json: false },
    ...withoutUndefined({ seed, orders, rate, out, file, color, virtual: virtual ? 'fast' : undefined }),
  }
  // What is shown beside the others must be there to be shown: it is chosen later.
  const plan = await readPlan(given.versus === undefined ? wanted : { ...wanted, variant: [] }, io)
  const [run] = plan.runs
  if (!run) throw new Failure('usage', 'there is no scenario to watch')
  return { plan, scenario: withVariants(run.scenario, given), seed: run.seed }
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** Those that were asked for come first. Without `versus` the plan has left out all others already. */
function withVariants(scenario: Scenario, given: Pick<DashboardArguments, 'variant' | 'versus'>): Scenario {
  if (given.versus === undefined) return scenario
  const [versus, wanted] = [String(given.versus), given.variant]
  const names = scenario.variants.map(({ name }) => name)
  const unknown = wanted.filter((name) => !names.includes(name))
  const mistakes = unknown.map((name) => unknownName('variant', name, names))
  if (!names.includes(versus)) mistakes.push(`--versus: ${unknownName('variant', versus, names)}`)
  if (mistakes.length > 0) throw new Failure('usage', ...mistakes)
  const first = wanted.flatMap((name) => scenario.variants.filter((each) => each.name === name))
  const others = scenario.variants.filter((each) => !first.includes(each))
  return { ...scenario, variants: [...first, ...others] }
}

function talkOf(scenario: Scenario, { variant, orders, rate }: DashboardArguments): Scenario {
  if (!scenario.script) throw new Failure('usage', `${scenario.name} has no script; leave out --script`)
  return adjustForTalk(scenario, { traffic: orders !== undefined || rate !== undefined, variants: variant.length > 0 })
}

/** The first variant, and this one beside it. */
function besideIt(whole: Scenario, staged: Scenario, versus: string): Scenario {
  const [other] = whole.variants.filter(({ name }) => name === versus)
  const [first] = staged.variants.filter(({ name }) => name !== versus)
  if (!other || !first) throw new Failure('usage', `--versus ${versus}: there is no other variant to show it beside`)
  const kept = Object.entries(whole.expectations).filter(([name]) => name === first.name || name === other.name)
  return { ...staged, variants: [first, other], expectations: Object.fromEntries(kept) }
}
