/** The traffic's process, as its parent says over IPC: apart from everything else, so that nothing spoils its clock. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Change } from '../../core/change.ts'
import type { Clock } from '../../core/env.ts'
import type { Event } from '../../core/event.ts'
import type { Purchase, Told } from '../../core/purchase.ts'
import type { Quantiles } from '../../core/result.ts'
import type { AskBuyer } from '../life/buyers.ts'
import { connectBuyers } from './ask.ts'
import { machineClock } from './clock.ts'
import { describeFailure } from './describe-failure.ts'
import { openJournal } from './journal.ts'
import type { TrafficSetup } from './messages.ts'
import { obeyInOrder, say } from './obey-parent.ts'
import { openTrafficRecord } from './traffic-record.ts'

const PROGRESS_EVERY_MS = 200

export interface TrafficTools {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly ask: AskBuyer
  /** Told of each change that is made while the traffic goes on; one hearer. */
  onChange(hear: (change: Change) => void): void
  readonly sink: {
    purchase(purchase: Purchase): void
    told(told: Told): void
    record(event: Event): void
    gone(): void
  }
}

export type DriveTraffic = (
  setup: TrafficSetup,
  tools: TrafficTools,
) => Promise<{
  readonly arrived: number
  readonly scheduleErrorMs: Quantiles
  readonly arrivalWindowMs: number
  readonly endedAtMs: number
  readonly interrupted: boolean
}>

/** Drives one variant's traffic after the other. */
export function hostTraffic(drive: DriveTraffic): void {
  let interruption = new AbortController()
  let hearChange: (change: Change) => void = () => undefined

  async function run(setup: TrafficSetup): Promise<void> {
    interruption = new AbortController()
    mkdirSync(join(setup.folder, 'ledgers'), { recursive: true })
    mkdirSync(join(setup.folder, 'journal'), { recursive: true })
    const fail = (error: Error) => say({ type: 'broken', message: describeFailure(error) })
    const journal = openJournal(join(setup.folder, 'journal', 'traffic-1.ndjson'), 'traffic', 1, fail)
    const record = openTrafficRecord(join(setup.folder, 'ledgers', 'traffic.db'))
    const buyers = connectBuyers(setup.port)
    let ordersDone = 0
    const progress = setInterval(() => say({ type: 'progress', ordersDone }), PROGRESS_EVERY_MS)
    try {
      const summary = await drive(setup, {
        clock: machineClock(),
        signal: interruption.signal,
        ask: buyers.ask,
        onChange(hear) {
          hearChange = hear
        },
        sink: {
          purchase: record.purchase,
          told: record.told,
          record: journal.record,
          gone() {
            ordersDone += 1
          },
        },
      })
      record.close()
      say({ type: 'driven', end: { ...summary, startedAtMs: setup.trafficStartMs } })
    } finally {
      clearInterval(progress)
      hearChange = () => undefined
      record.close()
      journal.close()
      await buyers.close()
    }
  }

  obeyInOrder(async (message) => {
    switch (message.type) {
      case 'drive':
        // Not awaited: a later message must be able to cut it short.
        run(message.setup).catch((error: unknown) => say({ type: 'broken', message: describeFailure(error) }))
        return
      case 'change':
        return hearChange(message.change)
      case 'cut-short':
        interruption.abort()
        return
      case 'stop':
        return process.exit(0)
      default:
        throw new Error(`the traffic was told to '${message.type}'`)
    }
  })
}
