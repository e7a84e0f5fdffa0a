/** A trial finds what a whole run of the same seed finds. */

import { describe, expect, it } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { shippedScenario } from '../../test/support/shipped-scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { type Decision, decisionKey } from '../core/decision.ts'
import type { Scenario } from '../core/scenario.ts'
import { runScenario } from './run.ts'
import { runTrial } from './trial.ts'

const outDir = temporaryFolder('trial')

const haunted = smallScenario({
  gremlins: [
    gremlin('crash-after-commit', 'payment', { attempts: [1], probability: 0.3 }),
    gremlin('outage', 'inventory', { fromMs: 100, toMs: 250, operations: [] }),
    gremlin('dropped-answer', 'bank', { attempts: [1], probability: 0.2 }),
  ],
  variants: [VARIANTS.retry, VARIANTS.key],
})

async function whole(scenario: Scenario, seed: number) {
  const quiet = { timeoutMs: null, signal: new AbortController().signal, onProgress: () => undefined }
  const { result } = await runScenario({ scenario, seed, mode: 'virtual', outDir, ...quiet })
  return result.variants
}

describe('a trial', () => {
  it.each([
    ['crashes, an outage and lost answers', haunted],
    ['locks and a crash of the coordinator', shippedScenario('coordinator-crash')],
  ])('of %s finds what the run finds', async (_, scenario) => {
    for (const variant of await whole(scenario, 7)) {
      const { outcome, driven } = await runTrial({ scenario, variant: variant.name, seed: 7 })
      const { dependencies, ...found } = outcome
      expect({ ...variant, ...found, restarts: driven.restarts }).toEqual(variant)
    }
  })

  it('tells of every coin, and of every purchase once', async () => {
    const tossed: [Decision, boolean][] = []
    const purchases: string[] = []
    const { outcome, strikes } = await runTrial(
      { scenario: haunted, variant: 'retry+key', seed: 7 },
      { onToss: (...coin) => tossed.push(coin), onPurchase: ({ id }) => purchases.push(id) },
    )
    expect(tossed.length).toBe(outcome.gremlins.reduce((sum, { tossed: all }) => sum + all, 0))
    expect(new Set(tossed.filter(([, struck]) => struck).map(([about]) => decisionKey(about)))).toEqual(
      new Set(strikes.map(decisionKey)),
    )
    expect(purchases).toHaveLength(40)
    expect(new Set(purchases).size).toBe(40)
  })

  it('with the decisions of another is the same, and without them nothing strikes', async () => {
    const plan = { scenario: haunted, variant: 'retry', seed: 7 }
    const first = await runTrial(plan)
    expect(first.outcome.violations['charged-at-most-once']).toBeGreaterThan(0)
    const unlikely = haunted.gremlins.map((each) => ({ ...each, probability: 0 }))
    const again = await runTrial({
      ...plan,
      scenario: { ...haunted, gremlins: unlikely },
      decisions: first.strikes,
    })
    expect(again.strikes).toEqual(first.strikes)
    expect(again.outcome.violations).toEqual(first.outcome.violations)
    expect(again.outcome.loss).toEqual(first.outcome.loss)
    const calm = await runTrial({ ...plan, decisions: [] })
    expect(calm.strikes).toEqual([])
    expect(calm.outcome.orders.confirmed).toBe(40)
  })

  it('of a single purchase of a plan is about that one alone', async () => {
    const exactly = [{ purchase: 'p-3', atMs: 0 }]
    const scenario = { ...haunted, traffic: { ...haunted.traffic, exactly } }
    const purchases: string[] = []
    await runTrial({ scenario, variant: 'retry', seed: 7 }, { onPurchase: ({ id }) => purchases.push(id) })
    expect(purchases).toEqual(['p-3'])
  })
})
