/** Exploring, over real worker threads. */

import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { shippedScenario } from '../../test/support/shipped-scenarios.ts'
import { openTrialWorkers, type TrialWorkers } from '../scenarios/trial-workers.ts'
import { namedVariants } from './choose-variants.ts'
import { type Explored, explore } from './explore.ts'

const scenario = shippedScenario('schrodingers-warehouse')
// A thread takes a second to load: most tests share two.
const two = openTrialWorkers(2)
let own: TrialWorkers | undefined
afterEach(() => own?.end())
afterAll(() => two.end())

interface Asked {
  readonly variants: readonly string[]
  readonly to: number
  readonly threads?: number
  readonly signal?: AbortSignal
  onProgress?(explored: Explored): void
}

async function run({ variants, to, threads, signal = new AbortController().signal, onProgress = () => {} }: Asked) {
  await own?.end()
  own = threads === undefined ? undefined : openTrialWorkers(threads)
  const named = namedVariants(scenario, variants)
  return explore({ scenario, variants: named, seeds: { from: 1, to }, workers: own ?? two, signal, onProgress })
}

describe('exploring', () => {
  it.each([
    ['retry', ['charged-at-most-once', 'deducted-at-most-once']],
    ['2pc-as-taught', ['all-or-nothing']],
    ['saga-as-taught', ['all-or-nothing', 'buyer-told-the-truth']],
  ])('%s finds what it lacks within a few seeds', async (variant, invariants) => {
    const { findings, seedsDone } = await run({ variants: [variant], to: 20 })
    expect(seedsDone).toBe(20)
    expect(findings.map(({ what }) => what)).toEqual(expect.arrayContaining(invariants))
  })

  it('hardened variants survive', async () => {
    const { findings, trialsDone, strikes } = await run({ variants: ['2pc', 'saga'], to: 30 })
    expect(findings).toEqual([])
    expect(trialsDone).toBe(60)
    expect(strikes).toBeGreaterThan(250)
  })

  it('finds the same in the same order with one thread and with three', async () => {
    const variants = ['naive', 'retry+key-as-taught']
    const [alone, three] = [await run({ variants, to: 8, threads: 1 }), await run({ variants, to: 8, threads: 3 })]
    expect(alone.findings.length).toBeGreaterThan(3)
    expect(three).toEqual(alone)
  })

  it('ends where it is told to, with the first seeds done', async () => {
    const stop = new AbortController()
    const told: number[] = []
    const explored = await run({
      variants: ['naive'],
      to: 1_000_000,
      threads: 2,
      signal: stop.signal,
      onProgress({ seedsDone }) {
        told.push(seedsDone)
        if (seedsDone === 10) stop.abort('enough')
      },
    })
    expect(told).toEqual(Array.from({ length: 10 }, (_, index) => index + 1))
    const again = await run({ variants: ['naive'], to: 10 })
    expect(explored).toEqual(again)
  })
})
