import { expect, it } from 'vitest'
import { SCENARIO } from '../../test/support/example-scenario.ts'
import { POLICIES } from '../patterns/policies/catalogue.ts'
import { warmUpOf } from './warm-up.ts'

const setting = (policy: string) => ({ policy, options: {} })

it('refuses nothing by itself: no gremlins, and no limits that the warm-up could reach', () => {
  const scenario = SCENARIO
  const [first] = scenario.variants
  if (!first) throw new Error('a scenario without variants')
  const limits = ['rate-limit', 'bulkhead', 'shared-pool', 'adaptive-limit']
  expect(limits.filter((name) => !(name in POLICIES))).toEqual([])
  const edges = { ...first.edges, 'order→payment': ['retry', 'bulkhead', 'timeout', 'shared-pool'].map(setting) }
  const variant = { ...first, door: limits.map(setting), edges }
  const warmUp = warmUpOf({ ...scenario, variants: [variant] })
  expect(warmUp.gremlins).toEqual([])
  expect(warmUp.variants).toEqual([
    { ...variant, door: [], edges: { ...edges, 'order→payment': ['retry', 'timeout'].map(setting) } },
  ])
})

it('is not refused by a breaker that the variant forces open', () => {
  const [first] = SCENARIO.variants
  if (!first) throw new Error('a scenario without variants')
  const forced = { policy: 'breaker', options: { mode: 'forced-open' } }
  const edges = {
    ...first.edges,
    'order→payment': [forced, setting('timeout')],
    'order→inventory': [setting('breaker')],
  }
  const [warm] = warmUpOf({ ...SCENARIO, variants: [{ ...first, edges }] }).variants
  expect(warm?.edges['order→payment']).toEqual([setting('timeout')])
  expect(warm?.edges['order→inventory']).toEqual([setting('breaker')])
})
