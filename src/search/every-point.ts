/**
 * Systematic search: every single fault of a story of one or two orders, and every pair. A fault is a coin that comes up; which there
 * are is told by a run in which none does. Coins that are tossed only after a first fault (by whoever tries again, recovers or
 * undoes) are told by the run with that fault, and are second faults of pairs.
 */

import { type Decision, decisionKey } from '../core/decision.ts'
import type { Scenario } from '../core/scenario.ts'
import type { SummaryPlan, TrialSummary, TrialViolation } from '../scenarios/trial-summary.ts'
import { type Story, storiesOf } from './point-stories.ts'

export interface EveryPointOptions {
  readonly scenario: Scenario
  readonly variant: string
  readonly seed: number
  readonly orders: 1 | 2
  readonly pairs: boolean
  readonly workers: { readonly count: number; run(plan: SummaryPlan): Promise<TrialSummary> }
  /** Ends it with what it has. */
  readonly signal?: AbortSignal
  /** Told before a story's singles are tried, and before its pairs are. */
  onPlan?(story: string, planned: { readonly singles: number; readonly pairs: number | null }): void
  onProgress?(story: string, trialsDone: number, trialsPlanned: number): void
}

/** Faults under which something is violated that is not violated without one of them. */
export interface PointFinding {
  readonly story: Story
  readonly faults: readonly Decision[]
  readonly violations: readonly TrialViolation[]
}

export interface Coverage {
  readonly story: string
  /** What is violated although nothing strikes; no fault is blamed for it. */
  readonly faultFree: readonly TrialViolation[]
  readonly singles: Covered
  /** Null: not asked for, or ended before it was known which there are. */
  readonly pairs: PairsCovered | null
  readonly findings: readonly PointFinding[]
}

export interface Covered {
  readonly planned: number
  /** Fewer than planned where it was ended before. */
  readonly tried: number
  /** Of those tried. */
  readonly violating: number
}

export interface PairsCovered extends Covered {
  /** Of those planned: the second is a coin that is tossed only after the first. */
  readonly afterFirst: number
  /** Of those planned: the first keeps the second from being tossed, so that the pair is the first alone, which was tried. */
  readonly neverMeet: number
  /** Of those violating: what is violated is not violated by either fault alone. */
  readonly onlyTogether: number
}

/** The stories of one variant, one after the other; those that the signal has left undone are missing. */
export async function everyPoint(options: EveryPointOptions): Promise<Coverage[]> {
  const coverage: Coverage[] = []
  for (const story of storiesOf(options.scenario, options.orders)) {
    // What nobody has begun has no coverage: "0 of 0 survived" would say that it has.
    if (options.signal?.aborted) break
    coverage.push(await cover(story, options))
  }
  return coverage
}

/** A fault, what came of it, and which coins were tossed beside it. */
interface Single {
  readonly fault: Decision
  readonly what: ReadonlySet<string>
  readonly tossed: ReadonlySet<string>
  /** Coins that are not tossed without it. */
  readonly further: readonly Decision[]
}

async function cover(story: Story, options: EveryPointOptions): Promise<Coverage> {
  const tries = trying(story, options)
  const [faultFree] = await tries.all([[]], true)
  if (!faultFree) return { ...NOTHING, story: story.name, pairs: null }
  const faults = faultFree.coins ?? []
  options.onPlan?.(story.name, { singles: faults.length, pairs: null })
  const before = broken(faultFree)
  const known = new Set(faults.map(decisionKey))
  const summaries = await tries.all(
    faults.map((fault) => [fault]),
    true,
  )
  const singles = summaries.map((summary, index) => asSingle(faults[index] as Decision, summary, known))
  const findings = summaries.flatMap(
    (summary, index) => blame(story, [faults[index] as Decision], summary, before) ?? [],
  )
  const covered = { planned: faults.length, tried: summaries.length, violating: findings.length }
  const tried = { story: story.name, faultFree: toldOf(faultFree), singles: covered }
  // How many pairs there are is known only when each single has told its coins.
  if (!options.pairs || summaries.length < faults.length) return { ...tried, pairs: null, findings }
  const pairs = await coverPairs(story, { singles, before, tries }, options)
  return { ...tried, pairs: pairs.covered, findings: [...findings, ...pairs.findings] }
}

