/** Drives a world's traffic, ends what strikes, and lets time pass until it is quiet. */

import { askOver } from '../life/buyers.ts'
import type { Driven, Watch } from '../real/laboratory.ts'
import type { TrafficEnd } from '../real/messages.ts'
import type { DriveTraffic } from '../real/traffic-process.ts'
import { MICROS_PER_MS } from './kernel.ts'
import type { World } from './world.ts'

/** A buyer's connections are many: an open loop must not wait for one. */
const BUYERS_CONNECTIONS = 1_024

export type Unpublished = Omit<Driven, 'published'>

export async function driveToQuiet(world: World, watch: Watch, drive: () => Promise<TrafficEnd>): Promise<Unpublished> {
  const { kernel, plan, places } = world
  const end = await kernel.run(drive)
  watch.progress(end.arrived, world.look().strikes)
  // Said before anybody outside has a turn: what they change now would come after the last buyer has gone.
  watch.waitingForQuiet()
  await kernel.run(async () => world.heal())
  const sinceMicros = kernel.nowMicros()
  const quiet = await kernel.settle(plan.scenario.quietWithinMs * MICROS_PER_MS)
  const { inFlight, background } = world.look()
  if (quiet && inFlight + background > 0) throw kernel.deadlock()
  const restarts = places.flatMap((place) => (place.restarts() > 0 ? [[place.service, place.restarts()]] : []))
  return {
    ...end,
    quietAfterMs: quiet ? (kernel.nowMicros() - sinceMicros) / MICROS_PER_MS : null,
    restarts: Object.fromEntries(restarts) as Record<string, number>,
    unexplainedDeaths: {},
  }
}

const SWITCHES = 'switches'

/** The traffic, with records of its own as in the real world. */
export function makeTraffic(world: World, drive: DriveTraffic) {
  const { plan, kernel, network, keeping, clock } = world
  let ordersDone = 0

  async function run(signal: AbortSignal, saturate: number | null): Promise<TrafficEnd> {
    const { scenario, seed, variant, folder } = plan
    const journal = keeping.journal({ node: 'traffic', incarnation: 1, nowMs: clock.nowMs, fail: world.fail })
    const record = keeping.record()
    const buyers = { name: 'traffic', owner: 'traffic', isAlive: () => true }
    const carry = network.connect(buyers, 'order', BUYERS_CONNECTIONS)
    const ask = askOver(({ purchase: { purchase, kind: effect }, attempt, key }, body, given) =>
      carry({ operation: 'place', purchase, effect, attempt, body, ...(key === null ? {} : { key }) }, given),
    )
    const trafficStartMs = clock.nowMs()
    world.trafficStarts(trafficStartMs)
    for (const { atMs, ...change } of scenario.switches)
      kernel.first(atMs * MICROS_PER_MS, SWITCHES, () => world.change(change))
    const gone = () => {
      ordersDone += 1
    }
    const sink = { purchase: record.purchase, told: record.told, record: journal.record, gone }
    try {
      const setup = { seed, scenario, variant, folder, port: 0, trafficStartMs, saturate }
      return {
        ...(await drive(setup, { clock, signal, ask, sink, onChange: world.onChange })),
        startedAtMs: trafficStartMs,
      }
    } finally {
      kernel.cancelAll(SWITCHES)
      record.close()
      journal.close()
    }
  }

  return { drive: run, done: () => ordersDone }
}
