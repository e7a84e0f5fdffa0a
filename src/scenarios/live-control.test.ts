import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import type { Change } from '../core/change.ts'
import { ChangeRefused, type Snapshot } from '../core/live.ts'
import type { Scenario } from '../core/scenario.ts'
import { controlOf } from './live-control.ts'
import { MOST_CHANGES } from './live-refusals.ts'
import { openStage } from './live-stage.ts'

const LATE = gremlin('error-answer', 'payment', { probability: 0.3 })
const outDir = temporaryFolder('control')
const at = (atMs: number) => ({ atMs })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A stage whose world does nothing but remember, at a time that the test says. */
function setUp(changes: Partial<Omit<Scenario, 'traffic'>> = {}) {
  const scenario = smallScenario({ gremlins: [LATE], ...changes })
  const variant = scenario.variants[0]!
  const stage = openStage(scenario, variant)
  const clock = { nowMs: 1_000 }
  const heard: { readonly change: Change; readonly atMs: number }[] = []
  stage.opened({
    change: (change, inMs) => void heard.push({ change, atMs: clock.nowMs + inMs - 1_000 }),
    nowMs: () => clock.nowMs,
    poll() {},
    close() {},
  })
  stage.started(1_000)
  const controlled = controlOf({
    ...{ scenario, seed: 42, mode: 'virtual', outDir },
    ...{ main: () => stage, beside: () => undefined, variants: () => [stage.view()] },
    ...{ caption: () => null, notice: () => null, takenOver() {}, restart() {}, end() {} },
  })
  const { control } = controlled
  const toggles = () => {
    const { gremlins, policies, workflow, trafficOn } = control.snapshot().variants[0]!
    return { gremlins, policies, workflow, trafficOn }
  }
  return { stage, clock, heard, controlled, control, toggles }
}

describe('a change', () => {
  it('comes at the next whole millisecond, on the clock of the traffic', () => {
    const { control, heard, clock, stage } = setUp()
    clock.nowMs = 1_234.567
    control.change([{ traffic: 'off' }])
    clock.nowMs = 1_300
    control.change([{ traffic: 'on' }])
    expect(heard.map(({ atMs }) => Math.round(atMs * 1_000) / 1_000)).toEqual([235, 301])
    expect(stage.made()).toMatchObject([at(235), at(301)])
  })

  it('of no kind is made when one of them cannot be', () => {
    const { control, heard } = setUp()
    expect(() => control.change([{ traffic: 'off' }, { gremlin: 'nobody', on: true }])).toThrow(ChangeRefused)
    expect(heard).toEqual([])
  })
})

describe('what is taken back', () => {
  const partly: Change[] = [
    { policy: 'retry', edge: 'order→payment', on: false },
    { workflow: { workflow: 'sequential', options: { stock: 'ask-then-deduct' } } },
    { gremlin: LATE.name, on: false, probability: 0.9 },
    { traffic: 'off' },
  ]

  it('is a policy in one place, a workflow’s options, and a gremlin’s strength', () => {
    const { control, heard, toggles, stage } = setUp()
    const before = [toggles(), stage.state()]
    control.change(partly)
    control.reset()
    expect([toggles(), stage.state()]).toEqual(before)
    expect(heard.slice(partly.length).map(({ change }) => change)).toEqual([
      { gremlin: LATE.name, on: true, scheduled: true },
      { policy: 'retry', edge: 'order→payment', on: true },
      { workflow: VARIANTS.key.workflow },
      { traffic: 'on' },
    ])
    control.reset()
    expect(heard).toHaveLength(2 * partly.length)
  })

  it('is as the scenario has it by then, not as it was at first', () => {
    const saga = { workflow: 'saga', options: {} }
    const { control, stage, clock } = setUp({
      switches: [
        { atMs: 100, policy: 'retry', edge: 'order→payment', on: false },
        { atMs: 100, workflow: saga },
        { atMs: 100, gremlin: LATE.name, on: true, probability: 0.7 },
        { atMs: 900, traffic: 'off' },
      ],
    })
    clock.nowMs += 200
    const before = stage.state()
    expect(before).toMatchObject({ workflow: saga, trafficOn: true, gremlins: [{ state: 'on', probability: 0.7 }] })
    control.change([
      { policy: 'retry', edge: null, on: true },
      { workflow: { workflow: '2pc', options: {} } },
      { gremlin: LATE.name, on: false },
    ])
    control.reset()
    expect(stage.state()).toEqual(before)
  })

  it('is a gremlin that another one took the place of', () => {
    const { control, heard, stage } = setUp()
    const before = stage.state()
    const other = gremlin('delay', 'fx', { name: LATE.name, options: { ms: 5 } })
    control.change([{ gremlin: LATE.name, on: true, setting: other }])
    expect(stage.state().gremlins).toMatchObject([{ gremlin: 'delay', on: 'fx' }])
    control.reset()
    expect(stage.state()).toEqual(before)
    expect(heard.at(-1)?.change).toEqual({ gremlin: LATE.name, on: true, scheduled: true, setting: LATE })
  })
})

