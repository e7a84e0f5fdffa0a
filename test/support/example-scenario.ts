/** The scenario of the example results. */

import type { GremlinSetting } from '../../src/core/gremlin.ts'
import type { Variant } from '../../src/core/pattern.ts'
import { ORDERS_ONLY } from '../../src/core/purchase.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { EDGES, type Edge } from '../../src/core/topology.ts'

export const CONSOLE_CENTS = 50_000

export const GREMLINS: readonly GremlinSetting[] = [
  setting('warehouse-dies', 'crash-after-commit', 'inventory', 0.12),
  setting('till-dies', 'crash-after-commit', 'payment', 0.04),
  setting('answer-lost', 'drop-answer', 'inventory', 0.1),
  { ...setting('bank-holiday', 'outage', 'bank', 1), fromMs: 5_000, toMs: 6_500 },
]

function setting(name: string, gremlin: string, on: GremlinSetting['on'], probability: number): GremlinSetting {
  return {
    name,
    gremlin,
    on,
    operations: ['do'],
    purchases: [],
    attempts: [1],
    at: [],
    probability,
    fromMs: 0,
    toMs: null,
    options: {},
  }
}

function variantSetting(name: string, summary: string, retry: boolean, keys: Variant['participants']['keys']): Variant {
  const policies = retry
    ? [
        { policy: 'retry', options: { maxAttempts: 4 } },
        { policy: 'timeout', options: { afterMs: 1_000 } },
      ]
    : []
  return {
    name,
    summary,
    workflow: { workflow: 'sequential', options: {} },
    edges: Object.fromEntries(EDGES.map((edge) => [edge, policies])) as Record<Edge, typeof policies>,
    door: [],
    participants: { keys, history: 'inline', holds: 'counted', reservationMs: null },
    buyer: { key: keys === 'required' ? 'per-purchase' : keys === 'as-taught' ? 'per-attempt' : 'none' },
    gremlins: 'all',
  }
}

export const SCENARIO: Scenario = {
  name: 'schrodingers-warehouse',
  title: 'Schrödinger’s warehouse: it both shipped and did not',
  about:
    'Inventory and payment commit, then die before they answer, or the answer is dropped on the network. What do retries do?',
  baseCurrency: 'USD',
  products: [
    { name: 'console', priceCents: CONSOLE_CENTS, stock: 1_000, weight: 3 },
    { name: 'controller', priceCents: 6_000, stock: 2_000, weight: 1 },
  ],
  accounts: [
    { name: 'buyer-usd', currency: 'USD', openingCents: 100_000_000, weight: 4 },
    { name: 'buyer-eur', currency: 'EUR', openingCents: 100_000_000, weight: 1 },
  ],
  ratesMicro: { USD: 1_000_000, EUR: 920_000 },
  traffic: {
    orders: 300,
    arrivals: 'poisson',
    ratePerSecond: 30,
    shape: { kind: 'constant' },
    mostUnits: 2,
    mix: ORDERS_ONLY,
  },
  buyers: { patienceMs: 3_000, refreshes: 1, pauseMs: 200 },
  deadlineMs: 2_500,
  restartAfterMs: 300,
  quietWithinMs: 10_000,
  capacity: {},
  focus: { fromMs: 0, toMs: null },
  switches: [],
  gremlins: GREMLINS,
  variants: [
    variantSetting('naive', 'No timeout, no retry, no key.', false, 'ignored'),
    variantSetting('retry', 'Four attempts with a timeout, no key.', true, 'ignored'),
    variantSetting(
      'retry+key-as-taught',
      'Retries with a new key for each attempt of the buyer; looks first, then works.',
      true,
      'as-taught',
    ),
    variantSetting(
      'retry+key',
      'Retries with one key for each purchase; key, effect and answer are one transaction.',
      true,
      'required',
    ),
  ],
  expectations: {},
}
