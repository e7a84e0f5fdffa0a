import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, fakeCallee, fakeEnv, OK } from '../../test/support/fake-env.ts'
import { ConnectionLost, type Operation } from '../core/call.ts'
import { decisionOf } from '../core/decision.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import { POINTS } from '../core/point.ts'
import { type Unleashed, unleash } from './wrapper.ts'

function setting(gremlin: string, more: Partial<GremlinSetting> = {}): GremlinSetting {
  return {
    name: gremlin,
    gremlin,
    on: 'inventory',
    operations: [],
    purchases: [],
    attempts: [],
    at: [],
    probability: 1,
    fromMs: 0,
    toMs: null,
    options: {},
    ...more,
  }
}

const inTraffic = { service: 'inventory', trafficStartMs: () => 0 } as const

describe('the wrapper', () => {
  it('adds nothing at all where there is no gremlin', () => {
    const { call } = fakeCallee()
    const env = fakeEnv()
    const { layer, atPoint } = unleash([setting('outage'), setting('latency', { on: 'payment' })], inTraffic)
    expect(layer(call, env)).toBe(call)
    for (const point of POINTS) expect(atPoint(point)).toBeUndefined()
  })

  it('puts the first gremlin outermost', async () => {
    const env = fakeEnv()
    const dropped = setting('dropped-answer')
    const error = setting('error-answer')
    const meet = (settings: GremlinSetting[]) =>
      unleash(settings, inTraffic).layer(fakeCallee().call, env)(aRequest(), aSignal())
    await expect(meet([dropped, error])).rejects.toBeInstanceOf(ConnectionLost)
    expect(env.recorded('strike').map(({ gremlin }) => gremlin)).toEqual(['dropped-answer', 'error-answer'])
    expect(await meet([error, dropped])).toMatchObject({ status: 503 })
    // What stands further in was not reached: its coin was not tossed.
    expect(env.recorded('toss')).toHaveLength(3)
  })

  it('keeps points apart', async () => {
    const env = fakeEnv()
    const { atPoint, layer } = unleash([setting('crash-after-commit')], inTraffic)
    const { call } = fakeCallee()
    expect(atPoint('before-work')).toBeUndefined()
    expect(layer(call, env)).toBe(call)
    await expect(atPoint('after-commit')!(call, env)(aRequest(), aSignal())).rejects.toThrow('crashed')
  })

  it('tosses one coin for prepare, commit and do of an effect, and another for undo and abort', async () => {
    const falls = async (operation: Operation) => {
      const env = fakeEnv()
      const { layer } = unleash([setting('error-answer', { probability: 0.5 })], inTraffic)
      const call = layer(fakeCallee().call, env)
      for (let i = 0; i < 60; i++) await call(aRequest({ operation, purchase: `p-${i}` }), aSignal())
      return env.recorded('toss').map(({ struck }) => struck)
    }
    const plain = await falls('do')
    expect(await falls('prepare')).toEqual(plain)
    expect(await falls('commit')).toEqual(plain)
    const undo = await falls('undo')
    expect(undo).not.toEqual(plain)
    expect(await falls('abort')).toEqual(undo)
  })

  it('strikes what was decided, whatever probability, target and time say, and nothing else', async () => {
    const env = fakeEnv()
    const never = setting('error-answer', { probability: 0, purchases: ['p-9'], toMs: 0 })
    const decided = { gremlin: 'error-answer', purchase: 'p-2', operation: 'do', effect: 'deduct', attempt: 1 } as const
    const { layer } = unleash([never, setting('latency', { options: { fromMs: 1, toMs: 2 } })], {
      ...inTraffic,
      decisions: [decided],
    })
    const call = layer(fakeCallee().call, env)
    for (const purchase of ['p-1', 'p-2', 'p-3']) await call(aRequest({ purchase }), aSignal())
    await call(aRequest({ purchase: 'p-2', attempt: 2 }), aSignal())
    await call(aRequest({ purchase: 'p-2', operation: 'undo' }), aSignal())
    expect(env.recorded('strike').map(decisionOf)).toEqual([decided])
    // A coin of what is no target is told of only where it came up.
    expect(env.recorded('toss').filter(({ gremlin }) => gremlin === 'error-answer')).toHaveLength(1)
  })

  it('lets nothing strike before the traffic, decided or not', async () => {
    const env = fakeEnv()
    const decided = { gremlin: 'error-answer', purchase: 'p-1', operation: 'do', effect: 'deduct', attempt: 1 } as const
    const calm = { service: 'inventory', trafficStartMs: () => null, decisions: [decided] } as const
    await unleash([setting('error-answer')], calm).layer(fakeCallee().call, env)(aRequest(), aSignal())
    expect(env.recorded('strike')).toEqual([])
  })

  it('strikes as often as its probability says', async () => {
    const env = fakeEnv()
    const call = unleash([setting('error-answer', { probability: 0.2 })], inTraffic).layer(fakeCallee().call, env)
    for (let i = 0; i < 1_000; i++) await call(aRequest({ purchase: `p-${i}` }), aSignal())
    expect(env.recorded('toss')).toHaveLength(1_000)
    expect(env.recorded('strike').length).toBeGreaterThan(150)
    expect(env.recorded('strike').length).toBeLessThan(250)
  })

  it('gives each of two gremlins of one kind luck of its own', async () => {
    const env = fakeEnv()
    const slept: number[] = []
    const clock = { ...env.clock, sleep: async (ms: number) => void slept.push(ms) }
    const options = { fromMs: 0, toMs: 1_000 }
    const twins = [setting('latency', { name: 'slow', options }), setting('latency', { name: 'slower', options })]
    await unleash(twins, inTraffic).layer(fakeCallee().call, { ...env, clock })(aRequest(), aSignal())
    expect(new Set(slept).size).toBe(2)
  })

  it('starts and stops with the traffic', async () => {
    let startMs: number | null = null
    const env = fakeEnv({ nowMs: 5_000 })
    const { layer } = unleash([setting('error-answer')], { service: 'inventory', trafficStartMs: () => startMs })
    const call = layer(fakeCallee().call, env)
    expect(await call(aRequest(), aSignal())).toBe(OK)
    startMs = 5_000
    expect(await call(aRequest(), aSignal())).toMatchObject({ status: 503 })
    startMs = null
    expect(await call(aRequest(), aSignal())).toBe(OK)
  })

  it('refuses an unknown gremlin and bad options at once', () => {
    expect(() => unleash([setting('latensy')], inTraffic)).toThrow('there is no gremlin named latensy')
    expect(() => unleash([setting('constructor')], inTraffic)).toThrow('no gremlin named constructor')
    expect(() => unleash([setting('latency', { options: { fromMs: 'soon' } })], inTraffic)).toThrow()
    expect(() => unleash([setting('latency', { on: 'bank', options: {} })], inTraffic)).not.toThrow()
  })
})

