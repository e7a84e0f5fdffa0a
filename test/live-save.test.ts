/** What is saved of a run that was watched does the same again in the virtual world. */

import { expect, it } from 'vitest'
import type { Change } from '../src/core/change.ts'
import { keyedDraw } from '../src/core/draw.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { essenceOf, runSaved, untilJudged, watch } from './support/live.ts'
import { gremlin, smallScenario, VARIANTS } from './support/scenarios.ts'

const PER_SECOND = 20

function scenarioOf(changes: Partial<Scenario> = {}): Scenario {
  return smallScenario({
    traffic: { orders: 60, ratePerSecond: PER_SECOND, mostUnits: 1, arrivals: 'poisson' },
    buyers: { patienceMs: 4_000, refreshes: 1, pauseMs: 50 },
    gremlins: [
      gremlin('dropped-answer', 'payment', { probability: 0.3 }),
      gremlin('crash-after-commit', 'inventory', { probability: 0.03, attempts: [1] }),
      gremlin('outage', 'bank', { fromMs: 800, toMs: 1_200, operations: [] }),
    ],
    variants: [VARIANTS.retry],
    ...changes,
  })
}

const ADDED = gremlin('error-answer', 'inventory', { name: 'mine', probability: 0.4 })

/** Whatever can be changed by hand; gremlins that were added have to be there first. */
function changesFor({ gremlins }: Scenario): readonly Change[] {
  return [
    ...gremlins.flatMap(({ name }): Change[] => [
      { gremlin: name, on: true, probability: 0.6 },
      { gremlin: name, on: false },
      { gremlin: name, on: true },
      { gremlin: name, on: true, scheduled: true },
    ]),
    { gremlin: 'mine', on: true, setting: ADDED },
    { policy: 'retry', edge: null, on: false },
    { policy: 'retry', edge: 'order→payment', on: false },
    { policy: 'retry', edge: null, on: true },
    { traffic: 'off' },
    { traffic: 'on' },
  ]
}

it.each([1, 2, 3, 4])('with seed %s, and whatever was changed', async (seed) => {
  const scenario = scenarioOf()
  const draw = keyedDraw(seed)
  const watched = watch(scenario, { seed })
  const all = changesFor(scenario)
  for (let n = 0; n < 12; n++) {
    const change = all[Math.floor(draw('change', 'hand', 'p-1', '', n) * all.length)] as Change
    await watched.changeAt(50 + n * 200, change)
  }
  watched.control.change([{ traffic: 'on' }])
  const file = await watched.control.save()
  await watched.until(({ phase }) => phase === 'over')
  const whole = await watched.control.save()
  const ran = await untilJudged(watched)
  const { name } = VARIANTS.retry
  expect(file).not.toBe(whole)
  expect(essenceOf(await runSaved(whole), name)).toEqual(essenceOf(ran, name))
})
