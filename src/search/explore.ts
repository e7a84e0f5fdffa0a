/** Explores a scenario: seed after seed, each with a swarm of its own, over worker threads, until something says stop. */

import { REQUEST_KINDS } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import type { TrialPlan } from '../scenarios/trial.ts'
import type { RequestCounts, TrialSummary } from '../scenarios/trial-summary.ts'
import type { TrialWorkers } from '../scenarios/trial-workers.ts'
import type { Explorand } from './choose-variants.ts'
import { collectFindings, type Finding } from './findings.ts'
import { drawSwarm } from './swarm.ts'

export interface ExploreOptions {
  readonly scenario: Scenario
  readonly variants: readonly Explorand[]
  /** Both included. */
  readonly seeds: { readonly from: number; readonly to: number }
  readonly workers: Pick<TrialWorkers, 'count' | 'run'>
  /** Ends it after the seeds that are done. */
  readonly signal: AbortSignal
  onProgress(explored: Explored): void
}

export interface Explored {
  /** Seeds that every variant was tried under: always the first ones. */
  readonly seedsDone: number
  readonly trialsDone: number
  /** Who came, by what they came for. */
  readonly requestsDone: RequestCounts
  readonly strikes: number
  readonly findings: readonly Finding[]
}

/** So many trials a worker are under way, so that none waits for work while the oldest is still going on. */
const AHEAD = 8

const NOBODY: RequestCounts = { order: 0, stock: 0, notification: 0, payment: 0 }

function sumOf(one: RequestCounts, other: RequestCounts): RequestCounts {
  const sums = { ...one }
  for (const kind of REQUEST_KINDS) sums[kind] += other[kind]
  return sums
}

/** One variant under one seed, as it is tried. */
export function swarmPlan(scenario: Scenario, { variant, gremlins }: Explorand, seed: number): TrialPlan {
  const bounded = { ...scenario, explore: { ...scenario.explore, gremlins } }
  return { scenario: drawSwarm(bounded, seed), variant, seed }
}

function* plansOf({ scenario, variants, seeds }: ExploreOptions): Generator<TrialPlan> {
  for (let seed = seeds.from; seed <= seeds.to; seed++)
    for (const each of variants) yield swarmPlan(scenario, each, seed)
}

/**
 * The same seeds find the same, in the same order, however many workers there are: trials are counted in the order of their seeds.
 * @throws LabError when a worker thread dies
 */
export async function explore(options: ExploreOptions): Promise<Explored> {
  const { variants, onProgress } = options
  const findings = collectFindings()
  let explored: Explored = { seedsDone: 0, trialsDone: 0, requestsDone: NOBODY, strikes: 0, findings: [] }
  for await (const [plan, summary] of inOrder(plansOf(options), options)) {
    findings.add(plan, summary, plan.scenario.gremlins)
    const trialsDone = explored.trialsDone + 1
    explored = {
      seedsDone: Math.floor(trialsDone / variants.length),
      trialsDone,
      requestsDone: sumOf(explored.requestsDone, summary.requests ?? NOBODY),
      strikes: explored.strikes + summary.strikes.length,
      findings: findings.all(),
    }
    onProgress(explored)
  }
  return explored
}

/** Trials in the order of their plans, several under way at a time. Ends early where the signal says so. */
async function* inOrder(
  plans: Iterator<TrialPlan>,
  { workers, signal }: ExploreOptions,
): AsyncGenerator<readonly [TrialPlan, TrialSummary]> {
  const underWay: { plan: TrialPlan; summary: Promise<TrialSummary> }[] = []
  const stopped = whenAborted(signal)
  try {
    while (!signal.aborted) {
      while (underWay.length < workers.count * AHEAD) {
        const next = plans.next()
        if (next.done) break
        const summary = workers.run(next.value)
        // It is heard when it is its turn; where that never comes, nobody minds how it ended.
        summary.catch(() => {})
        underWay.push({ plan: next.value, summary })
      }
      const first = underWay.shift()
      if (!first) return
      const summary = await Promise.race([first.summary, stopped.wait])
      if (!summary) return
      yield [first.plan, summary]
    }
  } finally {
    stopped.end()
  }
}

function whenAborted(signal: AbortSignal): { readonly wait: Promise<undefined>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const heard = () => resolve(undefined)
  if (signal.aborted) heard()
  signal.addEventListener('abort', heard, { once: true })
  return { wait: promise, end: () => signal.removeEventListener('abort', heard) }
}