describe('a change', () => {
  const held = { gremlin: 'error-answer', on: false } as const
  const loose = { gremlin: 'error-answer', on: true } as const

  async function strikesOf(
    change: (unleashed: Unleashed) => void,
    over: Partial<GremlinSetting> = {},
  ): Promise<number> {
    const env = fakeEnv()
    const unleashed = unleash([setting('error-answer', over)], inTraffic)
    const call = unleashed.layer(fakeCallee().call, env)
    change(unleashed)
    for (let n = 1; n <= 100; n++) await call(aRequest({ purchase: `p-${n}` }), aSignal())
    return env.recorded('strike').length
  }
  it('holds a gremlin back, and lets it loose again whatever its times say', async () => {
    expect(await strikesOf(() => undefined)).toBe(100)
    expect(await strikesOf(({ change }) => change(held))).toBe(0)
    const later = { fromMs: 1_000_000 }
    expect(await strikesOf(() => undefined, later)).toBe(0)
    expect(await strikesOf(({ change }) => change(loose), later)).toBe(100)
  })
  it('gives it another probability: of the same coins more come up', async () => {
    const seldom = { probability: 0.1 }
    const before = await strikesOf(() => undefined, seldom)
    const after = await strikesOf(({ change }) => change({ ...loose, probability: 0.6 }), seldom)
    expect(before).toBeLessThan(25)
    expect(after).toBeGreaterThan(45)
  })
  it('about a gremlin of another service does nothing here', () => {
    const unleashed = unleash([setting('error-answer', { on: 'bank' })], inTraffic)
    expect(unleashed.change(held)).toBe(false)
  })
  it('brings a gremlin that was not there, where that may be', async () => {
    const added = { gremlin: 'late', on: true, setting: setting('error-answer', { name: 'late' }) }
    const env = fakeEnv()
    const live = unleash([], { ...inTraffic, live: true })
    const call = live.layer(fakeCallee().call, env)
    await call(aRequest(), aSignal())
    expect(env.records).toEqual([])
    live.change(added)
    await call(aRequest(), aSignal())
    expect(env.records.map(({ type }) => type)).toEqual(['toss', 'strike'])
    expect(() => unleash([], inTraffic).change(added)).toThrow('cannot be added')
  })

  it('is gone from here when its namesake comes to another service', async () => {
    const own = setting('error-answer', { name: 'mine' })
    const moved = { gremlin: 'mine', on: true, setting: setting('delay', { name: 'mine', on: 'payment' }) }
    const live = unleash([own], { ...inTraffic, live: true })
    expect(live.change(moved)).toBe(true)
    const ask = () => live.layer(fakeCallee().call, fakeEnv())(aRequest(), aSignal())
    expect(await ask()).toEqual(OK)
    live.change({ gremlin: 'mine', on: true, scheduled: true, setting: own })
    expect(await ask()).toMatchObject({ status: 503 })
  })
})
