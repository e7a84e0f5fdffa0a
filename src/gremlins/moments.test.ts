/** `crash` and `pause`, which wait at the moments that the scenario names. */

import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, Crashed, type FakeEnv, fakeCallee, fakeEnv, OK } from '../../test/support/fake-env.ts'
import type { Request } from '../core/call.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import { POINTS, type Point } from '../core/point.ts'
import { crash } from './crash.ts'
import { pause } from './pause.ts'
import { unleash } from './wrapper.ts'

const RANGE = { fromMs: 100, toMs: 300 }

function setting(gremlin: 'crash' | 'pause', more: Partial<GremlinSetting> = {}): GremlinSetting {
  return {
    name: `${gremlin}@order`,
    gremlin,
    on: 'order',
    operations: [],
    purchases: [],
    attempts: [],
    at: ['after-vote'],
    probability: 1,
    fromMs: 0,
    toMs: null,
    options: gremlin === 'pause' ? RANGE : {},
    ...more,
  }
}

/** Passes one moment, and says whether the service died there. */
async function passes(waiting: GremlinSetting, point: Point, passed: Partial<Request>, env: FakeEnv) {
  const layer = unleash([waiting], { service: 'order', trafficStartMs: () => 0 }).atPoint(point)
  if (!layer) return false
  const call = layer(fakeCallee().call, env)
  try {
    await call(aRequest(passed), aSignal())
    return false
  } catch (error) {
    if (!(error instanceof Crashed)) throw error
    return true
  }
}

/** How the coins of many purchases fall at one moment. */
async function falls(waiting: GremlinSetting, point: Point, passed: Partial<Request> = {}, seed = 42) {
  const env = fakeEnv({ service: 'order', seed })
  for (let i = 0; i < 60; i++) await passes(waiting, point, { ...passed, purchase: `p-${i}` }, env)
  return env.recorded('toss').map(({ struck }) => struck)
}

describe('crash', () => {
  it('strikes at the listed moments and at no other', async () => {
    const waiting = setting('crash', { at: ['after-decision', 'between-commits'] })
    const struck: Point[] = []
    for (const point of POINTS) {
      const env = fakeEnv({ service: 'order' })
      if (await passes(waiting, point, {}, env)) struck.push(point)
      else expect(env.records).toEqual([])
    }
    expect(struck).toEqual(['after-decision', 'between-commits'])
  })

  it('is nowhere around a call', () => {
    const { call } = fakeCallee()
    const { layer } = unleash([setting('crash')], { service: 'order', trafficStartMs: () => 0 })
    expect(layer(call, fakeEnv())).toBe(call)
  })

  it('has luck of its own at each moment of one order', async () => {
    const waiting = setting('crash', { at: ['before-decision', 'after-decision'], probability: 0.5 })
    const passed = { operation: 'place', effect: 'order' } as const
    const before = await falls(waiting, 'before-decision', passed)
    const after = await falls(waiting, 'after-decision', passed)
    expect(new Set(before).size).toBe(2)
    expect(after).not.toEqual(before)
  })

  it('has the same luck at a moment whatever others are listed, and for the same seed', async () => {
    const alone = await falls(setting('crash', { at: ['after-vote'], probability: 0.5 }), 'after-vote')
    const listed = setting('crash', { at: ['between-commits', 'after-vote'], probability: 0.5 })
    expect(await falls(listed, 'after-vote')).toEqual(alone)
    expect(await falls(listed, 'after-vote', {}, 43)).not.toEqual(alone)
  })

  it('tosses at each participant’s vote, with luck of its own for each', async () => {
    const env = fakeEnv({ service: 'order' })
    const waiting = setting('crash', { probability: 0 })
    for (const effect of ['deduct', 'charge'])
      await passes(waiting, 'after-vote', { operation: 'prepare', effect }, env)
    expect(env.recorded('toss').map(({ effect }) => effect)).toEqual(['deduct', 'charge'])
    const even = setting('crash', { probability: 0.5 })
    const deducts = await falls(even, 'after-vote', { operation: 'prepare', effect: 'deduct' })
    expect(await falls(even, 'after-vote', { operation: 'prepare', effect: 'charge' })).not.toEqual(deducts)
  })

  it('is decided anew by each passing, so that an order that was recovered is not struck by the same coin', async () => {
    const waiting = setting('crash', { probability: 0.5 })
    const first = await falls(waiting, 'after-vote', { attempt: 1 })
    const second = await falls(waiting, 'after-vote', { attempt: 2 })
    expect(second).not.toEqual(first)
    // Some order is struck at its first passing and spared at its second.
    expect(first.some((struck, index) => struck && !second[index])).toBe(true)
  })

  it('strikes only the first passing where it is told to', async () => {
    const waiting = setting('crash', { at: ['while-recovering'], attempts: [1] })
    const env = fakeEnv({ service: 'order' })
    const struck: boolean[] = []
    for (const attempt of [1, 2, 3]) struck.push(await passes(waiting, 'while-recovering', { attempt }, env))
    expect(struck).toEqual([true, false, false])
    expect(env.recorded('toss')).toHaveLength(1)
  })

  it('only strikes passings about the listed operations', async () => {
    const waiting = setting('crash', { at: ['before-work'], operations: ['place'] })
    const env = fakeEnv({ service: 'order' })
    expect(await passes(waiting, 'before-work', { operation: 'inquire' }, env)).toBe(false)
    expect(await passes(waiting, 'before-work', { operation: 'place' }, env)).toBe(true)
  })

  it('has no options', () => {
    expect(crash.options.safeParse({}).success).toBe(true)
    expect(crash.options.safeParse(RANGE).success).toBe(false)
  })
})

