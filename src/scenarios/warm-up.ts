import type { PolicySetting, Variant } from '../core/pattern.ts'
import { ORDERS_ONLY } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import type { Edge } from '../core/topology.ts'

/** The first variant of a run without gremlins, under the run's seed. */
export interface WarmUp {
  readonly scenario: Scenario
  readonly variant: string
  readonly seed: number
}

const ORDERS = 40
/**
 * What services do in each life before they are measured. With the steady state alone they take a third less time for an order some
 * 700 orders later, so that a calibration and the first and the last variant of a run would each tell of other code.
 */
export const ORDERS_TO_BE_WARM = 200
const RATE_PER_SECOND = 80
const PLENTY = 1_000_000_000
/** Policies that refuse a healthy call when there are many: the warm-up's pace is its own, and nothing may be refused in it. */
const LIMITS: ReadonlySet<string> = new Set(['rate-limit', 'bulkhead', 'shared-pool', 'adaptive-limit'])

/** The same system without gremlins, with plenty of everything and patient buyers: nothing may go wrong in it. */
export function warmUpOf({ strikes: _, ...scenario }: Scenario): Scenario {
  return {
    ...scenario,
    variants: scenario.variants.map(withoutLimits),
    products: scenario.products.map((product) => ({ ...product, stock: PLENTY })),
    accounts: scenario.accounts.map((account) => ({ ...account, openingCents: PLENTY * 100 })),
    traffic: {
      orders: ORDERS,
      arrivals: 'paced',
      ratePerSecond: RATE_PER_SECOND,
      shape: { kind: 'constant' },
      mostUnits: 1,
      mix: ORDERS_ONLY,
    },
    buyers: { patienceMs: 20_000, refreshes: 0, pauseMs: 100 },
    deadlineMs: 20_000,
    quietWithinMs: 10_000,
    capacity: {},
    focus: { fromMs: 0, toMs: null },
    switches: [],
    gremlins: [],
    expectations: {},
  }
}

/** A breaker that was forced open refuses whatever comes, and so does a limit in a crowd. */
function isInTheWay({ policy, options }: PolicySetting): boolean {
  return LIMITS.has(policy) || (policy === 'breaker' && options.mode === 'forced-open')
}

function withoutLimits(variant: Variant): Variant {
  const others = (settings: readonly PolicySetting[]) => settings.filter((setting) => !isInTheWay(setting))
  const edges = Object.entries(variant.edges).map(([edge, settings]) => [edge, others(settings)])
  return { ...variant, door: others(variant.door), edges: Object.fromEntries(edges) as Record<Edge, PolicySetting[]> }
}
