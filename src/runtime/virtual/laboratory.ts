/** The laboratory of the virtual world: what `real/laboratory.ts` does with processes, within this one and without waiting. */

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ServiceName } from '../../core/topology.ts'
import { ledgerLines } from '../life/begin.ts'
import { askOver } from '../life/buyers.ts'
import { nowMs as machineNowMs } from '../real/clock.ts'
import { openJournal } from '../real/journal.ts'
import type { Driven, Laboratory, Watch } from '../real/laboratory.ts'
import type { TrafficEnd } from '../real/messages.ts'
import type { ComposeNode } from '../real/service-process.ts'
import type { Plan } from '../real/supervisor.ts'
import type { DriveTraffic } from '../real/traffic-process.ts'
import { openTrafficRecord } from '../real/traffic-record.ts'
import { MICROS_PER_MS } from './kernel.ts'
import { makeWorld, type World } from './world.ts'

const PROGRESS_EVERY_MS = 200
/** A buyer's connections are many: an open loop must not wait for one. */
const BUYERS_CONNECTIONS = 1_024

export interface VirtualParts {
  readonly compose: ComposeNode
  readonly drive: DriveTraffic
}

/** A world for each plan: nothing of one variant can reach the next. */
export function openVirtualLaboratory(
  parts: VirtualParts,
  first: Plan,
): Pick<Laboratory, 'prepare' | 'drive' | 'switchPolicy' | 'close'> {
  let breathe = () => {}
  const open = (plan: Plan) => makeWorld(plan, parts.compose, () => breathe())
  let world = open(first)
  return {
    async prepare(next) {
      await world.end()
      world = open(next)
    },
    async drive(signal, watch, saturate = null) {
      const traffic = makeTraffic(world, parts.drive)
      breathe = showProgress(world, traffic.done, watch)
      return driveToQuiet(world, watch, () => traffic.drive(signal, saturate))
    },
    switchPolicy: (switched) => world.turn(switched),
    close: () => world.end(),
  }
}

function showProgress(world: World, done: () => number, watch: Watch): () => void {
  let shownAtMs = machineNowMs()
  return () => {
    if (machineNowMs() - shownAtMs < PROGRESS_EVERY_MS) return
    shownAtMs = machineNowMs()
    watch.progress(done(), world.look().strikes)
  }
}

async function driveToQuiet(world: World, watch: Watch, drive: () => Promise<TrafficEnd>): Promise<Driven> {
  const { kernel, plan, places } = world
  const end = await kernel.run(drive)
  watch.progress(end.arrived, world.look().strikes)
  await kernel.run(async () => world.heal())
  watch.waitingForQuiet()
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
    published: digestLedgers(world),
  }
}

function digestLedgers({ places }: World): Driven['published'] {
  const digests = places.map(({ service, store }) => {
    const hash = createHash('sha256')
    for (const line of ledgerLines(store.open())) hash.update(line)
    return [service, hash.digest('hex')]
  })
  return Object.fromEntries(digests) as Record<ServiceName, string>
}

const SWITCHES = 'switches'

/** The traffic, with files of its own as in the real world. */
function makeTraffic(world: World, drive: DriveTraffic) {
  const { plan, kernel, network, clock } = world
  let ordersDone = 0

  async function run(signal: AbortSignal, saturate: number | null): Promise<TrafficEnd> {
    const { scenario, seed, variant, folder } = plan
    const time = { nowMs: clock.nowMs, flushEveryMs: null }
    const journal = openJournal(join(folder, 'journal', 'traffic-1.ndjson'), 'traffic', 1, world.fail, time)
    const record = openTrafficRecord(join(folder, 'ledgers', 'traffic.db'), null)
    const buyers = { name: 'traffic', owner: 'traffic', isAlive: () => true }
    const carry = network.connect(buyers, 'order', BUYERS_CONNECTIONS)
    const ask = askOver(({ purchase: { purchase, kind: effect }, attempt, key }, body, given) =>
      carry({ operation: 'place', purchase, effect, attempt, body, ...(key === null ? {} : { key }) }, given),
    )
    const trafficStartMs = clock.nowMs()
    world.trafficStarts(trafficStartMs)
    for (const { atMs, ...switched } of scenario.switches)
      kernel.after(atMs * MICROS_PER_MS, SWITCHES, () => world.turn(switched))
    const gone = () => {
      ordersDone += 1
    }
    const sink = { purchase: record.purchase, told: record.told, record: journal.record, gone }
    try {
      const setup = { seed, scenario, variant, folder, port: 0, trafficStartMs, saturate }
      return { ...(await drive(setup, { clock, signal, ask, sink })), startedAtMs: trafficStartMs }
    } finally {
      kernel.cancelAll(SWITCHES)
      record.close()
      journal.close()
    }
  }

  return { drive: run, done: () => ordersDone }
}
