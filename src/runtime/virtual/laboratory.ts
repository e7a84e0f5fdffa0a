/** The laboratory of the virtual world: what `real/laboratory.ts` does with processes, within this one and without waiting. */

import { createHash } from 'node:crypto'
import type { Change } from '../../core/change.ts'
import type { ServiceName } from '../../core/topology.ts'
import { ledgerLines } from '../life/begin.ts'
import { nowMs as machineNowMs } from '../real/clock.ts'
import { followRows } from '../real/follow-ledgers.ts'
import type { Driven, Laboratory, Watch } from '../real/laboratory.ts'
import type { LiveHearer } from '../real/live-hearer.ts'
import type { Plan } from '../real/plan.ts'
import type { ComposeNode } from '../real/service-process.ts'
import type { DriveTraffic } from '../real/traffic-process.ts'
import { driveToQuiet, makeTraffic } from './drive-world.ts'
import { runAtFullSpeed } from './full-speed.ts'
import { hearKeeping } from './hear-keeping.ts'
import { keepInFolder } from './keeping.ts'
import { MICROS_PER_MS } from './kernel.ts'
import { type LivePace, livePace } from './live-pace.ts'
import { makeWorld, type World, type WorldOptions } from './world.ts'

const PROGRESS_EVERY_MS = 200
/** As fast as it goes, where nothing takes long. */
const AT_ONCE = 1_000_000

export interface VirtualParts {
  readonly compose: ComposeNode
  readonly drive: DriveTraffic
  readonly lay?: NonNullable<WorldOptions['lay']>
  /** Somebody watches: time goes by the machine's clock, and what is written is heard. */
  readonly live?: VirtualLive | undefined
}

export interface VirtualLive {
  readonly hearer: LiveHearer
  /** So many times as fast as the machine's clock. */
  readonly speed: number
}

export type VirtualLaboratory = Pick<Laboratory, 'drive' | 'close'> & {
  /** Makes a change in whatever it concerns, so much later. */
  change(change: Change, inMs?: number): void
  /** Has the ledger rows heard that were written since the last time. Nothing where nobody watches. */
  poll(): void
  /** On the clock of its journals. */
  nowMs(): number
}

/** One world, for one variant: nothing of it can reach the next. */
export function openVirtualLaboratory({ drive, live, ...parts }: VirtualParts, plan: Plan): VirtualLaboratory {
  runAtFullSpeed()
  let breathe = () => {}
  const pace: LivePace | undefined = live && livePace(() => world.kernel, live.speed)
  const keeping = keepInFolder(plan.folder, plan.scenario.traffic.orders)
  const world = makeWorld(plan, {
    ...parts,
    keeping: live ? hearKeeping(keeping, live.hearer) : keeping,
    breathe: () => breathe(),
    turn: pace?.turn,
  })
  const ledgers = live && followStores(world, live.hearer)
  return {
    async drive(signal, watch, saturate = null) {
      const traffic = makeTraffic(world, drive)
      // Whoever has ended it looks at it no longer.
      const hurry = () => pace?.setSpeed(AT_ONCE)
      if (signal.aborted) hurry()
      signal.addEventListener('abort', hurry, { once: true })
      breathe = showProgress(world, traffic.done, watch)
      const driven = await driveToQuiet(world, watch, async () => {
        const rest = pace?.stayAwake()
        watch.started?.(world.clock.nowMs())
        try {
          return await traffic.drive(signal, saturate)
        } finally {
          rest?.()
        }
      })
      return { ...driven, published: digestLedgers(world) }
    },
    change(change, inMs = 0) {
      // By an event of its own: nothing happens in a world between two of them. As early in its moment as a scenario's switches.
      world.kernel.first(Math.round(inMs * MICROS_PER_MS), 'change', () => world.change(change))
    },
    poll: () => ledgers?.(),
    nowMs: () => world.clock.nowMs(),
    close: () => world.end(),
  }
}

/** Has what stands in the stores heard, each row once; the traffic's is heard as it is written. */
function followStores({ places }: World, hearer: LiveHearer): () => void {
  const stores = new Map(places.map(({ service, store }) => [service as string, store.open()]))
  const { poll } = followRows((name, text, ...values) => stores.get(name)?.rows(text, ...values), hearer)
  return () => void poll()
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