describe('pause', () => {
  /** How long one order was held up, by turning the clock until the work went on. */
  async function heldUpMs(point: Point, passed: Partial<Request> = {}, seed = 42, range: object = RANGE) {
    const env = fakeEnv({ service: 'order', seed })
    const waiting = setting('pause', { at: ['after-vote', 'between-commits'], options: { ...range } })
    const layer = unleash([waiting], { service: 'order', trafficStartMs: () => 0 }).atPoint(point)!
    let endedMs = -1
    const call = layer(async () => {
      endedMs = env.clock.nowMs()
      return OK
    }, env)
    const answer = call(aRequest(passed), aSignal())
    await env.advance(10_000)
    expect(await answer).toBe(OK)
    return endedMs
  }

  it('goes on with the work after the drawn while, and not before', async () => {
    const env = fakeEnv({ service: 'order' })
    const layer = unleash([setting('pause')], { service: 'order', trafficStartMs: () => 0 }).atPoint('after-vote')!
    const callee = fakeCallee()
    layer(callee.call, env)(aRequest(), aSignal())
    await env.advance(RANGE.fromMs - 1)
    expect(callee.requests).toHaveLength(0)
    await env.advance(RANGE.toMs - RANGE.fromMs + 1)
    expect(callee.requests).toHaveLength(1)
    expect(env.timers()).toBe(0)
  })

  it('holds nobody else up', async () => {
    const env = fakeEnv({ service: 'order' })
    const waiting = setting('pause', { purchases: ['p-1'] })
    const layer = unleash([waiting], { service: 'order', trafficStartMs: () => 0 }).atPoint('after-vote')!
    const callee = fakeCallee()
    const call = layer(callee.call, env)
    call(aRequest({ purchase: 'p-1' }), aSignal())
    expect(await call(aRequest({ purchase: 'p-2' }), aSignal())).toBe(OK)
    expect(callee.requests.map(({ purchase }) => purchase)).toEqual(['p-2'])
    await env.advance(RANGE.toMs)
    expect(callee.requests).toHaveLength(2)
  })

  it('stays inside its range, and spreads over it', async () => {
    const held = await Promise.all(Array.from({ length: 60 }, (_, i) => heldUpMs('after-vote', { purchase: `p-${i}` })))
    expect(Math.min(...held)).toBeGreaterThanOrEqual(RANGE.fromMs)
    expect(Math.max(...held)).toBeLessThanOrEqual(RANGE.toMs)
    expect(Math.max(...held) - Math.min(...held)).toBeGreaterThan(150)
    expect(await heldUpMs('after-vote', {}, 42, { fromMs: 70, toMs: 70 })).toBe(70)
  })

  it('is equally long for the same key, and otherwise long at another moment, passing, effect or seed', async () => {
    const heldMs = await heldUpMs('after-vote')
    expect(await heldUpMs('after-vote')).toBe(heldMs)
    expect(await heldUpMs('between-commits')).not.toBe(heldMs)
    expect(await heldUpMs('after-vote', { attempt: 2 })).not.toBe(heldMs)
    expect(await heldUpMs('after-vote', { effect: 'charge' })).not.toBe(heldMs)
    expect(await heldUpMs('after-vote', {}, 43)).not.toBe(heldMs)
  })

  it('needs a range that is one', () => {
    const good = (options: object) => pause.options.safeParse(options).success
    expect(good({ fromMs: 0, toMs: 0 })).toBe(true)
    for (const bad of [{}, { fromMs: 5 }, { fromMs: 5, toMs: 4 }, { fromMs: -1, toMs: 4 }])
      expect(good(bad)).toBe(false)
  })
})