const NOTHING = { faultFree: [], singles: { planned: 0, tried: 0, violating: 0 }, findings: [] } as const

interface Pairing {
  readonly singles: readonly Single[]
  readonly before: ReadonlySet<string>
  readonly tries: Trying
}

async function coverPairs(story: Story, { singles, before, tries }: Pairing, options: EveryPointOptions) {
  const pairs = singles.flatMap((first, index) => {
    // The first of two is tossed first, so that the second is tossed only where it is when the first strikes alone.
    const met = singles.slice(index + 1).filter((second) => first.tossed.has(decisionKey(second.fault)))
    const later = met.map((second) => ({ first, second: second.fault, what: second.what }))
    return [...later, ...first.further.map((second) => ({ first, second, what: new Set<string>() }))]
  })
  const afterFirst = singles.reduce((sum, { further }) => sum + further.length, 0)
  const planned = (singles.length * (singles.length - 1)) / 2 + afterFirst
  const neverMeet = planned - pairs.length
  options.onPlan?.(story.name, { singles: singles.length, pairs: planned })
  const summaries = await tries.all(
    pairs.map(({ first, second }) => [first.fault, second]),
    false,
  )
  let violating = 0
  const findings = summaries.flatMap((summary, index) => {
    const { first, second, what } = pairs[index] as (typeof pairs)[number]
    const faults = [first.fault, second]
    if (blame(story, faults, summary, before)) violating += 1
    return blame(story, faults, summary, new Set([...before, ...first.what, ...what])) ?? []
  })
  const tried = summaries.length + neverMeet
  // A pair that never meets is the first fault alone.
  violating += neverMeeting(singles, before)
  return { covered: { planned, tried, violating, afterFirst, neverMeet, onlyTogether: findings.length }, findings }
}

function neverMeeting(singles: readonly Single[], before: ReadonlySet<string>): number {
  return singles.reduce((sum, { what, tossed }, index) => {
    if ([...what].every((each) => before.has(each))) return sum
    return sum + singles.slice(index + 1).filter(({ fault }) => !tossed.has(decisionKey(fault))).length
  }, 0)
}

function asSingle(fault: Decision, summary: TrialSummary, known: ReadonlySet<string>): Single {
  const { coins = [] } = summary
  return {
    fault,
    what: broken(summary),
    tossed: new Set(coins.map(decisionKey)),
    further: coins.filter((coin) => !known.has(decisionKey(coin))),
  }
}

/** What the scenario allows is not told. */
function toldOf({ violations }: TrialSummary): TrialViolation[] {
  return violations.filter(({ expected }) => expected !== 'allowed')
}

function broken(summary: TrialSummary): Set<string> {
  return new Set(toldOf(summary).map(({ what }) => what))
}

/** Undefined: nothing is violated beside what is known. */
function blame(
  story: Story,
  faults: readonly Decision[],
  summary: TrialSummary,
  known: ReadonlySet<string>,
): PointFinding | undefined {
  const violations = toldOf(summary).filter(({ what }) => !known.has(what))
  return violations.length === 0 ? undefined : { story, faults, violations }
}

interface Trying {
  /** Summaries in the order of the faults; fewer where the signal ended it. */
  all(faults: readonly (readonly Decision[])[], tellCoins: boolean): Promise<TrialSummary[]>
}

/** So many a worker are under way. */
const AHEAD = 8

function trying({ name, scenario }: Story, { variant, seed, workers, signal, onProgress }: EveryPointOptions): Trying {
  let done = 0
  let planned = 0
  return {
    async all(faults, tellCoins) {
      planned += faults.length
      const summaries: TrialSummary[] = []
      const width = workers.count * AHEAD
      for (let from = 0; from < faults.length && !signal?.aborted; from += width) {
        const some = faults.slice(from, from + width)
        const plans = some.map((strikes) => ({ scenario: { ...scenario, strikes }, variant, seed, tellCoins }))
        summaries.push(...(await Promise.all(plans.map((plan) => workers.run(plan)))))
        done += some.length
        onProgress?.(name, done, planned)
      }
      return summaries
    },
  }
}
