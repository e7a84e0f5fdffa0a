/** A talk: its choices are the seed's alone, its steps come in the order of time. */

import { describe, expect, it } from 'vitest'
import { SCENARIO } from '../../test/support/example-scenario.ts'
import { loadText, SHIPPED_TEXT } from '../../test/support/shipped-scenarios.ts'
import type { Scenario } from '../core/scenario.ts'
import type { Talk } from '../core/talk.ts'
import { adjustScenario } from './file/adjust.ts'
import { adjustForTalk, stepsOf, talkLastsMs } from './script.ts'

const TALK: Talk = {
  variant: 'retry',
  versus: 'retry+key',
  traffic: { orders: 60, ratePerSecond: 5 },
  steps: [
    { atMs: 9_000, caption: 'The end' },
    {
      atMs: 4_000,
      oneOf: [
        [
          { atMs: 5_000, caption: 'a late' },
          { atMs: 4_000, caption: 'a' },
        ],
        [{ atMs: 4_000, caption: 'b' }],
        [{ atMs: 4_000, caption: 'c', change: { gremlin: 'till-dies', on: true } }],
      ],
    },
    { atMs: 0, caption: 'The beginning' },
    { atMs: 2_000, change: { policy: 'retry', edge: null, on: false } },
  ],
}
const TALKING: Scenario = { ...SCENARIO, script: TALK }

const captions = (seed: number) => stepsOf(TALKING, seed).map(({ atMs, caption }) => `${atMs} ${caption ?? '-'}`)

describe('the steps of a talk', () => {
  it('are the same for the same seed, whatever was drawn before', () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed)
    const forwards = seeds.map(captions)
    const backwards = seeds.toReversed().map(captions).toReversed()
    expect(backwards).toEqual(forwards)
  })

  it('take each of the alternatives under some seed', () => {
    const seen = new Set(Array.from({ length: 40 }, (_, seed) => captions(seed)[2]))
    expect([...seen].sort()).toEqual(['4000 a', '4000 b', '4000 c'])
  })

  it('come in the order of time, whatever order they are written in', () => {
    for (let seed = 0; seed < 20; seed++) {
      const times = stepsOf(TALKING, seed).map(({ atMs }) => atMs)
      expect(times).toEqual(times.toSorted((one, other) => one - other))
      expect(captions(seed)[0]).toBe('0 The beginning')
    }
  })

  it('are none without a script', () => {
    expect(stepsOf(SCENARIO, 1)).toEqual([])
    expect(talkLastsMs(SCENARIO, 1)).toBe(0)
    expect(talkLastsMs(TALKING, 1)).toBe(12_000)
  })
})

describe('a scenario for a talk', () => {
  it('has the traffic of the script and those on stage that it names', () => {
    const { traffic, variants, expectations } = adjustForTalk(TALKING)
    expect(traffic).toMatchObject({ orders: 60, ratePerSecond: 5, shape: { kind: 'constant' } })
    expect(variants.map(({ name }) => name)).toEqual(['retry', 'retry+key'])
    expect(Object.keys(expectations).filter((name) => !['retry', 'retry+key'].includes(name))).toEqual([])
  })

  it('keeps what was asked for by hand', () => {
    const kept = adjustForTalk(TALKING, { traffic: true, variants: true })
    expect(kept).toEqual(TALKING)
    expect(adjustForTalk(SCENARIO)).toBe(SCENARIO)
  })

  it('keeps its captions when another variant is on stage, and loses the changes that cannot be made', () => {
    const adjusted = adjustScenario(TALKING, { variants: ['naive'] })
    if (!adjusted.ok) throw new Error(adjusted.mistakes.join())
    const steps = stepsOf(adjusted.scenario, 1)
    expect(adjusted.scenario.script).not.toHaveProperty('variant')
    expect(steps.map(({ atMs }) => atMs)).not.toContain(2_000)
    expect(steps.at(-1)?.caption).toBe('The end')
  })
})

describe('the talks that Faultline comes with', () => {
  const talks = loadText(SHIPPED_TEXT).scenarios.filter(({ script }) => script)

  it('are three or more, and each has traffic for as long as it takes', () => {
    expect(talks.length).toBeGreaterThanOrEqual(3)
    for (const scenario of talks) {
      const { orders, ratePerSecond } = adjustForTalk(scenario).traffic
      const lastsMs = Math.max(...[1, 2, 3, 4].map((seed) => talkLastsMs(scenario, seed)))
      expect(lastsMs, scenario.name).toBeGreaterThanOrEqual(30_000)
      expect(lastsMs, scenario.name).toBeLessThanOrEqual(60_000)
      expect((1_000 * orders) / ratePerSecond, scenario.name).toBeGreaterThanOrEqual(lastsMs)
    }
  })
})
