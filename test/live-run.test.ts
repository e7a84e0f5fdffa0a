/** A run that somebody watches in the virtual world: what they see of it, and what they can do. */

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Change } from '../src/core/change.ts'
import { ChangeRefused, type Snapshot } from '../src/core/live.ts'
import type { Scenario } from '../src/core/scenario.ts'
import { essenceOf, untilJudged, type Watched, watch } from './support/live.ts'
import { linesOf, pause, readJournals, run, variantOf } from './support/runs.ts'
import { gremlin, smallScenario, VARIANTS, withTimeout } from './support/scenarios.ts'

const LOST = gremlin('dropped-answer', 'payment', { probability: 0.3 })

const GUARDED = withTimeout(VARIANTS.key, 2_000)

/** Three seconds of traffic, which go by in less than one. */
function scenarioOf(changes: Partial<Scenario> = {}): Scenario {
  return smallScenario({
    traffic: { orders: 60, ratePerSecond: 20, mostUnits: 1 },
    buyers: { patienceMs: 4_000, refreshes: 1, pauseMs: 50 },
    gremlins: [LOST],
    variants: [GUARDED],
    ...changes,
  })
}

const gremlinIn = ({ variants }: Snapshot, name: string, nth = 0) =>
  variants[nth]?.gremlins.find((each) => each.name === name)
const policyIn = ({ variants }: Snapshot, name: string, nth = 0) =>
  variants[nth]?.policies.find(({ policy }) => policy === name)

function reasonsOf(act: () => void): readonly string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof ChangeRefused) return error.reasons
    throw error
  }
  return []
}

/** What is shown that changes may move. */
function togglesOf({ control }: Watched) {
  return control.snapshot().variants.map(({ gremlins, policies, workflow, trafficOn }) => ({
    ...{ policies, workflow, trafficOn },
    gremlins: gremlins.map(({ name, state, probability, endsInMs }) => ({ name, state, probability, endsInMs })),
  }))
}

const EVERY_KIND: readonly Change[] = [
  { gremlin: LOST.name, on: true, probability: 0.9 },
  { gremlin: 'mine', on: true, setting: gremlin('error-answer', 'fx', { name: 'mine', probability: 0.5 }) },
  { policy: 'timeout', edge: null, on: false },
  { policy: 'retry', edge: 'order→notification', on: false },
  { workflow: { workflow: 'saga', options: {} } },
  { traffic: 'off' },
]

describe('changes', () => {
  it('of every kind are shown at once, told in the feed, and taken back', async () => {
    const watched = watch(scenarioOf())
    const { control } = watched
    await watched.until(({ phase, elapsedMs }) => phase === 'traffic' && elapsedMs > 200)
    const before = togglesOf(watched)
    control.change(EVERY_KIND)
    const snapshot = control.snapshot()
    expect(gremlinIn(snapshot, LOST.name)).toMatchObject({ state: 'on', probability: 0.9 })
    expect(gremlinIn(snapshot, 'mine')).toMatchObject({ gremlin: 'error-answer', on: 'fx', state: 'on' })
    expect(policyIn(snapshot, 'timeout')).toMatchObject({ on: false })
    expect(policyIn(snapshot, 'retry')).toMatchObject({ on: true })
    expect(snapshot.variants[0]).toMatchObject({ workflow: { current: 'saga' }, trafficOn: false })
    const told = snapshot.variants[0]?.feed.filter(({ kind }) => kind === 'change')
    expect(told).toHaveLength(EVERY_KIND.length)

    control.reset()
    const [after] = togglesOf(watched)
    expect(after?.gremlins.at(-1)).toMatchObject({ name: 'mine', state: 'off' })
    expect([{ ...after, gremlins: after?.gremlins.slice(0, 1) }]).toEqual(before)
    const ran = await untilJudged(watched)
    // A policy that was taken out everywhere is put back place by place.
    const places = 9
    expect(variantOf(ran.result, 'retry+key').changes).toHaveLength(EVERY_KIND.length * 2 + places - 1)
    const lines = readJournals(ran.folder, 'retry+key')
    const changed = linesOf(lines, 'changed').map(({ node, what }) => `${node} ${what}`)
    const each = ['fx mine', 'order workflow', `payment ${LOST.name}`, 'traffic traffic']
    expect(changed.sort()).toEqual(each.flatMap((what) => [what, what]))
    const switched = linesOf(lines, 'policy').filter(({ what }) => what === 'switched')
    const [off, on] = [0, 1].map((amount) => switched.filter((line) => line.amount === amount))
    expect(off?.map(({ policy, edge }) => `${policy} ${edge}`).sort()).toEqual(
      on?.map(({ policy, edge }) => `${policy} ${edge}`).sort(),
    )
  })

  it('are all made or none, with a sentence for each that cannot be', async () => {
    const watched = watch(scenarioOf())
    await watched.until(({ phase }) => phase === 'traffic')
    const before = togglesOf(watched)
    const change = () =>
      watched.control.change([
        ...EVERY_KIND,
        { gremlin: 'nobody', on: true },
        { policy: 'breaker', edge: null, on: false },
        { workflow: { workflow: 'wishful', options: {} } },
      ])
    expect(reasonsOf(change)).toHaveLength(3)
    expect(togglesOf(watched)).toEqual(before)
    const ran = await untilJudged(watched)
    expect(variantOf(ran.result, 'retry+key').changes).toBeUndefined()
    expect(linesOf(readJournals(ran.folder, 'retry+key'), 'changed')).toEqual([])
  })

  it('can be made neither before the traffic nor after it', async () => {
    const watched = watch(scenarioOf({ traffic: { ...scenarioOf().traffic, orders: 10 } }))
    const change = () => watched.control.change([{ traffic: 'off' }])
    expect(reasonsOf(change)).toEqual(['nothing can be changed now: the services are starting'])
    expect(reasonsOf(watched.control.reset)).toHaveLength(1)
    await watched.until(({ phase }) => phase === 'over')
    expect(reasonsOf(change)).toEqual(['nothing can be changed now: the run is over'])
  })

  it('do what they say: a gremlin that is let loose strikes, and one that is held back does not', async () => {
    const gremlins = [{ ...LOST, probability: 1, attempts: [1] }]
    const watched = watch(scenarioOf({ traffic: { ...scenarioOf().traffic, orders: 100 }, gremlins }))
    await watched.changeAt(0, { gremlin: LOST.name, on: false })
    const held = watched.view()
    await watched.changeAt(1_500, { gremlin: LOST.name, on: true })
    const loose = watched.view()
    const { folder } = await untilJudged(watched)
    const lines = readJournals(folder, 'retry+key')
    const startMs = linesOf(lines, 'asked')[0]?.atMs ?? 0
    const strikes = linesOf(lines, 'strike').map(({ atMs }) => atMs - startMs)
    const between = (atMs: number) => atMs > held.elapsedMs + 2 && atMs < loose.elapsedMs
    expect(strikes.length).toBeGreaterThan(5)
    expect(strikes.filter(between)).toEqual([])
    expect(linesOf(lines, 'toss').filter(({ atMs }) => between(atMs - startMs))).toEqual([])
  })
})

