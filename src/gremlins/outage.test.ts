import { describe, expect, it } from 'vitest'
import { fakeEnv } from '../../test/support/fake-env.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import { unleash } from './wrapper.ts'

const START_MS = 1_000

function outage(more: Partial<GremlinSetting> = {}): GremlinSetting {
  return {
    name: 'night',
    gremlin: 'outage',
    on: 'inventory',
    operations: [],
    purchases: [],
    attempts: [],
    at: [],
    probability: 1,
    fromMs: 200,
    toMs: 500,
    options: {},
    ...more,
  }
}

/** A node that comes up some time after the traffic's start. */
function node(settings: readonly GremlinSetting[], sinceMs = 0, healed?: AbortSignal) {
  const env = fakeEnv({ nowMs: START_MS + sinceMs })
  const { windows } = unleash(settings, { service: 'inventory', trafficStartMs: () => START_MS })
  let over = false
  const done = windows(env, healed).then(() => {
    over = true
  })
  return { env, done, isOver: () => over }
}

describe('outage', () => {
  it('makes the service deaf from its start to its end', async () => {
    const { env, isOver } = node([outage()])
    await env.advance(199)
    expect(env.listening).toEqual([])
    await env.advance(1)
    expect(env.listening).toEqual([false])
    await env.advance(299)
    expect(env.listening).toEqual([false])
    expect(isOver()).toBe(false)
    await env.advance(1)
    expect(env.listening).toEqual([false, true])
    expect(isOver()).toBe(true)
    expect(env.timers()).toBe(0)
  })

  it('is one toss and one strike, of no purchase', async () => {
    const { env } = node([outage()])
    await env.advance(1_000)
    const about = { gremlin: 'night', operation: 'query', purchase: '', effect: '', attempt: 1 }
    expect(env.records).toEqual([
      { type: 'toss', ...about, struck: true },
      { type: 'strike', ...about, kind: 'outage', fatal: false, takes: [] },
    ])
  })

  it('begins at once where the node starts inside the window', async () => {
    const { env } = node([outage()], 350)
    await env.advance(0)
    expect(env.listening).toEqual([false])
    await env.advance(150)
    expect(env.listening).toEqual([false, true])
  })

  it('is not tossed for where the window is over', async () => {
    const { env, done } = node([outage()], 500)
    await done
    expect(env.records).toEqual([])
    expect(env.listening).toEqual([])
  })

  it('falls the same in every incarnation, and only strikes if its coin says so', async () => {
    const falls = async () => {
      const struck: boolean[] = []
      for (let i = 0; i < 40; i++) {
        const { env } = node([outage({ name: `night-${i}`, probability: 0.5 })])
        await env.advance(1_000)
        struck.push(env.recorded('toss')[0]!.struck)
        expect(env.listening).toEqual(struck.at(-1) ? [false, true] : [])
      }
      return struck
    }
    const once = await falls()
    expect(await falls()).toEqual(once)
    expect(new Set(once).size).toBe(2)
  })

  it('never strikes at probability 0, nor another service', async () => {
    const { env, done } = node([outage({ probability: 0 }), outage({ name: 'theirs', on: 'payment' })])
    await env.advance(1_000)
    await done
    expect(env.recorded('strike')).toEqual([])
    expect(env.recorded('toss')).toHaveLength(1)
  })

  it('ends when healed, and without an end of its own only then', async () => {
    const healing = new AbortController()
    const { env, done } = node([outage({ toMs: null }), outage({ name: 'later', fromMs: 90_000 })], 0, healing.signal)
    await env.advance(80_000)
    expect(env.listening).toEqual([false])
    healing.abort()
    await done
    expect(env.listening).toEqual([false, true])
    expect(env.timers()).toBe(0)
    expect(env.recorded('toss').map(({ gremlin }) => gremlin)).toEqual(['night'])
  })

  it('lets the service listen again when the last of overlapping windows ends', async () => {
    const { env } = node([outage(), outage({ name: 'dawn', fromMs: 400, toMs: 800 })])
    await env.advance(600)
    expect(env.listening).toEqual([false])
    await env.advance(200)
    expect(env.listening).toEqual([false, true])
  })

  it('cannot be placed in time before the traffic starts', async () => {
    const { windows } = unleash([outage()], { service: 'inventory', trafficStartMs: () => null })
    await expect(windows(fakeEnv())).rejects.toThrow('start of the traffic')
  })
})

describe('a window that is switched by hand', () => {
  function live(more: Partial<GremlinSetting> = {}) {
    const env = fakeEnv({ nowMs: START_MS })
    const healing = new AbortController()
    const unleashed = unleash([outage(more)], { service: 'inventory', trafficStartMs: () => START_MS })
    void unleashed.windows(env, healing.signal)
    const turn = (on: boolean) => unleashed.change({ gremlin: 'night', on })
    const schedule = () => unleashed.change({ gremlin: 'night', on: true, scheduled: true })
    return { env, turn, schedule, heal: () => healing.abort() }
  }

  it('opens at once and stays open until it is closed, whatever its times and its probability say', async () => {
    const { env, turn } = live({ probability: 0 })
    turn(true)
    await env.advance(2_000)
    expect(env.listening).toEqual([false])
    turn(false)
    await env.advance(1)
    expect(env.listening).toEqual([false, true])
    expect(env.recorded('strike')).toHaveLength(1)
  })
  it('closes before its time, and never opens where it had not opened yet', async () => {
    const open = live()
    await open.env.advance(300)
    open.turn(false)
    await open.env.advance(1)
    expect(open.env.listening).toEqual([false, true])
    const early = live()
    early.turn(false)
    await early.env.advance(1_000)
    expect(early.env.listening).toEqual([])
  })
  it('is left to its own times again', async () => {
    const { env, turn, schedule } = live()
    turn(true)
    await env.advance(100)
    schedule()
    await env.advance(1)
    expect(env.listening).toEqual([false, true])
    await env.advance(1_000)
    expect(env.listening).toEqual([false, true, false, true])
  })
  it('ends when all is healed', async () => {
    const { env, turn, heal } = live()
    turn(true)
    await env.advance(10)
    heal()
    await env.advance(1)
    expect(env.listening).toEqual([false, true])
  })
  it('is as it was switched in the next life as well', async () => {
    for (const [on, listening] of [
      [true, [false]],
      [false, []],
    ] as const) {
      const env = fakeEnv({ nowMs: START_MS + 10 })
      const next = unleash([outage()], { service: 'inventory', trafficStartMs: () => START_MS })
      next.change({ gremlin: 'night', on })
      void next.windows(env)
      await env.advance(1_000)
      expect(env.listening).toEqual(listening)
    }
  })
})
