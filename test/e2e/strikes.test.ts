/** Scenarios that decide their strikes, in either world: exactly these come, also when the last buyer has gone. */

import { describe, expect, it } from 'vitest'
import type { Decision } from '../../src/core/decision.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { run, variantOf, violatedIn } from '../support/runs.ts'
import { expecting, gremlin, smallScenario, VARIANTS } from '../support/scenarios.ts'

const WORLDS = [['real'], ['virtual']] as const
const ONE_OF_THREE = { orders: 3, exactly: [{ purchase: 'p-2', atMs: 0 }] }

function deciding(strikes: readonly Decision[], changes: Partial<Omit<Scenario, 'traffic'>>): Scenario {
  const gremlins = [
    // Left to luck they would strike everybody, and nobody.
    gremlin('dropped-answer', 'payment', { operations: [] }),
    gremlin('crash-after-commit', 'notification', { operations: [], probability: 0 }),
    gremlin('error-answer', 'bank', { operations: [] }),
  ]
  return smallScenario({ gremlins, strikes, traffic: ONE_OF_THREE, ...changes })
}

const LOST: Decision = {
  gremlin: 'dropped-answer@payment',
  purchase: 'p-2',
  operation: 'do',
  effect: 'charge',
  attempt: 1,
}
const LATE: Decision = {
  gremlin: 'crash-after-commit@notification',
  purchase: 'p-2',
  operation: 'do',
  effect: 'notify',
  attempt: 1,
}

describe.each(WORLDS)('in the %s world', (mode) => {
  it('one lost answer of one order is the whole story', async () => {
    const expectations = { retry: expecting(['charged-at-most-once']) }
    const { result } = await run(deciding([LOST], { variants: [VARIANTS.retry], expectations }), { mode })
    expect(result).toMatchObject({ error: null, verdict: 'PASS' })
    const variant = variantOf(result, 'retry')
    expect(violatedIn(variant)).toEqual(['charged-at-most-once'])
    expect(variant.orders).toMatchObject({ arrived: 1, confirmed: 1 })
    expect(variant.gremlins.map(({ strikes }) => strikes)).toEqual([1, 0, 0])
  })

  it('a strike comes also when the last buyer has gone, and is survived', async () => {
    const { result } = await run(deciding([LATE], { variants: [VARIANTS.key] }), { mode })
    const variant = variantOf(result, 'retry+key')
    expect(result).toMatchObject({ error: null, verdict: 'PASS' })
    expect(variant.restarts).toEqual({ notification: 1 })
    expect(violatedIn(variant)).toEqual([])
  })

  it('an expected violation that stays away fails the run, with no need of ten orders', async () => {
    const expectations = { 'retry+key': expecting(['charged-at-most-once']) }
    const { result } = await run(deciding([LOST], { variants: [VARIANTS.key], expectations }), { mode })
    expect(result.verdict).toBe('FAIL')
    expect(variantOf(result, 'retry+key').reasons[0]).toContain('held although all came (1 strike)')
  })
})
