/** What `explore` is asked to do. Everything that can be wrong with it is found before anything is started. */

import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import type { ExploreBounds, Scenario } from '../core/scenario.ts'
import { unknownName } from '../scenarios/file/nearest.ts'
import type { Explorand } from '../search/choose-variants.ts'
import type { PointsPlan } from './explore-points.ts'
import { Failure } from './failure.ts'
import type { Io } from './io.ts'
import { DEFAULT_SEED, usableFolder } from './run-plan.ts'
import { openScenarioFile, pickForm } from './scenario-file.ts'
import { flagOf, oneOrManySeeds, readPlaces, showingOf } from './shared-plan.ts'
import {
  DURATION_RULE,
  readDurationMs,
  readOptions,
  readSeed,
  readSeedsToTry,
  readWorkers,
  SEED_RULE,
  SEEDS_TO_TRY_RULE,
  type Typed,
  WORKERS_RULE,
} from './values.ts'

export const DEFAULT_SEEDS = 1_000
const GREMLINS: readonly ExploreBounds['gremlins'][] = ['own', 'general', 'all']

export interface ExploreArguments {
  readonly scenario: string
  readonly variant: readonly string[]
  readonly seed?: Typed
  readonly seeds?: Typed
  readonly for?: Typed
  readonly gremlins?: Typed
  readonly workers?: Typed
  readonly out?: Typed
  readonly file?: Typed
  readonly 'every-point': boolean
  readonly orders?: Typed
  readonly pairs: boolean
  readonly short: boolean
  readonly explain: boolean
  readonly shrink: boolean
  readonly json: boolean
  readonly quiet: boolean
  readonly color?: boolean
}

export interface ExplorePlan {
  readonly scenario: Scenario
  readonly variants: readonly Explorand[]
  readonly seeds: { readonly from: number; readonly to: number }
  /** How long to go on; null: until all seeds are done. */
  readonly forMs: number | null
  readonly workers: number
  /** Where files are written; null: nowhere. */
  readonly outDir: string | null
  readonly explain: boolean
  /** Every single fault instead of seeds; null: seeds. */
  readonly points: Pick<PointsPlan, 'orders' | 'pairs' | 'seed'> | null
  readonly shrink: boolean
  /** What it takes to explore the same again, beside the variant, its gremlins and the seed. */
  readonly flags: readonly string[]
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
}

/** Throws `Failure`: 64 with a line for each wrong value, 65 for a scenario file with mistakes. */
export async function readExplorePlan(given: ExploreArguments, io: Io): Promise<ExplorePlan> {
  const read = readOptions()
  const seed = read.one('seed', given.seed, SEED_RULE, readSeed)
  const seeds = read.one('seeds', given.seeds, SEEDS_TO_TRY_RULE, readSeedsToTry)
  const forMs = read.one('for', given.for, DURATION_RULE, readDurationMs)
  const workers = read.one('workers', given.workers, WORKERS_RULE, readWorkers)
  const gremlins = read.one('gremlins', given.gremlins, `one of ${GREMLINS.join(', ')}`, (text) =>
    GREMLINS.find((each) => each === text),
  )
  const orders = read.one('orders', given.orders, '1 or 2', (text) =>
    ([1, 2] as const).find((each) => text === `${each}`),
  )
  const { out, file } = readPlaces(read, given)
  const mistakes = [...read.mistakes, ...contradictions(given)]
  if (mistakes.length > 0) throw new Failure('usage', ...mistakes)

  const opened = await openScenarioFile(io.cwd, file)
  const chosen = pickForm(opened, given.scenario, given.short)
  const scenario = gremlins ? { ...chosen, explore: { ...chosen.explore, gremlins } } : chosen
  const last =
    seed === undefined && seeds === undefined && forMs !== undefined ? Number.MAX_SAFE_INTEGER : DEFAULT_SEEDS
  return {
    scenario,
    variants: await chooseVariants(scenario, opened.scenarios, given.variant),
    seeds: seed === undefined ? (seeds ?? { from: 1, to: last }) : { from: seed, to: seed },
    forMs: forMs ?? null,
    workers: workers ?? availableParallelism(),
    outDir: out === undefined ? null : usableFolder(resolve(io.cwd, out)),
    explain: given.explain,
    points: given['every-point']
      ? { orders: orders ?? 1, pairs: given.pairs, seed: seed ?? scenario.seed ?? DEFAULT_SEED }
      : null,
    shrink: given.shrink,
    flags: [...flagOf('--file', file), ...(given.short ? ['--short'] : [])],
    ...showingOf(given, io),
  }
}

function contradictions(given: ExploreArguments): string[] {
  const { seed, explain } = given
  return [
    ...pointsContradictions(given),
    ...oneOrManySeeds(given),
    ...(explain && seed === undefined ? ['--explain needs --seed: it explains what one seed has drawn'] : []),
  ]
}

/** Seeds and gremlins of their own are for swarms, orders and pairs for the systematic search. */
function pointsContradictions(given: ExploreArguments): string[] {
  const systematic = given['every-point']
  const others = systematic ? (['seeds', 'for', 'gremlins', 'explain'] as const) : (['orders', 'pairs'] as const)
  return others
    .filter((name) => given[name] !== undefined && given[name] !== false)
    .map((name) => (systematic ? `--${name} does not go with --every-point` : `--${name} needs --every-point`))
}

async function chooseVariants(
  scenario: Scenario,
  all: readonly Scenario[],
  names: readonly string[],
): Promise<readonly Explorand[]> {
  const { namedVariants, variantsToHold } = await import('../search/choose-variants.ts')
  const known = scenario.variants.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new Failure('usage', ...unknown.map((name) => `${scenario.name}: ${unknownName('variant', name, known)}`))
  }
  // It would survive everything, and prove nothing.
  const arms = scenario.variants.filter(({ name, gremlins }) => names.includes(name) && gremlins === 'none')
  if (arms.length > 0) {
    const why = "is a control arm, which meets no gremlin ('gremlins: none'): there is nothing to explore"
    throw new Failure('usage', ...arms.map(({ name }) => `${scenario.name}: '${name}' ${why}`))
  }
  if (names.length > 0) return namedVariants(scenario, names)
  const toHold = variantsToHold(scenario, all)
  if (toHold.length > 0) return toHold
  const tryable = scenario.variants.filter(({ gremlins }) => gremlins !== 'none').map(({ name }) => name)
  const remedy =
    tryable.length > 0
      ? `name one with --variant: ${tryable.join(', ')}`
      : 'all of them are control arms, which meet no gremlin'
  throw new Failure('usage', `${scenario.name}: no variant is expected to hold every invariant; ${remedy}`)
}