describe('a gremlin with a time to live', () => {
  it('ends by itself, also when nobody asks any more', async () => {
    const watched = watch(scenarioOf(), { speed: 2 })
    await watched.until(({ phase }) => phase === 'traffic')
    watched.control.change([{ gremlin: LOST.name, on: true, probability: 1 }], 120)
    const shown = gremlinIn(watched.control.snapshot(), LOST.name)
    expect(shown?.endsInMs).toBeGreaterThan(0)
    expect(shown?.endsInMs).toBeLessThanOrEqual(120)
    // Nobody looks, nobody asks.
    await pause(300)
    expect(gremlinIn(watched.control.snapshot(), LOST.name)).toMatchObject({ state: 'off', endsInMs: null })
    watched.control.end()
    const [ran] = await watched.ended
    const [loose, held] = linesOf(readJournals(ran!.folder, 'retry+key'), 'changed')
    expect([loose?.detail, held?.detail]).toEqual([
      `${LOST.name} let loose, with probability 1`,
      `${LOST.name} held back`,
    ])
    // On the world's clock, which a busy machine may keep behind its own.
    expect(held!.atMs).toBeGreaterThan(loose!.atMs)
    const changes = variantOf(ran!.result, 'retry+key').changes
    expect(changes?.map((each) => 'on' in each && each.on)).toEqual([true, false])
  })

  it('stays loose when it is let loose again without one', async () => {
    const watched = watch(scenarioOf(), { speed: 2 })
    await watched.until(({ phase }) => phase === 'traffic')
    watched.control.change([{ gremlin: LOST.name, on: true }], 60)
    watched.control.change([{ gremlin: LOST.name, on: true }])
    await pause(150)
    expect(gremlinIn(watched.control.snapshot(), LOST.name)).toMatchObject({ state: 'on', endsInMs: null })
  })
})

it('begins again with the same seed, and everything is as at first', async () => {
  const watched = watch(scenarioOf())
  await watched.changeAt(500, ...EVERY_KIND)
  watched.control.restart()
  await watched.until(({ trafficOn, phase }) => phase === 'traffic' && trafficOn)
  expect(togglesOf(watched)[0]).toMatchObject({
    gremlins: [{ name: LOST.name, state: 'scheduled', probability: 0.3, endsInMs: null }],
    trafficOn: true,
    workflow: { current: 'sequential' },
  })
  const ran = await untilJudged(watched)
  const all = await watched.ended
  expect(all.map(({ result }) => result.interrupted)).toEqual(['begun again by hand', null])
  expect(new Set(all.map(({ folder }) => folder)).size).toBe(2)
  // Nothing of the first one is left in the second: it goes as if nobody had watched.
  const alone = await run(scenarioOf(), { mode: 'virtual', seed: 42 })
  expect(essenceOf(ran, 'retry+key')).toEqual(essenceOf(alone, 'retry+key'))
})

