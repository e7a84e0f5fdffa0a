/**
 * What a calibration measures: few orders at a time, no gremlin, and every operation that is usual. Two variants are different:
 * there services die now and then, to see how long they take to be back, and how slow they are then.
 */

import type { Scenario } from '../core/scenario.ts'
import { loadScenarios } from './file/load.ts'

/**
 * One at a time, so that none is slow because another one starts; each then has time to become warm. Payment is one that calls
 * others, inventory and bank are not.
 */
const KILLS = [
  { on: 'payment', atMs: 300 },
  { on: 'inventory', atMs: 2_300 },
  { on: 'payment', atMs: 4_300 },
  { on: 'bank', atMs: 6_300 },
]

function killsAsYaml(): string {
  const kills = KILLS.map(({ on, atMs }, n) => {
    const window = `{ fromMs: ${atMs}, toMs: ${atMs + 1} }`
    return `      - kill: { name: kill-${n + 1}@${on}, on: ${on}, window: ${window} }`
  })
  return kills.join('\n')
}

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
  restarts-again: { extends: restarts }
scenarios:
  calibration:
    title: Calibration (calm and slow, to see how long things take)
    rates: { EUR: 0.92, GBP: 0.79 }
    products: { console: { priceCents: 50000, stock: 1000000 }, game: { priceCents: 6000, stock: 1000000 } }
    accounts:
      alice: { currency: USD, openingCents: 1000000000 }
      bruno: { currency: EUR, openingCents: 1000000000 }
    traffic: { orders: 256, arrivals: poisson, ratePerSecond: 32, mix: { order: 5, stock: 1, notification: 1, payment: 1 } }
    buyers: { patienceMs: 20000, refreshes: 0 }
    deadlineMs: 20000
    restartAfterMs: 1
    gremlins:
${killsAsYaml()}
    variants: [steps, votes, saga, restarts, restarts-again]
`

/** The variants in which services die. */
export const RESTARTS: readonly string[] = ['restarts', 'restarts-again']

export function calibrationScenario(): Scenario {
  const loaded = loadScenarios(TEXT, 'calibration')
  const [scenario] = loaded.ok ? loaded.file.scenarios : []
  if (!scenario) throw new Error(`the calibration's scenario is wrong: ${JSON.stringify(loaded)}`)
  return scenario
}
