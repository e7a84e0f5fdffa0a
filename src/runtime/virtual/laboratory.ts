/** The laboratory of the virtual world: what `real/laboratory.ts` does with processes, within this one and without waiting. */

import { createHash } from 'node:crypto'
import type { ServiceName } from '../../core/topology.ts'
import { ledgerLines } from '../life/begin.ts'
import { nowMs as machineNowMs } from '../real/clock.ts'
import type { Driven, Laboratory, Watch } from '../real/laboratory.ts'
import type { ComposeNode } from '../real/service-process.ts'
import type { Plan } from '../real/supervisor.ts'
import type { DriveTraffic } from '../real/traffic-process.ts'
import { driveToQuiet, makeTraffic } from './drive-world.ts'
import { runAtFullSpeed } from './full-speed.ts'
import { keepInFolder } from './keeping.ts'
import { makeWorld, type World, type WorldOptions } from './world.ts'

const PROGRESS_EVERY_MS = 200

export interface VirtualParts {
  readonly compose: ComposeNode
  readonly drive: DriveTraffic
  readonly lay?: NonNullable<WorldOptions['lay']>
}

/** A world for each plan: nothing of one variant can reach the next. */
export function openVirtualLaboratory(
  { drive, ...parts }: VirtualParts,
  first: Plan,
): Pick<Laboratory, 'prepare' | 'drive' | 'change' | 'close'> {
  runAtFullSpeed()
  let breathe = () => {}
  const open = (plan: Plan) =>
    makeWorld(plan, {
      ...parts,
      keeping: keepInFolder(plan.folder, plan.scenario.traffic.orders),
      breathe: () => breathe(),
    })
  let world = open(first)
  return {
    async prepare(next) {
      await world.end()
      world = open(next)
    },
    async drive(signal, watch, saturate = null) {
      const traffic = makeTraffic(world, drive)
      breathe = showProgress(world, traffic.done, watch)
      const driven = await driveToQuiet(world, watch, () => traffic.drive(signal, saturate))
      return { ...driven, published: digestLedgers(world) }
    },
    change: (change) => world.change(change),
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

function digestLedgers({ places }: World): Driven['published'] {
  const digests = places.map(({ service, store }) => {
    const hash = createHash('sha256')
    for (const line of ledgerLines(store.open())) hash.update(line)
    return [service, hash.digest('hex')]
  })
  return Object.fromEntries(digests) as Record<ServiceName, string>
}
