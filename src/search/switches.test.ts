/** Scenarios that change on the way: what is drawn of them, and what is left of a violation, are scenarios that a file can hold. */

import { expect, it } from 'vitest'
import { loadText } from '../../test/support/shipped-scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import { writeScenario } from '../scenarios/file/write.ts'
import { runScenario } from '../scenarios/run.ts'
import { summariseTrial, type TrialViolation } from '../scenarios/trial-summary.ts'
import { fitSwitches } from './fit-switches.ts'
import { type Shrunk, shrink } from './shrink.ts'
import { drawSwarm } from './swarm.ts'

const outDir = temporaryFolder('switches')

/** A shop whose buyers ask for a while; the rest is said by each test. */
function scenarioOf(body: string): Scenario {
  const text = `
version: 1
variants:
  retry+key:
    workflow: { sequential: { stock: reserve } }
    participants: { keys: required, history: outbox }
    buyer: { key: per-purchase }
    edges: { '*': [idempotency-key, retry: { maxAttempts: 40, baseDelayMs: 50, mostDelayMs: 800 }, timeout: { afterMs: 1000 }] }
  saga: { extends: retry+key, workflow: saga, door: [rate-limit: { ratePerSecond: 500, burst: 500 }] }
scenarios:
  mine:
    title: Mine
    products: { console: { priceCents: 50000, stock: 100 }, game: { priceCents: 6000, stock: 100 } }
    accounts: { alice: { currency: USD, openingCents: 1000000000 }, bruno: { currency: USD, openingCents: 1000000000 } }
    traffic: { orders: 40, arrivals: paced, ratePerSecond: 20 }
    deadlineMs: 20000
    quietWithinMs: 30000
${body}`
  return loadText(text).scenarios[0] as Scenario
}

async function shrunk(scenario: Scenario, variant: string, what: TrialViolation['what']): Promise<Shrunk> {
  const found = await shrink({ scenario, variant, seed: 42, what }, { run: (plan) => summariseTrial(plan) })
  if (!found) throw new Error('it did not show again')
  return found
}

/** Of the file as it is written. */
async function verdictOf({ text, seed }: Shrunk) {
  const [scenario] = loadText(text).scenarios as [Scenario]
  const quiet = { timeoutMs: null, signal: new AbortController().signal, onProgress: () => undefined }
  const { result } = await runScenario({ scenario, seed, mode: 'virtual', outDir, ...quiet })
  return result.verdict
}

it('a switch without which nothing is violated stays, and the others fall away', async () => {
  const scenario = scenarioOf(`
    gremlins:
      - dropped-answer: { name: lost, on: [inventory, payment], operations: [do], probability: 0.1, attempts: [1] }
      - latency: { name: slow, on: bank, fromMs: 50, toMs: 100, probability: 0.3 }
    capacity: { fx: { concurrency: 50 } }
    switches:
      - { atMs: 700, policy: retry, on: false }
      - { atMs: 900, gremlin: slow, on: false }
      - { atMs: 1500, gremlin: slow, scheduled: true }
    variants: [retry+key]`)
  const found = await shrunk(scenario, 'retry+key', 'all-or-nothing')
  expect(found.story).toEqual([
    'One buyer comes (p-1).',
    'Changed at 0 ms: retry off, wherever it stands.',
    expect.stringMatching(/ has done .* of p-1, and its answer is lost\.$/),
  ])
  const { switches, gremlins, products, accounts, capacity } = found.scenario
  expect(switches).toHaveLength(1)
  expect([gremlins, products, accounts].map((each) => each.length)).toEqual([1, 1, 1])
  expect(capacity).toEqual({})
  expect(await verdictOf(found)).toBe('PASS')
})

it('so does another workflow, and a gremlin of a window that is let loose on the way, under its plain name', async () => {
  const workflow = await shrunk(
    scenarioOf(`
    gremlins: [crash: { on: order, at: [between-steps], attempts: [1], probability: 0.2 }]
    switches: [{ atMs: 500, workflow: sequential }]
    variants: [saga]`),
    'saga',
    'no-order-lost',
  )
  expect(workflow.story[1]).toBe('Changed at 0 ms: new orders go by sequential.')
  expect(await verdictOf(workflow)).toBe('PASS')
  const window = await shrunk(
    scenarioOf(`
    gremlins: [outage: { name: away, on: payment, window: { fromMs: 60000, toMs: 61000 } }]
    switches: [{ atMs: 300, policy: retry, on: false }, { atMs: 400, gremlin: away, on: true }, { atMs: 800, gremlin: away, on: false }]
    variants: [retry+key]`),
    'retry+key',
    'all-or-nothing',
  )
  expect(window.scenario.switches).toContainEqual(expect.objectContaining({ gremlin: 'outage@payment', on: true }))
  expect(await verdictOf(window)).toBe('PASS')
})

it('a seed leaves out the switches of the gremlins that it leaves out, and no others', () => {
  const scenario = scenarioOf(`
    gremlins: [dropped-answer: { name: lost, on: payment, probability: 0 }, latency: { name: slow, on: bank, fromMs: 5, toMs: 9 }]
    switches: [{ atMs: 300, gremlin: lost, on: true, probability: 0.4 }, { atMs: 600, policy: retry, on: false }]
    variants: [retry+key]`)
  const drawn = Array.from({ length: 40 }, (_, index) => drawSwarm(scenario, index + 1))
  for (const each of drawn) {
    const lost = each.gremlins.find(({ name }) => name === 'lost')
    expect(each.switches).toHaveLength(lost ? 2 : 1)
    // It waits until somebody lets it loose, as it does in the scenario.
    if (lost) expect(lost.probability).toBe(0)
    expect(() => loadText(writeScenario(each))).not.toThrow()
  }
  expect(new Set(drawn.map(({ switches }) => switches.length)).size).toBe(2)
})

it('a policy that no variant has cannot be switched', () => {
  const scenario = scenarioOf(`
    switches: [{ atMs: 300, policy: rate-limit, edge: door, on: false }, { atMs: 400, traffic: off }, { atMs: 500, traffic: on }]
    variants: [retry+key, saga]`)
  const [key, saga] = scenario.variants.map((variant) => fitSwitches({ ...scenario, variants: [variant] }).switches)
  expect(key).toHaveLength(2)
  expect(saga).toHaveLength(3)
})
