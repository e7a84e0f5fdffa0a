import { expect, it } from 'vitest'
import { coldnessOf } from '../core/calibration.ts'
import { calibrationScenario, RESTARTS } from './calibration-scenario.ts'

it('measures two-phase commit, a saga and plain steps without gremlins, and restarts in a variant of their own', () => {
  const { variants, traffic, gremlins } = calibrationScenario()
  const restarts = variants.filter(({ name }) => RESTARTS.includes(name))
  const calm = variants.filter(({ name }) => !RESTARTS.includes(name)).toReversed()
  expect(restarts.map((variant) => variant.gremlins)).toEqual(['all', 'all'])
  expect(calm.map(({ workflow }) => workflow.workflow)).toEqual(['saga', '2pc', 'sequential'])
  expect(calm.map(({ gremlins }) => gremlins)).toEqual(['none', 'none', 'none'])
  // Of those that call others and of those that do not. Buyers alone call order, and none of them is to be lost.
  expect(new Set(gremlins.map(({ on }) => coldnessOf(on)))).toEqual(new Set(['calling', 'serving']))
  expect(gremlins.filter(({ on }) => on === 'order')).toEqual([])
  expect(Object.values(traffic.mix).every((share) => share > 0)).toBe(true)
})
