/** Plainer shops: nothing in the scenario that a shrunk violation does not need. */

import { ORDERS_ONLY } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import type { Candidate, Shown } from './candidate.ts'
import { fitSwitches } from './fit-switches.ts'

/** A way of making it plainer; undefined: there is nothing to change. */
export type Simpler = (shown: Shown) => Candidate | undefined

/** The same with some of its scenario changed. */
export function withScenario(shown: Shown, change: (scenario: Scenario) => Partial<Scenario>): Candidate {
  return { ...shown, scenario: { ...shown.scenario, ...change(shown.scenario) } }
}

/** Only gremlins that strike. Switches that are needed stay; the others are gone by now. */
const onlyStrikers: Simpler = (shown) => {
  const used = new Set(shown.strikes.map(({ gremlin }) => gremlin))
  const gremlins = shown.scenario.gremlins.filter(({ name }) => used.has(name))
  return { ...shown, scenario: fitSwitches({ ...shown.scenario, gremlins }) }
}

const withoutCapacity: Simpler = (shown) => withScenario(shown, () => ({ capacity: {} }))

const plainTraffic: Simpler = (shown) =>
  withScenario(shown, ({ traffic }) => ({
    focus: { fromMs: 0, toMs: null },
    traffic: { ...traffic, arrivals: 'paced', ratePerSecond: 10, shape: { kind: 'constant' } },
  }))

const ordersOnly: Simpler = (shown) =>
  withScenario(shown, ({ traffic }) => ({ traffic: { ...traffic, mostUnits: 1, mix: ORDERS_ONLY } }))

const oneProduct: Simpler = (shown) => withScenario(shown, ({ products }) => ({ products: products.slice(0, 1) }))

/** With the rate that it needs, if any. */
const oneAccount: Simpler = (shown) =>
  withScenario(shown, ({ accounts, ratesMicro }) => {
    const [account] = accounts
    const rates = Object.entries(ratesMicro).filter(([currency]) => currency === account?.currency)
    return { accounts: accounts.slice(0, 1), ratesMicro: Object.fromEntries(rates) }
  })

const noRefreshes: Simpler = (shown) => withScenario(shown, ({ buyers }) => ({ buyers: { ...buyers, refreshes: 0 } }))

/** All of them in one candidate. */
function together(...ways: readonly Simpler[]): Simpler {
  return (shown) => {
    let changed = shown
    for (const way of ways) changed = { ...shown, ...way(changed) }
    return changed
  }
}

const CALM = [onlyStrikers, withoutCapacity, plainTraffic]
const SMALL = [ordersOnly, oneProduct, oneAccount]

/** All at once, which is mostly enough; then each by itself, for where one of them is needed. */
export const simplerShop: readonly Simpler[] = [together(...CALM), ...CALM, together(...SMALL), ...SMALL, noRefreshes]
