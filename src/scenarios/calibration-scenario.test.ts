import { expect, it } from 'vitest'
import { SERVICES } from '../core/topology.ts'
import { calibrationScenario, RESTARTS } from './calibration-scenario.ts'

it('measures two-phase commit, a saga and plain steps without gremlins, and restarts in a variant of their own', () => {
  const { variants, traffic, gremlins } = calibrationScenario()
  const [restarts, ...calm] = variants.toReversed()
  expect(restarts).toMatchObject({ name: RESTARTS, gremlins: 'all' })
  expect(calm.map(({ workflow }) => workflow.workflow)).toEqual(['saga', '2pc', 'sequential'])
  expect(calm.map(({ gremlins }) => gremlins)).toEqual(['none', 'none', 'none'])
  // Buyers alone call order, and none of them is to be lost.
  const killed = new Set(gremlins.map(({ on }) => on))
  expect([...killed].toSorted()).toEqual(SERVICES.filter((service) => service !== 'order').toSorted())
  expect(Object.values(traffic.mix).every((share) => share > 0)).toBe(true)
})