describe('however many changes there were', () => {
  const flip = (n: number): Change => ({ traffic: n % 2 === 0 ? 'off' : 'on' })

  it('a gremlin ends by itself, and everything can be taken back', () => {
    const { control, stage } = setUp()
    control.change([{ gremlin: LATE.name, on: true }], 100)
    for (let n = 1; n < MOST_CHANGES; n++) control.change([flip(n - 1)])
    expect(() => control.change([flip(0)])).toThrow(`no more than ${MOST_CHANGES} changes`)
    vi.advanceTimersByTime(100)
    expect(stage.state()).toMatchObject({ gremlins: [{ state: 'off' }], trafficOn: false })
    control.reset()
    expect(stage.state()).toMatchObject({ gremlins: [{ state: 'scheduled' }], trafficOn: true })
  })
})

describe('a time to live', () => {
  it('counts anew when the gremlin is let loose again, and not at all when it was held back', () => {
    const { control, heard, toggles } = setUp()
    control.change([{ gremlin: LATE.name, on: true }], 100)
    vi.advanceTimersByTime(60)
    control.change([{ gremlin: LATE.name, on: true }], 100)
    vi.advanceTimersByTime(60)
    expect(heard).toHaveLength(2)
    vi.advanceTimersByTime(40)
    expect(heard.at(-1)?.change).toEqual({ gremlin: LATE.name, on: false })
    control.change([{ gremlin: LATE.name, on: true }], 100)
    control.change([{ gremlin: LATE.name, on: false }])
    vi.advanceTimersByTime(500)
    expect(heard).toHaveLength(5)
    expect(toggles().gremlins).toMatchObject([{ state: 'off', endsInMs: null }])
  })

  it('is over with the traffic, and with the run', () => {
    const { control, heard, stage, controlled } = setUp()
    control.change([{ gremlin: LATE.name, on: true }], 100)
    stage.phase('waiting-for-quiet')
    vi.advanceTimersByTime(200)
    stage.phase('traffic')
    control.change([{ gremlin: LATE.name, on: true }], 100)
    controlled.close()
    vi.advanceTimersByTime(200)
    expect(heard).toHaveLength(2)
  })
})

describe('whoever watches', () => {
  it('sees how things stand at once, four times a second, and at the end', () => {
    const { control, controlled } = setUp()
    const seen: Snapshot[] = []
    const stop = control.watch((snapshot) => void seen.push(snapshot))
    vi.advanceTimersByTime(1_000)
    expect(seen).toHaveLength(5)
    stop()
    vi.advanceTimersByTime(1_000)
    expect(seen).toHaveLength(5)
    control.watch((snapshot) => void seen.push(snapshot))
    controlled.close()
    vi.advanceTimersByTime(1_000)
    expect(seen).toHaveLength(7)
  })

  it('and throws at once does not watch; what one throws later is a bug, and ends the process', () => {
    const { control } = setUp()
    const bug = () => {
      throw new Error('a bug in whoever watches')
    }
    expect(() => control.watch(bug)).toThrow('a bug in whoever watches')
    vi.advanceTimersByTime(1_000)
    let looks = 0
    control.watch(() => {
      looks += 1
      if (looks > 1) bug()
    })
    expect(() => vi.advanceTimersByTime(250)).toThrow('a bug in whoever watches')
    // Whoever catches it goes on as before.
    expect(() => vi.advanceTimersByTime(250)).toThrow('a bug in whoever watches')
  })
})

it('saves nothing where nobody has come by the plan', async () => {
  const { control, stage } = setUp()
  for (const phase of ['starting', 'ready'] as const) {
    stage.phase(phase)
    await expect(control.save()).rejects.toThrow('there is nothing to save')
  }
  expect(existsSync(`${outDir}/saved`)).toBe(false)
  stage.phase('traffic')
  expect(existsSync(await control.save())).toBe(true)
})
