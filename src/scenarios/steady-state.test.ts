import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import type { Laboratory } from '../runtime/real/laboratory.ts'
import type { Plan } from '../runtime/real/plan.ts'
import { openVirtually } from './open-virtually.ts'
import { driveWarm, isCold, longWarmUp, reachSteadyState, warmAgain, warmUpFolder } from './steady-state.ts'
import { warmUpOf } from './warm-up.ts'

const calm = warmUpOf(smallScenario({ variants: [VARIANTS.naive] }))
/** Loses the first order. */
const lossy = { ...calm, gremlins: [gremlin('dropped-request', 'payment', { purchases: ['p-1'] })] }

/** A world for each plan, in place of processes that move to other stores. */
function openLab(opening: Plan) {
  let world = openVirtually(opening)
  const folders = [opening.folder]
  const arrived: number[] = []
  onTestFinished(() => world.close())
  return {
    folders,
    arrived,
    async drive(...given: Parameters<Laboratory['drive']>) {
      const driven = await world.drive(...given)
      arrived.push(driven.arrived)
      return driven
    },
    async prepare(next: Plan) {
      await world.close()
      folders.push(next.folder)
      world = openVirtually(next)
    },
  }
}

/** Stands on the first pass; the others are of the plan. */
function warm(name: string, first: Scenario, others: Scenario): Promise<void> {
  const root = temporaryFolder(name)
  const plan = { scenario: others, variant: 'naive', seed: 1 }
  return reachSteadyState(openLab({ ...plan, scenario: first, folder: warmUpFolder(root, 1) }), plan, root)
}

describe('the steady state', () => {
  it('is reached when every order is confirmed', () => warm('steady', calm, calm))

  it('may take a second pass: the first meets services that are cold', () => warm('cold', lossy, calm))

  it('is none when the last pass loses an order, too', async () => {
    await expect(warm('never', lossy, lossy)).rejects.toThrow(
      'no steady state: only 39 of 40 warm-up orders were confirmed although no gremlin was loose',
    )
  })
})

describe('being driven warm', () => {
  it('takes as many orders as are asked for, loses some, and stands on the first pass then', async () => {
    const root = temporaryFolder('long')
    const plan = { scenario: lossy, variant: 'naive', seed: 1 }
    const first = { ...plan, scenario: calm, folder: warmUpFolder(root, 1) }
    const warmUp = longWarmUp(plan, 100, root)
    const lab = openLab(warmUp)
    await driveWarm(lab, { warmUp, lives: 3, next: first }, new AbortController().signal)
    expect(lab.arrived).toEqual([100, 100, 100])
    await reachSteadyState(lab, { ...plan, scenario: calm }, root)
    expect(lab.arrived).toEqual([100, 100, 100, 40])
    const [begins, ...passes] = [0, 1, 2].map((pass) => warmUpFolder(root, pass))
    expect(lab.folders).toEqual([begins, `${begins}-1`, `${begins}-2`, ...passes])
  })

  it('comes again between two variants, where a process was started again', async () => {
    expect(isCold({ restarts: {} })).toBe(false)
    expect(isCold({ restarts: { bank: 1 } })).toBe(true)
    const root = temporaryFolder('again')
    const last = { scenario: lossy, variant: 'naive', seed: 1, folder: join(root, 'last') }
    const next = { ...last, folder: join(root, 'next') }
    const lab = openLab(last)
    await warmAgain(lab, longWarmUp({ ...last, scenario: calm }, 100, root), next, new AbortController().signal)
    expect(lab.arrived).toEqual([100, 100, 100, 100])
    const begins = warmUpFolder(root, 0)
    const lives = [begins, `${begins}-1`, `${begins}-2`, `${begins}-3`]
    expect(lab.folders).toEqual([last.folder, ...lives, next.folder])
  })

  it('is over as soon as the run is', async () => {
    const root = temporaryFolder('cut')
    const plan = { scenario: calm, variant: 'naive', seed: 1 }
    const warmUp = longWarmUp(plan, 100, root)
    const lab = openLab(warmUp)
    const next = { ...plan, folder: warmUpFolder(root, 1) }
    const stop = new AbortController()
    const drive = (...given: Parameters<Laboratory['drive']>) => {
      stop.abort()
      return lab.drive(...given)
    }
    await driveWarm({ ...lab, drive }, { warmUp, lives: 3, next }, stop.signal)
    expect(lab.arrived).toHaveLength(1)
    expect(lab.arrived[0]).toBeLessThan(100)
    expect(lab.folders).toEqual([warmUp.folder, next.folder])
  })
})
