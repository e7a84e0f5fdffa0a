/** Small scenarios for runs over real processes. */

import type { GremlinSetting } from '../../src/core/gremlin.ts'
import type { InvariantName } from '../../src/core/invariant.ts'
import type { PolicySetting, Variant } from '../../src/core/pattern.ts'
import { ORDERS_ONLY } from '../../src/core/purchase.ts'
import type { Expectation, Scenario, TrafficPlan } from '../../src/core/scenario.ts'
import { EDGES, type Edge, type ServiceName } from '../../src/core/topology.ts'

/** No jitter: how long a caller holds out against a service that is away is a fixed figure, above four seconds. */
const RETRY: PolicySetting = {
  policy: 'retry',
  options: { maxAttempts: 14, baseDelayMs: 25, mostDelayMs: 400, jitter: 'none' },
}
const KEY: PolicySetting = { policy: 'idempotency-key', options: {} }

function onEveryEdge(policies: readonly PolicySetting[]): Record<Edge, readonly PolicySetting[]> {
  return Object.fromEntries(EDGES.map((edge) => [edge, policies])) as Record<Edge, readonly PolicySetting[]>
}

const BARE: Variant = {
  name: 'naive',
  summary: 'No pattern at all',
  workflow: { workflow: 'sequential', options: { stock: 'ask-then-deduct' } },
  edges: onEveryEdge([]),
  door: [],
  participants: { keys: 'ignored', history: 'inline', holds: 'counted', reservationMs: null },
  buyer: { key: 'none' },
  gremlins: 'all',
}

export const VARIANTS = {
  naive: BARE,
  retry: {
    ...BARE,
    name: 'retry',
    workflow: { workflow: 'sequential', options: {} },
    edges: onEveryEdge([RETRY]),
  },
  keyAsTaught: {
    ...BARE,
    name: 'retry+key-as-taught',
    workflow: { workflow: 'sequential', options: {} },
    edges: onEveryEdge([KEY, RETRY]),
    participants: { keys: 'as-taught', history: 'outbox', holds: 'counted', reservationMs: null },
    buyer: { key: 'per-attempt' },
  },
  key: {
    ...BARE,
    name: 'retry+key',
    workflow: { workflow: 'sequential', options: {} },
    edges: onEveryEdge([KEY, RETRY]),
    participants: { keys: 'required', history: 'outbox', holds: 'counted', reservationMs: null },
    buyer: { key: 'per-purchase' },
  },
} as const satisfies Record<string, Variant>

/** `retry+key` where each attempt is given up after a while. */
export function withTimeout(variant: Variant, afterMs: number): Variant {
  return { ...variant, edges: onEveryEdge([KEY, RETRY, { policy: 'timeout', options: { afterMs } }]) }
}

/** Where the variant tries again, it tries so often in all. */
export function withTries(variant: Variant, maxAttempts: number): Variant {
  const limited = (policies: Variant['edges'][keyof Variant['edges']]) =>
    policies.map((setting) =>
      setting.policy === 'retry' ? { ...setting, options: { ...setting.options, maxAttempts } } : setting,
    )
  const edges = Object.entries(variant.edges).map(([edge, policies]) => [edge, limited(policies)])
  return { ...variant, edges: Object.fromEntries(edges) as Variant['edges'] }
}

/** The first request for an effect, of every purchase, unless `changes` says otherwise. */
export function gremlin(name: string, on: ServiceName, changes: Partial<GremlinSetting> = {}): GremlinSetting {
  return {
    name: `${name}@${on}`,
    gremlin: name,
    on,
    operations: ['do'],
    purchases: [],
    attempts: [],
    at: [],
    probability: 1,
    fromMs: 0,
    toMs: null,
    options: {},
    ...changes,
  }
}

export function expecting(violated: readonly InvariantName[], changes: Partial<Expectation> = {}): Expectation {
  return { holds: [], violated, allowed: [], bounds: [], ...changes }
}

export interface ScenarioChanges extends Partial<Omit<Scenario, 'traffic'>> {
  readonly traffic?: Partial<TrafficPlan>
}

/** Plenty of everything, patient buyers, and 40 orders in less than half a second. */
export function smallScenario({ traffic, ...changes }: ScenarioChanges): Scenario {
  return {
    name: 'e2e',
    title: 'A small scenario',
    about: 'For a test',
    baseCurrency: 'USD',
    products: [{ name: 'console', priceCents: 50_000, stock: 100_000, weight: 1 }],
    accounts: [
      { name: 'alice', currency: 'USD', openingCents: 1_000_000_000, weight: 1 },
      { name: 'bob', currency: 'EUR', openingCents: 1_000_000_000, weight: 1 },
    ],
    ratesMicro: { USD: 1_000_000, EUR: 920_000 },
    traffic: {
      orders: 40,
      arrivals: 'paced',
      ratePerSecond: 100,
      shape: { kind: 'constant' },
      mostUnits: 2,
      mix: ORDERS_ONLY,
      ...traffic,
    },
    buyers: { patienceMs: 20_000, refreshes: 1, pauseMs: 50 },
    deadlineMs: 20_000,
    restartAfterMs: 150,
    quietWithinMs: 20_000,
    capacity: {},
    focus: { fromMs: 0, toMs: null },
    switches: [],
    gremlins: [],
    variants: [VARIANTS.key],
    expectations: {},
    ...changes,
  }
}
