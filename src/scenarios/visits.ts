import type { RequestKind } from '../core/purchase.ts'
import type { Scenario, Visit } from '../core/scenario.ts'
import { arrivalsOf } from '../traffic/arrivals.ts'
import { drawPurchases, indexOf } from '../traffic/mix.ts'

/** Who comes when, under a seed: what `traffic.exactly` would say to have the same traffic. */
export function visitsOf({ traffic }: Pick<Scenario, 'traffic'>, seed: number): Visit[] {
  return [...arrivalsOf(traffic, seed)].map(({ index, intendedMs }) => ({
    purchase: `p-${index + 1}`,
    atMs: intendedMs,
  }))
}

/** How many buyers come. */
export function visitorsOf({ traffic }: Pick<Scenario, 'traffic'>): number {
  return traffic.exactly?.length ?? traffic.orders
}

/** What each of them comes for, under a seed. */
export function kindsOf(scenario: Scenario, seed: number, visits: readonly Visit[]): RequestKind[] {
  const purchaseAt = drawPurchases(scenario, seed)
  return visits.map(({ purchase, atMs }) => purchaseAt(indexOf(purchase), atMs).kind)
}
