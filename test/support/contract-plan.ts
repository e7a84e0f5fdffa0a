/** What the contract's test runs: the hardened services, a short timeout and a breaker, and a gremlin that loses first answers. */

import type { PolicySetting, Variant } from '../../src/core/pattern.ts'
import { ORDERS_ONLY } from '../../src/core/purchase.ts'
import type { Edge } from '../../src/core/topology.ts'
import type { Plan } from '../../src/runtime/real/plan.ts'
import { buildScenario, NO_EXPECTATION } from './build-facts.ts'

/** How long payment waits for the bank. */
const TIMEOUT_MS = 2_000

const key: PolicySetting = { policy: 'idempotency-key', options: {} }
const edges: Record<Edge, readonly PolicySetting[]> = {
  'order→inventory': [
    key,
    { policy: 'breaker', options: { failures: 2, openMs: 300, trials: 1 } },
    { policy: 'retry', options: { maxAttempts: 2, baseDelayMs: 5 } },
  ],
  'order→payment': [key],
  'order→notification': [key],
  'payment→bank': [key, { policy: 'timeout', options: { afterMs: TIMEOUT_MS } }],
  'payment→fx': [key],
  'payment→logging': [key],
  'inventory→order': [key],
  'payment→order': [key],
  'bank→payment': [key],
}
const variant: Variant = {
  name: 'keys',
  summary: 'Keys everywhere.',
  workflow: { workflow: 'sequential', options: { stock: 'reserve' } },
  edges,
  door: [],
  participants: { keys: 'required', history: 'outbox', holds: 'counted', reservationMs: null },
  buyer: { key: 'per-purchase' },
  gremlins: 'all',
}
export function contractPlan(folder: string): Plan {
  return {
    scenario: buildScenario({
      products: [{ name: 'console', priceCents: 500, stock: 200, weight: 1 }],
      accounts: [
        { name: 'ada', currency: 'USD', openingCents: 1_000_000, weight: 1 },
        { name: 'eve', currency: 'EUR', openingCents: 1_000_000, weight: 1 },
        { name: 'poor', currency: 'USD', openingCents: 10, weight: 0 },
      ],
      traffic: {
        orders: 8,
        arrivals: 'paced',
        ratePerSecond: 100,
        shape: { kind: 'constant' },
        mostUnits: 2,
        mix: ORDERS_ONLY,
      },
      buyers: { patienceMs: 5_000, refreshes: 0, pauseMs: 0 },
      // Whoever is dead stays dead for long enough to be asked several times, on a busy machine too.
      restartAfterMs: 2_000,
      quietWithinMs: 20_000,
      gremlins: [
        {
          name: 'lost',
          gremlin: 'dropped-answer',
          on: 'inventory',
          operations: ['do'],
          purchases: [],
          attempts: [1],
          at: [],
          probability: 1,
          fromMs: 0,
          toMs: null,
          options: {},
        },
      ],
      variants: [variant],
      expectations: { keys: NO_EXPECTATION },
    }),
    variant: variant.name,
    folder,
    seed: 7,
  }
}
