/**
 * What a calibration measures: few orders at a time, no gremlin, and every operation that is usual. Only one variant is different:
 * there logging, which nobody waits for, dies now and then, to see how long a service takes to be back.
 */

import type { Scenario } from '../core/scenario.ts'
import { loadScenarios } from './file/load.ts'

const TEXT = `
version: 1
variants:
  steps:
    workflow: { sequential: { stock: reserve } }
    gremlins: none
    participants: { keys: required, history: outbox }
    buyer: { key: per-purchase }
    edges:
      '*': [idempotency-key, retry: { maxAttempts: 40, baseDelayMs: 2000, mostDelayMs: 4000 }, timeout: { afterMs: 10000 }]
  votes: { extends: steps, workflow: 2pc }
  saga: { extends: steps, workflow: saga }
  restarts: { extends: steps, gremlins: all }
scenarios:
  calibration:
    title: Calibration (calm and slow, to see how long things take)
    rates: { EUR: 0.92, GBP: 0.79 }
    products: { console: { priceCents: 50000, stock: 1000000 }, game: { priceCents: 6000, stock: 1000000 } }
    accounts:
      alice: { currency: USD, openingCents: 1000000000 }
      bruno: { currency: EUR, openingCents: 1000000000 }
    traffic: { orders: 160, arrivals: poisson, ratePerSecond: 20, mix: { order: 5, stock: 1, notification: 1, payment: 1 } }
    buyers: { patienceMs: 20000, refreshes: 0 }
    deadlineMs: 20000
    restartAfterMs: 1
    gremlins:
      - crash-before-work: { on: logging, attempts: [1], probability: 0.3 }
    variants: [steps, votes, saga, restarts]
`

/** The variant in which a service dies. */
export const RESTARTS = 'restarts'

export function calibrationScenario(): Scenario {
  const loaded = loadScenarios(TEXT, 'calibration')
  const [scenario] = loaded.ok ? loaded.file.scenarios : []
  if (!scenario) throw new Error(`the calibration's scenario is wrong: ${JSON.stringify(loaded)}`)
  return scenario
}
