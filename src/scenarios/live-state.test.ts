import { describe, expect, it } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import type { Change } from '../core/change.ts'
import type { Variant } from '../core/pattern.ts'
import { stateAfter } from './live-state.ts'

const LATE = gremlin('latency', 'payment', { probability: 0.3, options: { fromMs: 5, toMs: 9 } })
const scenario = smallScenario({ gremlins: [LATE, gremlin('outage', 'bank')] })
const guarded: Variant = { ...VARIANTS.key, door: [{ policy: 'rate-limit', options: {} }] }
const stateOf = (changes: readonly Change[], variant: Variant = guarded) => stateAfter(scenario, variant, changes)
const gremlinsAfter = (...changes: Change[]) =>
  stateOf(changes).gremlins.map(({ name, state, probability }) => [name, state, probability])

describe('gremlins', () => {
  it('go by their own times at first', () => {
    expect(gremlinsAfter()).toEqual([
      ['latency@payment', 'scheduled', 0.3],
      ['outage@bank', 'scheduled', 1],
    ])
  })

  it('are let loose and held back, and keep their strength', () => {
    const loose = { gremlin: LATE.name, on: true, probability: 0.8 }
    const held = { gremlin: LATE.name, on: false }
    expect(gremlinsAfter(loose)[0]).toEqual([LATE.name, 'on', 0.8])
    expect(gremlinsAfter(loose, held)[0]).toEqual([LATE.name, 'off', 0.8])
    expect(gremlinsAfter(loose, held, { gremlin: LATE.name, on: true })[0]).toEqual([LATE.name, 'on', 0.8])
    expect(gremlinsAfter(loose, { ...held, scheduled: true })[0]).toEqual([LATE.name, 'scheduled', 0.3])
  })

  it('join the others, or take the place of a namesake', () => {
    const setting = gremlin('delay', 'fx', { name: 'mine', probability: 0.5 })
    expect(gremlinsAfter({ gremlin: 'mine', on: true, setting }).at(-1)).toEqual(['mine', 'on', 0.5])
    const other = { ...setting, name: LATE.name }
    expect(stateOf([{ gremlin: LATE.name, on: false, setting: other }]).gremlins).toMatchObject([
      { name: LATE.name, gremlin: 'delay', on: 'fx', state: 'off', probability: 0.5 },
      { name: 'outage@bank' },
    ])
  })

  it('are not there in a control arm, nor is one that nobody knows', () => {
    expect(stateOf([], { ...guarded, gremlins: 'none' }).gremlins).toEqual([])
    expect(gremlinsAfter({ gremlin: 'nobody', on: true })).toHaveLength(2)
  })
})

describe('policies', () => {
  const policies = (...changes: Change[]) =>
    Object.fromEntries(stateOf(changes).policies.map((each) => [each.policy, each]))

  it('stand where the variant has them, the door too', () => {
    const { retry, 'rate-limit': limit } = policies()
    expect(retry).toMatchObject({ on: true })
    expect(retry?.edges).toContain('order→payment')
    expect(limit).toEqual({ policy: 'rate-limit', edges: ['door'], on: true })
  })

  it('are on while they stand anywhere', () => {
    expect(policies({ policy: 'retry', edge: 'order→payment', on: false }).retry).toMatchObject({ on: true })
    expect(policies({ policy: 'retry', edge: null, on: false }).retry).toMatchObject({ on: false })
    const [off, back]: Change[] = [
      { policy: 'retry', edge: null, on: false },
      { policy: 'retry', edge: 'bank→payment', on: true },
    ]
    expect(policies(off!, back!).retry).toMatchObject({ on: true })
    expect(policies({ policy: 'rate-limit', edge: 'door', on: false })['rate-limit']).toMatchObject({ on: false })
  })
})

it('shows the workflow of new orders, and whether buyers come', () => {
  expect(stateOf([])).toMatchObject({ workflow: { workflow: 'sequential' }, trafficOn: true })
  const saga = { workflow: { workflow: 'saga', options: {} } }
  expect(stateOf([saga, { traffic: 'off' }])).toMatchObject({ workflow: { workflow: 'saga' }, trafficOn: false })
  expect(stateOf([saga, { workflow: guarded.workflow }, { traffic: 'off' }, { traffic: 'on' }])).toMatchObject({
    workflow: { workflow: 'sequential' },
    trafficOn: true,
  })
})
