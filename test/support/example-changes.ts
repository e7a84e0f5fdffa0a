/** The example result as somebody changed it while it went on, in a scenario that changes something itself. */

import type { Switch } from '../../src/core/change.ts'
import type { Result } from '../../src/core/result.ts'
import { exampleResult } from './example-result.ts'

/** Text of a scenario: it may be anything. */
export const EVIL_GREMLIN = '<img src=x onerror=alert(1)>|`@you`\u001b[31m'

export const BY_HAND: readonly Switch[] = [
  { atMs: 1_204, gremlin: 'till-dies', on: true, probability: 0.5 },
  { atMs: 3_050, policy: 'retry', edge: null, on: false },
  { atMs: 4_000, traffic: 'off' },
  { atMs: 4_750, traffic: 'on' },
  { atMs: 6_000, workflow: { workflow: 'saga', options: {} } },
  { atMs: 7_000, gremlin: 'till-dies', on: true, scheduled: true },
]

/** `retry` was changed by hand, and at one time `naive` beside it. `retry` alone has what the scenario switches. */
export function changedResult(): Result {
  const result = exampleResult()
  const beside: Switch = { atMs: 1_230, gremlin: 'till-dies', on: true, probability: 0.5 }
  const variants = result.variants.map((variant) => {
    if (variant.name === 'retry') return { ...variant, changes: BY_HAND }
    return variant.name === 'naive' ? { ...variant, changes: [beside] } : variant
  })
  const switches: Switch[] = [{ atMs: 2_500, policy: 'timeout', edge: 'order→payment', on: false }]
  return { ...result, variants, configuration: { ...result.configuration, switches } }
}

/** So many changes by hand in one variant, close to one another. */
export function manyChanges(count: number, everyMs = 300): Result {
  const result = exampleResult()
  const changes = Array.from({ length: count }, (_, at): Switch => {
    return { atMs: 500 + at * everyMs, gremlin: at % 2 === 0 ? 'till-dies' : EVIL_GREMLIN, on: at % 4 < 2 }
  })
  return { ...result, variants: result.variants.map((each) => (each.name === 'retry' ? { ...each, changes } : each)) }
}
