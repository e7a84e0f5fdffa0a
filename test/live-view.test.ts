/** What a run that is watched shows of itself at its beginning and at its end. */

import { expect, it } from 'vitest'
import { openStage } from '../src/scenarios/live-stage.ts'
import { untilJudged, watch } from './support/live.ts'
import { variantOf } from './support/runs.ts'
import { gremlin, smallScenario, VARIANTS } from './support/scenarios.ts'

const TRAFFIC = smallScenario({}).traffic
const plannedOf = (traffic: Partial<typeof TRAFFIC>) =>
  openStage(smallScenario({ traffic: { ...TRAFFIC, ...traffic } }), VARIANTS.key).view().orders.planned

it('says how many orders are to come, where only orders do', () => {
  const mix = { order: 2, stock: 1, notification: 0, payment: 0 }
  expect(plannedOf({ orders: 70 })).toBe(70)
  expect(plannedOf({ orders: 70, exactly: [{ purchase: 'p-2', atMs: 5 }] })).toBe(1)
  expect(plannedOf({ orders: 70, mix: { ...mix, stock: 0 } })).toBe(70)
  expect(plannedOf({ orders: 70, mix })).toBe(0)
})

it('has none to come where there is no traffic of its own', () => {
  const stage = openStage(smallScenario({}), VARIANTS.key)
  stage.phase('ready')
  expect(stage.view().orders.planned).toBe(0)
})

it('does not take services for down that end with the run', async () => {
  const watched = watch(
    smallScenario({ traffic: { ...TRAFFIC, orders: 20, ratePerSecond: 40 }, variants: [VARIANTS.key] }),
  )
  await untilJudged(watched)
  const [view] = watched.control.snapshot().variants
  expect(view?.phase).toBe('over')
  expect(view?.services.map(({ state }) => state)).toEqual(view?.services.map(() => 'up'))
})

it('shows what the audit has found when it is over, also what only the end knows', async () => {
  const lost = gremlin('dropped-request', 'logging', { probability: 0.5 })
  const watched = watch(
    smallScenario({
      traffic: { ...TRAFFIC, orders: 20, ratePerSecond: 40 },
      gremlins: [lost],
      variants: [VARIANTS.naive],
    }),
  )
  const { invariants, lossCents } = variantOf((await untilJudged(watched)).result, 'naive')
  const found = invariants.flatMap(({ name, violations }) => (violations > 0 ? [[name, violations]] : []))
  expect(found.map(([name]) => name)).toContain('history-complete')
  const [view] = watched.control.snapshot().variants
  expect(view?.soFar.violations.map(({ invariant, count }) => [invariant, count])).toEqual(found)
  expect(view?.soFar.lossCents).toBe(lossCents)
})
