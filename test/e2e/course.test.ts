/** The course checks its own cures with four tests. Here they are, over plain HTTP, against real services. */

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Scenario } from '../../src/core/scenario.ts'
import { type Laboratory, openLaboratory } from '../../src/runtime/real/laboratory.ts'
import { placeOrder, post, publishedLedger } from '../support/http.ts'
import { CHILD_ENTRY, lookUntil, temporaryFolder } from '../support/runs.ts'
import { gremlin, smallScenario, VARIANTS } from '../support/scenarios.ts'

const FAILURES = 5
/** Half of what an answer may take at most: the other half is for a machine that is busy with something else. */
const TIMEOUT_MS = 2_500
const PROBE = 'probe'
const SLOW = 'slow-one'
const SIXTH = 'the-sixth'
const RETRIED = 'retried-one'
const BROKEN = Array.from({ length: FAILURES }, (_, index) => `broken-${index + 1}`)

const protectedByBreaker = {
  ...VARIANTS.key,
  name: 'timeout+breaker',
  edges: {
    ...VARIANTS.key.edges,
    'order→inventory': [
      { policy: 'breaker', options: { failures: FAILURES, openMs: 30_000 } },
      { policy: 'timeout', options: { afterMs: TIMEOUT_MS } },
    ],
  },
}

const scenario: Scenario = smallScenario({
  // Gremlins are loose while there is traffic; no buyer comes before the tests are through.
  traffic: { orders: 1, ratePerSecond: 0.001, arrivals: 'poisson' },
  quietWithinMs: 200,
  gremlins: [
    gremlin('error-answer', 'inventory', { name: PROBE, purchases: [PROBE], operations: ['query'] }),
    gremlin('latency', 'inventory', { purchases: [SLOW, SIXTH], options: { fromMs: 10_000, toMs: 10_000 } }),
    gremlin('error-answer', 'inventory', { purchases: BROKEN, options: { status: 500 } }),
    gremlin('dropped-answer', 'inventory', { purchases: [RETRIED], attempts: [1, 2] }),
  ],
  variants: [protectedByBreaker, VARIANTS.key],
})

let laboratory: Laboratory

beforeAll(async () => {
  const first = { scenario, variant: protectedByBreaker.name, folder: temporaryFolder(), seed: 42 }
  laboratory = await openLaboratory(CHILD_ENTRY, first)
})

afterAll(() => laboratory?.close())

/** Runs a test on fresh stores under a variant, with the gremlins let loose. */
async function under(variant: string, test: (orders: number) => Promise<void>): Promise<void> {
  await laboratory.prepare({ scenario, variant, folder: temporaryFolder(), seed: 42 })
  const end = new AbortController()
  const driving = laboratory.drive(end.signal, { progress: () => undefined, waitingForQuiet: () => undefined })
  try {
    const isLoose = () =>
      post(laboratory.ports.inventory, '/query/stock', { product: 'console' }, { 'faultline-purchase': PROBE })
    const { status } = await lookUntil(isLoose, (seen) => seen.status >= 500, 10_000)
    expect(status).toBe(503)
    await test(laboratory.ports.order)
  } finally {
    end.abort()
    await driving
  }
}

it('answers within 5 seconds, with a clear message, although inventory takes 10', async () => {
  await under(protectedByBreaker.name, async (orders) => {
    const { status, body, afterMs } = await placeOrder(orders, SLOW)
    expect(afterMs).toBeGreaterThan(TIMEOUT_MS - 100)
    expect(afterMs).toBeLessThan(5_000)
    expect(status).toBe(502)
    expect(body).toMatchObject({ status: 'cancelled', reason: 'timeout', message: expect.stringMatching(/\w+ \w+/) })
  })
})

it('says at once that the service is temporarily unavailable after five failures', async () => {
  await under(protectedByBreaker.name, async (orders) => {
    for (const purchase of BROKEN) {
      expect(await placeOrder(orders, purchase)).toMatchObject({ status: 502, body: { status: 'cancelled' } })
    }
    const { status, body, afterMs } = await placeOrder(orders, SIXTH)
    expect({ status, said: body.status }).toEqual({ status: 503, said: 'degraded' })
    expect(body.message).toMatch(/temporarily unavailable/)
    // Inventory was not asked: it would have taken long.
    expect(afterMs).toBeLessThan(TIMEOUT_MS)
    const entries = await publishedLedger(laboratory.ports.inventory)
    expect(entries).toEqual([])
  })
})

it('gives identical results for the same key twice, one after the other and at the same time', async () => {
  await under(VARIANTS.key.name, async (orders) => {
    const first = await placeOrder(orders, 'twice')
    const second = await placeOrder(orders, 'twice')
    expect(first).toMatchObject({ status: 201, body: { status: 'confirmed' } })
    expect({ ...second, afterMs: 0 }).toEqual({ ...first, afterMs: 0 })

    const together = await Promise.all(Array.from({ length: 5 }, () => placeOrder(orders, 'together')))
    const done = together.filter(({ status }) => status !== 409)
    expect(done.length).toBeGreaterThan(0)
    const { status, body } = await placeOrder(orders, 'together')
    for (const each of done) expect(each).toMatchObject({ status, body })

    const charges = (await publishedLedger(laboratory.ports.bank)).filter(({ amount }) => amount > 0)
    expect(charges.map(({ purchase }) => purchase)).toEqual(['twice', 'together'])
  })
})

it('deducts once, however often it is retried', async () => {
  await under(VARIANTS.key.name, async (orders) => {
    expect(await placeOrder(orders, RETRIED)).toMatchObject({ status: 201, body: { status: 'confirmed' } })
    const entries = await publishedLedger(laboratory.ports.inventory)
    expect(entries).toMatchObject([{ purchase: RETRIED, effect: 'deduct', kind: 'effect', amount: -1 }])
  })
})
