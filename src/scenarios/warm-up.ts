import { ORDERS_ONLY } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'

const ORDERS = 40
const RATE_PER_SECOND = 80
const PLENTY = 1_000_000_000

/** The same system without gremlins, with plenty of everything and patient buyers: nothing may go wrong in it. */
export function warmUpOf(scenario: Scenario): Scenario {
  return {
    ...scenario,
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
