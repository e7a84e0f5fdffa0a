import type { Variant } from '../src/core/pattern.ts'
import { ORDERS_ONLY } from '../src/core/purchase.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { EDGES } from '../src/core/topology.ts'

const KEYED = [
  { policy: 'idempotency-key', options: {} },
  { policy: 'retry', options: { maxAttempts: 8, baseDelayMs: 50, mostDelayMs: 800 } },
  { policy: 'timeout', options: { afterMs: 10_000 } },
]

/** `retry+key` as the scenarios have it; only the timeout is longer, since a saturated stack answers late. */
export const RETRY_WITH_KEY: Variant = {
  name: 'retry+key',
  summary: 'the full stack',
  workflow: { workflow: 'sequential', options: {} },
  edges: Object.fromEntries(EDGES.map((edge) => [edge, KEYED])) as unknown as Variant['edges'],
  door: [],
  participants: { keys: 'required', history: 'outbox', holds: 'counted', reservationMs: null },
  buyer: { key: 'per-purchase' },
  gremlins: 'all',
}

/** No gremlin, plenty of everything; one buyer in two pays in a foreign currency. */
export function plentyFor(orders: number, ratePerSecond: number, gremlins: Scenario['gremlins'] = []): Scenario {
  return {
    name: 'bench',
    title: 'Bench',
    about: '',
    baseCurrency: 'USD',
    products: [{ name: 'widget', priceCents: 1_000, stock: 1_000_000_000, weight: 1 }],
    accounts: [
      { name: 'ann-usd', currency: 'USD', openingCents: 1_000_000_000_000, weight: 1 },
      { name: 'ben-eur', currency: 'EUR', openingCents: 1_000_000_000_000, weight: 1 },
    ],
    ratesMicro: { USD: 1_000_000, EUR: 920_000 },
    traffic: {
      orders,
      arrivals: 'poisson',
      ratePerSecond,
      shape: { kind: 'constant' },
      mostUnits: 2,
      mix: ORDERS_ONLY,
    },
    buyers: { patienceMs: 30_000, refreshes: 0, pauseMs: 100 },
    deadlineMs: 30_000,
    restartAfterMs: 1_000,
    quietWithinMs: 30_000,
    capacity: {},
    focus: { fromMs: 0, toMs: null },
    switches: [],
    gremlins,
    variants: [RETRY_WITH_KEY],
    expectations: {},
  }
}
