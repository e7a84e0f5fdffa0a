import { describe, expect, it } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import type { Change } from '../core/change.ts'
import type { Variant } from '../core/pattern.ts'
import { type Changing, MOST_CHANGES, refusalsOf } from './live-refusals.ts'
import { stateAfter } from './live-state.ts'

const scenario = smallScenario({ gremlins: [gremlin('dropped-answer', 'payment')] })

function refusals(changes: readonly Change[], { variant = VARIANTS.key as Variant, ...more }: Partial<Changing> = {}) {
  const state = stateAfter(scenario, variant, [])
  return refusalsOf(changes, { ...{ variant, phase: 'traffic', state, made: 0 }, ...more })
}
const ADDED = gremlin('error-answer', 'fx', { name: 'mine' })

it('lets pass what can be changed', () => {
  expect(
    refusals([
      { gremlin: 'dropped-answer@payment', on: false },
      { gremlin: 'mine', on: true, setting: ADDED },
      { policy: 'retry', edge: 'order→payment', on: false },
      { policy: 'idempotency-key', edge: null, on: false },
      { workflow: { workflow: 'saga', options: {} } },
      { workflow: { workflow: 'sequential', options: { stock: 'ask-then-deduct' } } },
      { traffic: 'off' },
    ]),
  ).toEqual([])
})

it('knows a gremlin that the same changes add', () => {
  const [add, hold]: Change[] = [
    { gremlin: 'mine', on: true, setting: ADDED },
    { gremlin: 'mine', on: false },
  ]
  expect(refusals([add!, hold!])).toEqual([])
  expect(refusals([hold!, add!])).toHaveLength(1)
})

describe('says why not', () => {
  it.each<[string, Change, RegExp]>([
    ['an unknown gremlin', { gremlin: 'dropped-answer@paymnt', on: true }, /did you mean 'dropped-answer@payment'/],
    [
      'a setting of another name',
      { gremlin: 'yours', on: true, setting: ADDED },
      /^yours: its setting has another name$/,
    ],
    [
      'an unknown policy',
      { policy: 'retyr', edge: null, on: false },
      /policy of retry\+key 'retyr'; did you mean 'retry'/,
    ],
    ['a policy elsewhere', { policy: 'retry', edge: 'door', on: false }, /^retry\+key has no retry on door$/],
    ['an unknown workflow', { workflow: { workflow: 'sage', options: {} } }, /'sage'; did you mean 'saga'/],
    [
      'options that the workflow does not have',
      { workflow: { workflow: 'sequential', options: { stock: 'guess', speed: 3 } } },
      /^sequential: .*stock.*$/,
    ],
  ])('%s', (_, change, why) => {
    const [reason, ...more] = refusals([change])
    expect(reason).toMatch(why)
    expect(more).toEqual([])
  })

  it('a gremlin in a control arm', () => {
    const variant: Variant = { ...VARIANTS.key, name: 'control', gremlins: 'none' }
    expect(refusals([{ gremlin: 'mine', on: true, setting: ADDED }], { variant })).toEqual([
      'control is a control arm, which meets no gremlin',
    ])
  })

  it('traffic where there is none', () => {
    expect(refusals([{ traffic: 'off' }], { phase: 'ready' })).toEqual(['there is no traffic of the lab’s own to stop'])
    expect(refusals([{ gremlin: 'dropped-answer@payment', on: true }], { phase: 'ready' })).toEqual([])
  })

  it('everything that is wrong, each in a sentence', () => {
    const wrong: Change[] = [
      { policy: 'nothing', edge: null, on: true },
      { gremlin: 'nobody', on: true },
      { traffic: 'on' },
    ]
    expect(refusals(wrong)).toHaveLength(2)
  })

  it.each(['starting', 'warming-up', 'waiting-for-quiet', 'auditing', 'over'] as const)(
    'that it is no time for changes while the phase is %s',
    (phase) => {
      const [reason, ...more] = refusals([{ traffic: 'off' }, { gremlin: 'nobody', on: true }], { phase })
      expect(reason).toMatch(/^nothing can be changed now: /)
      expect(more).toEqual([])
    },
  )

  it('more gremlins than a file may have', () => {
    const add = (n: number): Change => ({ gremlin: `g-${n}`, on: true, setting: { ...ADDED, name: `g-${n}` } })
    const all = Array.from({ length: 101 }, (_, n) => add(n))
    expect(refusals(all.slice(0, 99))).toEqual([])
    expect(refusals([...all.slice(0, 99), add(5)])).toEqual([])
    expect(refusals(all)).toEqual(Array(2).fill('there are 100 gremlins already: change one of them'))
  })

  it('that there were too many', () => {
    expect(refusals([{ traffic: 'on' }], { made: MOST_CHANGES - 1 })).toEqual([])
    expect(refusals([{ traffic: 'on' }], { made: MOST_CHANGES })).toEqual([
      'no more than 500 changes can be made in one run',
    ])
  })
})
