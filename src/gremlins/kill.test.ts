import { expect, it } from 'vitest'
import { Crashed, fakeEnv } from '../../test/support/fake-env.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import { unleash } from './wrapper.ts'

const START_MS = 1_000

function kill(more: Partial<GremlinSetting> = {}): GremlinSetting {
  const whom = { operations: [], purchases: [], attempts: [], at: [] }
  return {
    name: 'reaper',
    gremlin: 'kill',
    on: 'bank',
    ...whom,
    probability: 1,
    fromMs: 200,
    toMs: 500,
    options: {},
    ...more,
  }
}

/** A life of the bank that begins some time after the traffic's start. */
function life(setting: GremlinSetting, sinceMs = 0) {
  const env = fakeEnv({ nowMs: START_MS + sinceMs })
  const { windows } = unleash([setting], { service: 'bank', trafficStartMs: () => START_MS })
  windows(env).catch((error) => {
    if (!(error instanceof Crashed)) throw error
  })
  return env
}

it('kills at its moment, and says so before', async () => {
  const env = life(kill())
  await env.advance(199)
  expect(env.records).toEqual([])
  await env.advance(1)
  expect(env.recorded('strike')).toMatchObject([{ gremlin: 'reaper', kind: 'kill', purchase: '', fatal: true }])
  expect(env.crashes()).toBe(1)
})

it('kills whoever comes back before the window ends, and nobody after', async () => {
  const back = life(kill(), 499)
  await back.advance(0)
  expect(back.crashes()).toBe(1)
  const later = life(kill(), 500)
  await later.advance(1_000)
  expect(later.crashes()).toBe(0)
})

it('kills nobody whose coin does not come up', async () => {
  const env = life(kill({ probability: 0 }))
  await env.advance(1_000)
  expect(env.recorded('toss')).toHaveLength(1)
  expect(env.crashes()).toBe(0)
})
