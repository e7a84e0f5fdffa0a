import { expect, it } from 'vitest'
import { calibrationScenario } from './calibration-scenario.ts'

it('is a scenario without gremlins, in which two-phase commit, a saga and plain steps are measured', () => {
  const { gremlins, variants, traffic } = calibrationScenario()
  expect(gremlins).toEqual([])
  expect(variants.map(({ workflow }) => workflow.workflow)).toEqual(['sequential', '2pc', 'saga'])
  expect(Object.values(traffic.mix).every((share) => share > 0)).toBe(true)
})
