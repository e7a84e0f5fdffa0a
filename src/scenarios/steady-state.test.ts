import { describe, expect, it, onTestFinished } from 'vitest'
import { gremlin, smallScenario, VARIANTS } from '../../test/support/scenarios.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import type { Scenario } from '../core/scenario.ts'
import { openVirtually } from './open-virtually.ts'
import { reachSteadyState, warmUpFolder } from './steady-state.ts'
import { warmUpOf } from './warm-up.ts'

const calm = warmUpOf(smallScenario({ variants: [VARIANTS.naive] }))
/** Loses the first order. */
const lossy = { ...calm, gremlins: [gremlin('dropped-request', 'payment', { purchases: ['p-1'] })] }

/** Stands on the first pass; the others are of the plan. A world for each, in place of processes that move to other stores. */
function warm(name: string, first: Scenario, others: Scenario): Promise<void> {
  const root = temporaryFolder(name)
  const plan = { scenario: others, variant: 'naive', seed: 1 }
  let world = openVirtually({ ...plan, scenario: first, folder: warmUpFolder(root, 1) })
  const laboratory: Parameters<typeof reachSteadyState>[0] = {
    drive: (signal, watch) => world.drive(signal, watch),
    async prepare(next) {
      await world.close()
      world = openVirtually(next)
    },
  }
  onTestFinished(() => world.close())
  return reachSteadyState(laboratory, plan, root)
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
