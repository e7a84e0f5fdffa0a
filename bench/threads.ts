/** Trials a second over two worker threads and over one: the same seeds, in turn, in threads that are warm. */

import { openTrialWorkers, type TrialWorkers } from '../src/scenarios/trial-workers.ts'
import { explore } from '../src/search/explore.ts'
import { shippedScenario } from '../test/support/shipped-scenarios.ts'
import { againstItself, spread } from './statistics.ts'

const SEEDS = 250
const ROUNDS = 7
/** The first rounds are for V8, which has to compile. */
const COLD_ROUNDS = 2
const VARIANTS = ['2pc', 'saga'].map((variant) => ({ variant, gremlins: 'general' as const, brokenIn: null }))

async function trialsPerSecond(workers: TrialWorkers): Promise<number> {
  const sinceMs = performance.now()
  const { trialsDone, findings } = await explore({
    scenario: shippedScenario('schrodingers-warehouse'),
    variants: VARIANTS,
    seeds: { from: 1, to: SEEDS },
    workers,
    signal: new AbortController().signal,
    onProgress() {},
  })
  if (findings.length > 0) throw new Error('a hardened variant did not survive, so something else was measured')
  return trialsDone / ((performance.now() - sinceMs) / 1_000)
}

export async function benchThreads(): Promise<string[]> {
  const pools = { one: openTrialWorkers(1), two: openTrialWorkers(2) }
  const rates = { one: [] as number[], two: [] as number[] }
  try {
    for (let round = -COLD_ROUNDS; round < ROUNDS; round++) {
      for (const arm of ['one', 'two'] as const) {
        const rate = await trialsPerSecond(pools[arm])
        if (round >= 0) rates[arm].push(rate)
      }
    }
  } finally {
    await Promise.all([pools.one.end(), pools.two.end()])
  }
  const times = rates.two.map((rate, round) => rate / (rates.one[round] ?? Number.NaN))
  return [
    `one thread: ${spread(rates.one, 0)} trials/s; two: ${spread(rates.two, 0)}`,
    `two over one: ${spread(times)}; one against itself: ${spread(againstItself(rates.one))}`,
  ]
}
