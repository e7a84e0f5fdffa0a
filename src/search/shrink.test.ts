/** Violations of whole scenarios become stories of one or two orders, and regression cases that pass while it is so. */

import { describe, expect, it } from 'vitest'
import { gremlin } from '../../test/support/scenarios.ts'
import { loadText, shippedScenario } from '../../test/support/shipped-scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import { runScenario } from '../scenarios/run.ts'
import type { TrialPlan } from '../scenarios/trial.ts'
import { summariseTrial } from '../scenarios/trial-summary.ts'
import { type Shrunk, shrink, type Violated } from './shrink.ts'

const run = (plan: TrialPlan) => summariseTrial(plan)
const outDir = temporaryFolder('shrink')

async function shrunk(violated: Violated): Promise<Shrunk> {
  const found = await shrink(violated, { run })
  if (!found) throw new Error('it did not show again')
  return found
}

async function verdictOf(scenario: Scenario) {
  const { seed = 0 } = scenario
  const quiet = { timeoutMs: null, signal: new AbortController().signal, onProgress: () => undefined }
  const { result } = await runScenario({ scenario, seed, mode: 'virtual', outDir, ...quiet })
  return result.verdict
}

const found = (name: string, variant: string, what: Violated['what']): Violated => ({
  scenario: shippedScenario(name),
  variant,
  seed: 42,
  what,
})

/** The last of the stock is taken by many buyers; an answer about one of its units is lost. */
function crowded(): Scenario {
  const scenario = shippedScenario('one-lost-answer')
  const visits = Array.from({ length: 12 }, (_, index) => ({ purchase: `p-${index + 1}`, atMs: index * 10 }))
  return {
    ...scenario,
    products: scenario.products.map((product) => ({ ...product, stock: 12 })),
    gremlins: [gremlin('dropped-answer', 'inventory')],
    strikes: [{ gremlin: 'dropped-answer@inventory', purchase: 'p-12', operation: 'do', effect: 'deduct', attempt: 1 }],
    traffic: { ...scenario.traffic, orders: 12, exactly: visits },
  }
}

describe('a violation', () => {
  it.each<[Violated, { readonly orders: number; readonly strikes: number }]>([
    [found('schrodingers-warehouse', 'retry', 'charged-at-most-once'), { orders: 1, strikes: 1 }],
    [found('schrodingers-warehouse', 'retry+key-as-taught', 'deducted-at-most-once'), { orders: 1, strikes: 1 }],
    [found('schrodingers-warehouse', '2pc-as-taught', 'all-or-nothing'), { orders: 1, strikes: 1 }],
    [found('compensation-fails', 'saga-as-taught', 'all-or-nothing'), { orders: 1, strikes: 2 }],
    // Nobody strikes: two buyers are enough for the last unit.
    [found('last-console', 'naive', 'never-oversold'), { orders: 2, strikes: 0 }],
    // Others only took what was there.
    [
      { ...found('one-lost-answer', 'retry', 'all-or-nothing'), scenario: crowded() },
      { orders: 1, strikes: 1 },
    ],
    // A window of time.
    [found('partition', '2pc-as-taught', 'all-or-nothing'), { orders: 1, strikes: 2 }],
  ])('of many orders becomes a story of one or two that is a regression case (%#)', async (violated, most) => {
    const { text, what, ...story } = { ...(await shrunk(violated)), what: violated.what }
    expect(story).toMatchObject({ ...most, stoppedEarly: null })
    expect(story.story).toHaveLength(1 + Math.max(1, most.strikes))
    const [scenario] = loadText(text).scenarios as [Scenario]
    expect(scenario).toEqual(story.scenario)
    expect(scenario.expectations[violated.variant]?.violated).toEqual([what])
    expect(text).toContain(`# Then: ${story.sentence}.`)
    expect(await verdictOf(scenario)).toBe('PASS')
  })

  it('is the same however often it is shrunk', async () => {
    const violated = found('double-deduction', 'retry', 'deducted-at-most-once')
    expect(await shrunk(violated)).toEqual(await shrunk(violated))
  })

  it('fails as a regression case once the variant is mended', async () => {
    const { scenario } = await shrunk(found('schrodingers-warehouse', 'retry', 'charged-at-most-once'))
    const keyed = shippedScenario('schrodingers-warehouse').variants.find(({ name }) => name === 'retry+key')
    const mended = scenario.variants.map((variant) => ({ ...variant, ...keyed, name: variant.name }))
    expect(await verdictOf({ ...scenario, variants: mended })).toBe('FAIL')
  })

  it('that is not there is not found', async () => {
    expect(await shrink(found('calm', 'saga', 'all-or-nothing'), { run })).toBeNull()
  })
})

describe('shrinking', () => {
  it('ends early with what it has, and says so', async () => {
    const violated = found('last-console', 'naive', 'never-oversold')
    const few = await shrink(violated, { run, mostTrials: 6 })
    expect(few).toMatchObject({ stoppedEarly: '6 trials were made', trials: 6 })
    expect(few?.orders).toBeGreaterThan(2)
    const outOfTime = new AbortController()
    let trials = 0
    const stopping = async (plan: TrialPlan) => {
      trials += 1
      if (trials === 4) outOfTime.abort('30 s were over')
      return run(plan)
    }
    const late = await shrink(violated, { run: stopping, signal: outOfTime.signal })
    expect(late?.stoppedEarly).toBe('30 s were over')
    expect(await verdictOf((late as Shrunk).scenario)).toBe('PASS')
  })
})
