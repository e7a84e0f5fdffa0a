import { describe, expect, it } from 'vitest'
import { fakeEnv } from '../../test/support/fake-env.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import { unleash } from './wrapper.ts'

const CUT: GremlinSetting = {
  name: 'cut',
  gremlin: 'partition',
  on: 'payment',
  operations: [],
  purchases: [],
  attempts: [],
  at: [],
  probability: 1,
  fromMs: 200,
  toMs: 500,
  options: {},
}

function node(healed?: AbortSignal, settings = [CUT]) {
  const env = fakeEnv({ nowMs: 1_000, service: 'payment' })
  void unleash(settings, { service: 'payment', trafficStartMs: () => 1_000 }).windows(env, healed)
  return env
}

describe('partition', () => {
  it('cuts the service off in both directions, from its start to its end', async () => {
    const env = node()
    await env.advance(199)
    expect([env.listening, env.reaching]).toEqual([[], []])
    await env.advance(1)
    expect([env.listening, env.reaching]).toEqual([[false], [false]])
    await env.advance(300)
    expect([env.listening, env.reaching]).toEqual([
      [false, true],
      [false, true],
    ])
  })

  it('ends when the run is healed', async () => {
    const healed = new AbortController()
    const env = node(healed.signal)
    await env.advance(250)
    healed.abort()
    await env.advance(0)
    expect(env.reaching).toEqual([false, true])
  })

  it('lasts until the last of overlapping ones ends, and an outage inside it ends nothing', async () => {
    const second = { ...CUT, name: 'again', fromMs: 400, toMs: 800 }
    const outage = { ...CUT, name: 'night', gremlin: 'outage', fromMs: 300, toMs: 600 }
    const env = node(undefined, [CUT, outage, second])
    await env.advance(700)
    expect([env.listening, env.reaching]).toEqual([[false], [false]])
    await env.advance(100)
    expect([env.listening, env.reaching]).toEqual([
      [false, true],
      [false, true],
    ])
  })
})
