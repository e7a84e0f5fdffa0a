/** What every gremlin of the catalogue must do, whatever it does when it strikes. */

import { describe, expect, it } from 'vitest'
import { aRequest, aSignal, fakeCallee, fakeEnv } from '../../test/support/fake-env.ts'
import type { JsonObject, Request } from '../core/call.ts'
import type { GremlinSetting } from '../core/gremlin.ts'
import type { Layer } from '../core/layer.ts'
import type { Point } from '../core/point.ts'
import { GREMLINS } from './catalogue.ts'
import { type Unleashed, unleash } from './wrapper.ts'

/** Options for the gremlins that cannot do without. */
const OPTIONS: Readonly<Record<string, JsonObject>> = {
  latency: { fromMs: 10, toMs: 20 },
  pause: { fromMs: 10, toMs: 20 },
}

const START_MS = 1_000

function settingOf(gremlin: string, more: Partial<GremlinSetting> = {}): GremlinSetting {
  return {
    name: `the-${gremlin}`,
    gremlin,
    on: 'inventory',
    operations: [],
    purchases: [],
    attempts: [],
    at: GREMLINS[gremlin]?.place === 'point' ? ['before-work'] : [],
    probability: 1,
    fromMs: 0,
    toMs: null,
    options: OPTIONS[gremlin] ?? {},
    ...more,
  }
}

/** Where the gremlin waits. A layer that does nothing where it waits for another service. */
function layerOf(name: string, { layer, atPoint }: Unleashed): Layer {
  const { place } = GREMLINS[name]!
  if (place === 'call') return layer
  return atPoint(place === 'point' ? 'before-work' : (place as Point)) ?? ((next) => next)
}

interface Situation {
  readonly setting?: Partial<GremlinSetting>
  readonly request?: Partial<Request>
  /** Milliseconds after the traffic's start; null: it has not started. */
  readonly sinceMs?: number | null
  readonly seed?: number
}

/** Runs one call past the gremlin and gives what was recorded. */
async function meet(name: string, { setting, request, sinceMs = 0, seed = 42 }: Situation) {
  const env = fakeEnv({ nowMs: START_MS + (sinceMs ?? 0), seed })
  const unleashed = unleash([settingOf(name, setting)], {
    service: 'inventory',
    trafficStartMs: () => (sinceMs === null ? null : START_MS),
  })
  const callee = fakeCallee()
  layerOf(name, unleashed)(callee.call, env)(aRequest(request), aSignal()).catch(() => undefined)
  await env.advance(60_000)
  return { env, callee, tosses: env.recorded('toss'), strikes: env.recorded('strike') }
}

const all = Object.entries(GREMLINS)
const aroundWork = all.filter(([, { place }]) => place !== 'window')

describe('the catalogue of gremlins', () => {
  it.each(all)('knows %s by its own name, with one line about it', (key, gremlin) => {
    expect(gremlin.name).toBe(key)
    expect(gremlin.name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(gremlin.summary).toMatch(/^[A-Z].{10,100}\.$/)
  })

  it.each(all)('refuses an option that %s does not have', (key, gremlin) => {
    expect(gremlin.options.safeParse({ ...OPTIONS[key], surprise: 1 }).success).toBe(false)
    expect(gremlin.options.safeParse(OPTIONS[key] ?? {}).success).toBe(true)
  })

  it('only calls fatal what ends the process', () => {
    expect(all.filter(([, { fatal }]) => fatal).map(([key]) => key)).toEqual([
      'crash-before-work',
      'crash-after-commit',
      'kill',
      'crash',
    ])
  })
})

describe.each(aroundWork)('%s', (name, { fatal, place }) => {
  const request: Partial<Request> = { operation: 'do', purchase: 'p-3', effect: 'deduct', attempt: 2 }

  it('strikes always at probability 1, and has it on record', async () => {
    const { tosses, strikes } = await meet(name, { request })
    const moment = place === 'point' ? { at: 'before-work' } : {}
    const about = { gremlin: `the-${name}`, operation: 'do', purchase: 'p-3', effect: 'deduct', attempt: 2, ...moment }
    expect(tosses).toEqual([{ type: 'toss', ...about, struck: true }])
    expect(strikes).toEqual([{ type: 'strike', ...about, kind: name, fatal, takes: [] }])
  })

  it('has its strike on record before the damage', async () => {
    const env = fakeEnv({ nowMs: START_MS })
    const unleashed = unleash([settingOf(name)], { service: 'inventory', trafficStartMs: () => START_MS })
    let strikesSeen = -1
    const watch = () => {
      if (strikesSeen < 0) strikesSeen = env.recorded('strike').length
    }
    const crash = () => {
      watch()
      return env.crash()
    }
    const watched = Object.create(env, { crash: { value: crash } })
    const call = layerOf(name, unleashed)(async () => {
      watch()
      return { status: 200, body: {} }
    }, watched)
    call(aRequest(), aSignal()).catch(watch)
    await env.advance(60_000)
    // A gremlin that neither works nor fails answers by itself, which is seen at the end.
    watch()
    expect(strikesSeen).toBe(1)
  })

  it('tosses and never strikes at probability 0', async () => {
    const { callee, tosses, strikes } = await meet(name, { setting: { probability: 0 } })
    expect(tosses.map(({ struck }) => struck)).toEqual([false])
    expect(strikes).toEqual([])
    expect(callee.requests).toHaveLength(1)
  })

  const untouched: Readonly<Record<string, Situation>> = {
    'before the traffic starts': { sinceMs: null },
    'before the moment of the start': { sinceMs: -1 },
    'before its window': { setting: { fromMs: 500, toMs: 900 }, sinceMs: 499 },
    'at the end of its window': { setting: { fromMs: 500, toMs: 900 }, sinceMs: 900 },
    'on another operation': { setting: { operations: ['undo', 'query'] } },
    'on another purchase': { setting: { purchases: ['p-1', 'p-30'] } },
    'on another attempt': { setting: { attempts: [1, 3] } },
    'on another service': { setting: { on: 'payment' } },
  }
  it.each(Object.entries(untouched))('neither tosses nor strikes %s', async (_, situation) => {
    const { callee, env } = await meet(name, { request, ...situation })
    expect(env.records).toEqual([])
    expect(callee.requests).toHaveLength(1)
    expect(env.crashes()).toBe(0)
    expect(env.timers()).toBe(0)
  })

  const struck: Readonly<Record<string, Situation>> = {
    'from the first moment of its window': { setting: { fromMs: 500, toMs: 900 }, sinceMs: 500 },
    'on a listed operation': { setting: { operations: ['undo', 'do'] } },
    'on a listed purchase': { setting: { purchases: ['p-1', 'p-3'] } },
    'on a listed attempt': { setting: { attempts: [2] } },
  }
  it.each(Object.entries(struck))('strikes %s', async (_, situation) => {
    const { strikes } = await meet(name, { request, ...situation })
    expect(strikes).toHaveLength(1)
  })

  it('has the same luck for the same key in every instance, and other luck elsewhere', async () => {
    const fall = async (seed: number) => {
      const falls: boolean[] = []
      for (let i = 0; i < 40; i++) {
        const { tosses } = await meet(name, { setting: { probability: 0.5 }, request: { purchase: `p-${i}` }, seed })
        falls.push(tosses[0]!.struck)
      }
      return falls
    }
    const once = await fall(7)
    expect(await fall(7)).toEqual(once)
    expect(await fall(8)).not.toEqual(once)
    expect(new Set(once).size).toBe(2)
  })
})
