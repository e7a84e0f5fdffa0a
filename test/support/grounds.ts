/** Shipped scenarios, cut to a few orders, with gremlins that strike whom they like. */

import type { GremlinSetting } from '../../src/core/gremlin.ts'
import type { Point } from '../../src/core/point.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { gremlin, withTries } from './scenarios.ts'
import { shippedScenario } from './shipped-scenarios.ts'

const ORDERS = 30
/** What strikes listed purchases strikes one in so many of all. */
const LISTED_SHARE = 0.15

/** How a shipped scenario is cut. */
interface Cut {
  readonly of: string
  readonly ratePerSecond?: number
  /** Windows are moved here, and made so long. */
  readonly window?: { readonly fromMs: number; readonly toMs: number }
  readonly more?: readonly GremlinSetting[]
  readonly changes?: Partial<Scenario>
  /** Tries of one call, so that somebody gives up before the deadline does; as shipped where it is missing. */
  readonly tries?: number
}

const crashes = (name: string, at: Point, probability = LISTED_SHARE): GremlinSetting =>
  gremlin('crash', 'order', { name, at: [at], operations: [], attempts: [1], probability })

const COORDINATOR_DIES: readonly GremlinSetting[] = [
  crashes('between-two-steps', 'between-steps'),
  crashes('before-the-decision', 'before-decision'),
  crashes('while-compensating', 'while-compensating'),
  crashes('while-recovering', 'while-recovering'),
]

const CUTS: Readonly<Record<string, Cut>> = {
  'schrodingers-warehouse': { of: 'schrodingers-warehouse' },
  'double-deduction': { of: 'double-deduction' },
  'coordinator-crash': { of: 'coordinator-crash' },
  'last-console': { of: 'last-console' },
  'slow-coordinator': { of: 'slow-coordinator' },
  'slow-coordinator, and inventory dies': {
    of: 'slow-coordinator',
    more: [
      gremlin('crash-after-commit', 'inventory', {
        operations: ['do', 'prepare'],
        attempts: [1],
        probability: 0.1,
      }),
    ],
  },
  'refused-halfway': { of: 'refused-halfway' },
  // So close together that a crash finds others in the middle of their work.
  'refused-halfway, and the coordinator dies': {
    of: 'refused-halfway',
    ratePerSecond: 150,
    more: COORDINATOR_DIES,
  },
  // The last buyer's answer ends the gremlins: it must not come before an abort was tried in vain.
  'compensation-fails': { of: 'compensation-fails', ratePerSecond: 5 },
  'partition, and the coordinator dies': {
    of: 'partition',
    window: { fromMs: 200, toMs: 1_400 },
    more: COORDINATOR_DIES,
    changes: { deadlineMs: 6_000 },
    tries: 2,
  },
  'vanishing-response, and a short deadline': {
    of: 'vanishing-response',
    changes: { deadlineMs: 1_800, variants: shippedScenario('calm').variants },
  },
  'vanishing-response': { of: 'vanishing-response' },
  'vanishing-response, and the coordinator dies': { of: 'vanishing-response', more: COORDINATOR_DIES },
  'vanishing-response, and the order service dies': {
    of: 'vanishing-response',
    ratePerSecond: 100,
    more: [gremlin('crash-after-commit', 'order', { operations: ['place'], attempts: [1], probability: 0.3 })],
  },
  'prime-day': {
    of: 'prime-day',
    ratePerSecond: 15,
    window: { fromMs: 0, toMs: 3_500 },
  },
  'payment-gateway': { of: 'payment-gateway', window: { fromMs: 100, toMs: 700 } },
}

export function groundOf(name: string): Scenario {
  const { of, ratePerSecond, window, more = [], changes, tries } = CUTS[name] as Cut
  const shipped = shippedScenario(of)
  const { gremlins, traffic } = shipped
  return {
    ...shipped,
    name: of,
    traffic: { ...traffic, orders: ORDERS, ratePerSecond: ratePerSecond ?? traffic.ratePerSecond },
    gremlins: [...gremlins.map((each) => loosen(each, window)), ...more],
    focus: { fromMs: 0, toMs: null },
    // What is violated is for the hunter to say.
    expectations: {},
    ...(tries === undefined ? {} : { variants: shipped.variants.map((variant) => withTries(variant, tries)) }),
    ...changes,
  }
}

function loosen(each: GremlinSetting, window: Cut['window']): GremlinSetting {
  // Who strikes every attempt of a purchase means that purchase.
  const listed = each.purchases.length > 0 && each.attempts.length > 0
  const lasts = window && each.toMs !== null
  return {
    ...each,
    ...(listed ? { purchases: [], probability: LISTED_SHARE } : {}),
    ...(lasts ? window : {}),
  }
}
