import { randomUUID } from 'node:crypto'
import timers from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { OK } from '../../../test/support/fake-env.ts'
import { smallScenario } from '../../../test/support/scenarios.ts'
import type { Call } from '../../core/call.ts'
import type { NodeParts } from '../life/life-state.ts'
import { keepInMemory } from './memory-keeping.ts'
import { makePlainStore } from './plain/plain-store.ts'
import { makeWorld } from './world.ts'

/** Services that do nothing. */
const parts = (name: string) =>
  ({
    service: { name, tables: () => [], start: () => ({ handle: async () => OK, recover() {} }) },
    setup: {},
    edges: new Map(),
    door: [],
    switches: [],
    capacity: undefined,
    gremlins: (next: Call) => next,
    atPoint: () => undefined,
    windows: async () => undefined,
    changeGremlin: () => false,
    changeWorkflow: () => false,
  }) as unknown as NodeParts

async function live(seed: number) {
  const plan = { scenario: smallScenario({}), variant: 'retry+key', folder: '', seed }
  const keeping = keepInMemory({ makeStore: makePlainStore })
  const world = makeWorld(plan, { compose: ({ service }) => parts(service), keeping })
  const held = timers.setTimeout
  const drawn = await world.kernel.run(async () => {
    await sleep(5_000)
    return [randomUUID(), Math.random()]
  })
  await world.end()
  await world.end()
  return { held, drawn, passedMs: world.kernel.nowMicros() / 1_000 }
}

it('holds time and luck of libraries while it lasts, by its seed, and no longer', async () => {
  const own = timers.setTimeout
  const { held, drawn, passedMs } = await live(7)
  expect(passedMs).toBe(5_000)
  expect(held).not.toBe(own)
  expect(timers.setTimeout).toBe(own)
  expect((await live(7)).drawn).toEqual(drawn)
  expect((await live(8)).drawn).not.toEqual(drawn)
})
