/** What is saved of a run that was watched does the same again in the virtual world. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Change } from '../src/core/change.ts'
import { keyedDraw } from '../src/core/draw.ts'
import { ORDERS_ONLY } from '../src/core/purchase.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { essenceOf, runSaved, untilJudged, type Watched, watch } from './support/live.ts'
import { linesOf, readJournals, variantOf } from './support/runs.ts'
import { gremlin, type ScenarioChanges, smallScenario, VARIANTS } from './support/scenarios.ts'
import { loadText } from './support/shipped-scenarios.ts'

/** Five seconds of traffic, which go by in one, and in three of which something is changed. */
function scenarioOf({ traffic, ...changes }: ScenarioChanges = {}): Scenario {
  return smallScenario({
    traffic: { orders: 100, ratePerSecond: 20, mostUnits: 1, arrivals: 'poisson', ...traffic },
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

const MINE = gremlin('error-answer', 'inventory', { name: 'mine', probability: 0.4 })
const FLOOD = gremlin('outage', 'bank', { name: 'flood', operations: [] })
const toWorkflow = (workflow: string): Change => ({ workflow: { workflow, options: {} } })

/** Whatever can be changed by hand. */
function changesFor({ gremlins, variants }: Scenario): readonly Change[] {
  return [
    ...gremlins.flatMap(({ name }): Change[] => [
      { gremlin: name, on: true, probability: 0.6 },
      { gremlin: name, on: false },
      { gremlin: name, on: false, probability: 0.1 },
      { gremlin: name, on: true },
      { gremlin: name, on: true, scheduled: true },
    ]),
    { gremlin: 'mine', on: true, setting: MINE },
    { policy: 'retry', edge: null, on: false },
    { policy: 'retry', edge: 'order→payment', on: false },
    { policy: 'retry', edge: null, on: true },
    { traffic: 'off' },
    { traffic: 'on' },
    ...(variants[0] === VARIANTS.key ? ['saga', '2pc', 'sequential'].map(toWorkflow) : []),
  ]
}

/** Makes changes by the seed, every so often, and has buyers come again at the end. */
async function changeAnything(watched: Watched, scenario: Scenario, seed: number): Promise<void> {
  const draw = keyedDraw(seed)
  const all = changesFor(scenario)
  for (let n = 0; n < 12; n++) {
    const change = all[Math.floor(draw('change', 'hand', 'p-1', '', n) * all.length)] as Change
    await watched.changeAt(50 + n * 200, change)
    if (n === 7) watched.control.reset()
  }
  watched.control.change([{ traffic: 'on' }])
}

it.each([
  [1, VARIANTS.retry],
  [2, VARIANTS.key],
  [3, VARIANTS.key],
])('all of it, with seed %s and whatever was changed', async (seed, variant) => {
  const scenario = scenarioOf({ variants: [variant] })
  const watched = watch(scenario, { seed })
  await changeAnything(watched, scenario, seed)
  await watched.until(({ phase }) => phase === 'over')
  const file = await watched.control.save()
  const ran = await untilJudged(watched)
  expect(essenceOf(await runSaved(file), variant.name)).toEqual(essenceOf(ran, variant.name))
})

/** Saves in the middle, and says how those ended who had an end by then: in the run, and in the one that was saved. */
async function endsBeforeAndAfter(watched: Watched, name: string) {
  const { elapsedMs } = watched.view()
  const file = await watched.control.save()
  watched.control.change([{ traffic: 'on' }])
  const ran = await untilJudged(watched)
  const saved = await runSaved(file)
  const startMs = linesOf(readJournals(ran.folder, name), 'changed')[0]?.atMs ?? 0
  const firstMs = Number(variantOf(ran.result, name).changes?.[0]?.atMs)
  const ended = (run: typeof ran) =>
    essenceOf(run, name).told.filter(({ at_ms: atMs }) => Number(atMs) < startMs - firstMs + elapsedMs)
  return { saved, before: ended(ran), after: ended(saved) }
}

describe('what happened so far', () => {
  const shapes: readonly [string, ScenarioChanges][] = [
    ['as the plan begins', {}],
    ['as a ramp begins', { traffic: { shape: { kind: 'ramp', toPerSecond: 40 } } }],
    ['of several kinds', { traffic: { mix: { ...ORDERS_ONLY, stock: 2, notification: 1, payment: 1 }, orders: 150 } }],
    ['where somebody is named who has not come', { gremlins: [gremlin('latency', 'payment', lateFor('p-4', 'p-55'))] }],
    ['of those who come exactly', { traffic: { exactly: exactly(60) } }],
  ]

  function lateFor(...purchases: string[]) {
    return { purchases, options: { distribution: 'uniform', fromMs: 100, toMs: 200 } }
  }
  function exactly(count: number) {
    return Array.from({ length: count }, (_, n) => ({ purchase: `p-${n * 2 + 1}`, atMs: n * 60 + (n % 7) }))
  }

  it.each(shapes)(
    '%s',
    async (_, changes) => {
      const scenario = scenarioOf(changes)
      const watched = watch(scenario)
      await watched.changeAt(
        300,
        { policy: 'retry', edge: null, on: false },
        { gremlin: 'mine', on: true, setting: MINE },
      )
      await watched.changeAt(1_500, { gremlin: 'mine', on: false }, { traffic: 'off' })
      const { saved, before, after } = await endsBeforeAndAfter(watched, 'retry')
      expect(before.length).toBeGreaterThan(15)
      expect(after).toEqual(before)
      expect(saved.scenario).not.toHaveProperty('script')
      expect(saved.result.error).toBeNull()
      expect(saved.scenario.variants.map(({ name }) => name)).toEqual(['retry'])
    },
    40_000,
  )
})

it('is the same at the very millisecond at which somebody comes', async () => {
  // One comes in each millisecond, so that every change falls together with one.
  const watched = watch(
    scenarioOf({ traffic: { orders: 1_000, ratePerSecond: 1_000, arrivals: 'paced' }, gremlins: [] }),
    {
      speed: 1,
    },
  )
  for (let n = 1; n < 5; n++) {
    await watched.changeAt(n * 40, { traffic: 'off' })
    await watched.changeAt(n * 40 + 20, { traffic: 'on' })
  }
  await watched.until(({ phase }) => phase === 'over')
  const file = await watched.control.save()
  const ran = await untilJudged(watched)
  expect(essenceOf(await runSaved(file), 'retry')).toEqual(essenceOf(ran, 'retry'))
})

it('has a gremlin that was added strike as often, a window too', async () => {
  const watched = watch(scenarioOf({ gremlins: [] }))
  await watched.changeAt(200, { gremlin: 'flood', on: true, setting: FLOOD })
  await watched.changeAt(900, { gremlin: 'flood', on: false }, { gremlin: 'mine', on: true, setting: MINE })
  await watched.until(({ phase }) => phase === 'over')
  const file = await watched.control.save()
  const ran = await untilJudged(watched)
  const saved = await runSaved(file)
  const { gremlins } = variantOf(ran.result, 'retry')
  expect(gremlins.map(({ name }) => name)).toEqual(['flood', 'mine'])
  expect(gremlins.find(({ name }) => name === 'flood')).toMatchObject({ tossed: 1, strikes: 1 })
  expect(variantOf(saved.result, 'retry').gremlins).toEqual(gremlins)
  expect(essenceOf(saved, 'retry')).toEqual(essenceOf(ran, 'retry'))
})

it('leaves out what nobody has met yet, and is conclusive', async () => {
  // One comes each second, and has gone long before the next one.
  const traffic = { orders: 5, ratePerSecond: 1, arrivals: 'paced' } as const
  const watched = watch(scenarioOf({ traffic, gremlins: [] }), { speed: 1 })
  await watched.changeAt(500, { policy: 'retry', edge: 'order→payment', on: false })
  await watched.changeAt(
    1_300,
    { policy: 'retry', edge: null, on: false },
    { gremlin: 'mine', on: true, setting: MINE },
  )
  const { scenario, result } = await runSaved(await watched.control.save())
  expect(scenario.switches).toMatchObject([{ policy: 'retry', edge: 'order→payment' }])
  expect([scenario.traffic.orders, scenario.gremlins]).toEqual([2, []])
  expect(variantOf(result, 'retry').reasons).toEqual([])
})

it('stands still for nobody, however often the traffic was stopped', async () => {
  const watched = watch(scenarioOf())
  await watched.changeAt(0, { traffic: 'off' }, { traffic: 'off' })
  const [scenario] = loadText(readFileSync(await watched.control.save(), 'utf8')).scenarios
  expect(scenario?.switches).toEqual([])
})

it('is numbered, and told by its file alone', async () => {
  const watched = watch(scenarioOf({ title: 'T'.repeat(200), name: 'n'.repeat(60) }))
  await watched.changeAt(0)
  const files = [await watched.control.save(), await watched.control.save()]
  const [first, second] = files.map((file) => loadText(readFileSync(file, 'utf8')).scenarios[0])
  expect([first?.name, second?.name]).toEqual([`${'n'.repeat(40)}-saved-1`, `${'n'.repeat(40)}-saved-2`])
  expect(first?.seed).toBe(42)
})