describe('the end', () => {
  it('by hand keeps what was measured, and says so', async () => {
    const watched = watch(scenarioOf())
    await watched.until(({ orders }) => orders.confirmed >= 10)
    watched.control.end()
    expect(watched.control.snapshot().notice).toBe('ending: what was measured is kept')
    watched.control.restart()
    const [ran, ...more] = await watched.ended
    expect(more).toEqual([])
    expect(ran?.result).toMatchObject({ interrupted: 'ended by hand', verdict: 'INCONCLUSIVE', error: null })
    const { orders } = variantOf(ran!.result, 'retry+key')
    expect(orders.confirmed).toBeGreaterThanOrEqual(10)
    expect(orders.arrived).toBeLessThan(60)
    expect(JSON.parse(readFileSync(path.join(ran!.folder, 'result.json'), 'utf8'))).toEqual(ran!.result)
  })

  it('by hand does not wait for a slow clock', async () => {
    // Whoever has asked is answered after three seconds, of which each is ten.
    const slow = gremlin('latency', 'payment', { options: { distribution: 'uniform', fromMs: 3_000, toMs: 3_001 } })
    const watched = watch(scenarioOf({ gremlins: [slow] }), { speed: 0.1 })
    await watched.until(({ orders }) => orders.arrived >= 2)
    const sinceMs = performance.now()
    watched.control.end()
    await watched.ended
    expect(performance.now() - sinceMs).toBeLessThan(10_000)
  })

  it('by signal is the same, with its reason', async () => {
    const stop = new AbortController()
    const watched = watch(scenarioOf(), { signal: stop.signal })
    await watched.until(({ orders }) => orders.arrived >= 5)
    stop.abort('stopped by SIGINT')
    const [ran] = await watched.ended
    expect(ran?.result).toMatchObject({ interrupted: 'stopped by SIGINT', error: null })
  })

  it('comes at once when everything is over already', async () => {
    const watched = watch(scenarioOf())
    const over = await watched.until(({ phase }) => phase === 'over')
    expect(over.verdict).not.toBeNull()
    watched.control.end()
    const [ran] = await watched.ended
    expect(ran?.result.interrupted).toBeNull()
    expect(over.verdict).toBe(ran?.result.verdict)
  })

  it('comes by itself where nobody is there to look at it', async () => {
    const { ended } = watch(scenarioOf(), { untilOver: true })
    const [ran, ...more] = await ended
    expect(more).toEqual([])
    expect(ran?.result).toMatchObject({ interrupted: null, error: null })
    expect(variantOf(ran!.result, 'retry+key').orders.arrived).toBe(60)
  })
})

describe('side by side', () => {
  const beside = scenarioOf({ variants: [GUARDED, VARIANTS.retry] })

  it('both meet gremlins and traffic, and only the first has its policies and its workflow changed', async () => {
    const watched = watch(beside, { versus: true })
    await watched.until(({ phase }, { variants }) => phase === 'traffic' && variants[1]?.phase === 'traffic')
    watched.control.change([{ gremlin: LOST.name, on: true, probability: 0.7 }, ...EVERY_KIND.slice(1)])
    const [first, second] = togglesOf(watched)
    expect(second?.gremlins).toEqual(first?.gremlins)
    expect([first?.trafficOn, second?.trafficOn]).toEqual([false, false])
    expect([first?.workflow.current, second?.workflow.current]).toEqual(['saga', 'sequential'])
    const retryOf = (nth: number) => policyIn(watched.control.snapshot(), 'retry', nth)
    watched.control.change([{ policy: 'retry', edge: null, on: false }])
    expect([retryOf(0)?.on, retryOf(1)?.on]).toEqual([false, true])
    watched.control.change([{ traffic: 'on' }])
    const { result } = await untilJudged(watched)
    expect(result.variants.map(({ changes }) => changes?.length)).toEqual([EVERY_KIND.length + 2, 4])
    expect(result.error).toBeNull()
  })

  it('a control arm meets none, and is not changed', async () => {
    const control = { ...VARIANTS.retry, name: 'control', gremlins: 'none' as const }
    const watched = watch(scenarioOf({ variants: [GUARDED, control] }), { versus: true })
    await watched.until(({ phase }, { variants }) => phase === 'traffic' && variants[1]?.phase === 'traffic')
    watched.control.change(EVERY_KIND.slice(0, 2))
    expect(togglesOf(watched)[1]?.gremlins).toEqual([])
    const { folder, result } = await untilJudged(watched)
    expect(variantOf(result, 'control').changes).toBeUndefined()
    expect(linesOf(readJournals(folder, 'control'), 'strike')).toEqual([])
  })
})
