/** What the systematic search strikes: a story of one order or two, and every gremlin that strikes a single moment of it. */

import type { GremlinSetting } from '../core/gremlin.ts'
import type { Point } from '../core/point.ts'
import { ORDERS_ONLY } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { momentsOf } from '../scenarios/file/moments.ts'

export interface Story {
  readonly name: string
  readonly scenario: Scenario
}

/** Around a call, or at the two moments that every request passes. */
const EVERYWHERE = [
  'crash-before-work',
  'crash-after-commit',
  'dropped-request',
  'dropped-answer',
  'error-answer',
  'duplicate-delivery',
] as const
/** Those two have gremlins of their own. */
const PASSED_BY_ALL: readonly Point[] = ['before-work', 'after-commit']

function gremlinOf(gremlin: string, on: ServiceName, at: readonly Point[] = []): GremlinSetting {
  const whom = { operations: [], purchases: [], attempts: [], at }
  return { name: `${gremlin}@${on}`, gremlin, on, ...whom, probability: 0, fromMs: 0, toMs: null, options: {} }
}

/** Each can strike every moment of its kind at its service. None does by itself. */
function pointGremlins(): GremlinSetting[] {
  return SERVICES.flatMap((on) => {
    const others = momentsOf(on).filter((point) => !PASSED_BY_ALL.includes(point))
    const crash = others.length > 0 ? [gremlinOf('crash', on, others)] : []
    return [...EVERYWHERE.map((gremlin) => gremlinOf(gremlin, on)), ...crash]
  })
}

/**
 * The scenario's own shop with few buyers, who all come for orders. One order: one that goes well, and one whose payment the bank
 * refuses, so that what is undone is undone without any fault. Two orders: at the same moment, with plenty of everything, and with a
 * single unit for both.
 */
export function storiesOf(scenario: Scenario, orders: 1 | 2): Story[] {
  const base: Scenario = {
    ...scenario,
    traffic: { ...scenario.traffic, orders, mix: ORDERS_ONLY, exactly: visits(orders) },
    focus: { fromMs: 0, toMs: null },
    switches: [],
    gremlins: pointGremlins(),
    strikes: [],
    expectations: withoutBounds(scenario),
    products: scenario.products.map((product) => ({ ...product, stock: Math.max(product.stock, PLENTY) })),
  }
  if (orders === 1)
    return [
      { name: 'an order', scenario: base },
      { name: 'an order that the bank refuses', scenario: { ...base, accounts: base.accounts.map(emptied) } },
    ]
  const { products, traffic } = base
  const single = products.slice(0, 1).map((product) => ({ ...product, stock: 1, weight: 1 }))
  return [
    { name: 'two orders at once', scenario: base },
    {
      name: 'two orders for the last unit',
      scenario: { ...base, products: single, traffic: { ...traffic, mostUnits: 1 } },
    },
  ]
}

/** More than two orders can be of. */
const PLENTY = 10_000

const emptied = (account: Scenario['accounts'][number]) => ({ ...account, openingCents: 0 })

function visits(orders: number) {
  return Array.from({ length: orders }, (_, index) => ({ purchase: `p-${index + 1}`, atMs: 0 }))
}

/** Figures belong to the scenario's own traffic. */
function withoutBounds({ expectations }: Scenario): Scenario['expectations'] {
  const kept = Object.entries(expectations).map(([name, each]) => [name, { ...each, bounds: [] }])
  return Object.fromEntries(kept)
}
