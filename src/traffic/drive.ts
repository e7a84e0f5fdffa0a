/** Drives the traffic of one variant: by the plan (open loop), or as fast as it is answered (closed loop, for benchmarks). */

import { build, type Histogram } from 'hdr-histogram-js'
import type { Clock } from '../core/env.ts'
import type { Quantiles } from '../core/result.ts'
import { arrivalsOf, expectedWindowMs } from './arrivals.ts'
import { type Crowd, type CrowdOptions, gatherCrowd } from './crowd.ts'
import { type Gate, openGate } from './gate.ts'

export interface DriveOptions extends CrowdOptions {
  /** When the traffic starts, on the clock; intended times count from here. May lie ahead. */
  readonly trafficStartMs: number
  /** Closed loop instead of the plan's arrivals: so many buyers are busy until all orders are done. */
  readonly saturate?: { readonly concurrency: number }
  /** Where buyers of a plan come in. Default: one that is always open. */
  readonly gate?: Gate
}

export interface DriveSummary {
  /** Buyers who came, counted as they were sent and apart from the records. */
  readonly arrived: number
  /** How late buyers were sent against the plan; nulls in a closed loop, which has no plan. */
  readonly scheduleErrorMs: Quantiles
  /**
   * The time over which orders arrived: the plan's window, or longer where the last arrival came later; cut short where the
   * traffic was interrupted. In a closed loop the whole drive.
   */
  readonly arrivalWindowMs: number
  /** On the clock: when the last buyer had gone. */
  readonly endedAtMs: number
  readonly interrupted: boolean
}

/** So many buyers may be sent in one go; then answers get their turn, or a driver that is behind would never hear one. */
const MOST_IN_ONE_GO = 256
const MICROS_PER_MS = 1_000
const LATENESS_RANGE = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: 60_000 * MICROS_PER_MS,
  numberOfSignificantValueDigits: 3,
  autoResize: true,
} as const

function quantilesOf(micros: Histogram): Quantiles {
  if (micros.totalCount === 0) return { p50: null, p90: null, p99: null, max: null }
  const at = (percent: number): number => micros.getValueAtPercentile(percent) / MICROS_PER_MS
  return { p50: at(50), p90: at(90), p99: at(99), max: micros.maxValue / MICROS_PER_MS }
}

/** Sleeps, or less when the shop closes. */
async function sleepWhileOpen(clock: Clock, delayMs: number, closing: AbortSignal): Promise<void> {
  try {
    await clock.sleep(delayMs, closing)
  } catch (error) {
    if (!closing.aborted) throw error
  }
}

/** Open loop: sends each buyer at its time, however slowly earlier ones are answered. Returns when the last one was sent. */
async function sendByPlan(options: DriveOptions, crowd: Crowd, lateMicros: Histogram): Promise<number> {
  const { clock, scenario, seed, trafficStartMs, gate = openGate(clock) } = options
  const { closing } = crowd
  let sentAtMs = trafficStartMs
  let inOneGo = 0
  for (const { index, intendedMs } of arrivalsOf(scenario.traffic, seed)) {
    if (inOneGo === MOST_IN_ONE_GO) {
      await sleepWhileOpen(clock, 0, closing)
      inOneGo = 0
    }
    const dueMs = () => trafficStartMs + intendedMs + gate.heldMs()
    // A timer may also wake a little early, and the gate may be shut before it does.
    for (let waitMs = dueMs() - clock.nowMs(); !closing.aborted; waitMs = dueMs() - clock.nowMs()) {
      if (!gate.isOpen()) await gate.opened(closing)
      else if (waitMs > 0) await sleepWhileOpen(clock, waitMs, closing)
      else break
      inOneGo = 0
    }
    if (closing.aborted) break
    sentAtMs = clock.nowMs()
    lateMicros.recordValue(Math.round((sentAtMs - dueMs()) * MICROS_PER_MS))
    void crowd.enter(intendedMs + gate.heldMs(), index)
    inOneGo++
  }
  return sentAtMs
}

/** Closed loop: the next buyer comes when one has gone. */
async function sendByAnswer(options: DriveOptions, crowd: Crowd, concurrency: number): Promise<void> {
  const { clock, scenario, trafficStartMs } = options
  async function sendOneByOne(): Promise<void> {
    while (crowd.arrived() < scenario.traffic.orders && !crowd.closing.aborted) {
      await crowd.enter(clock.nowMs() - trafficStartMs)
    }
  }
  const earlyMs = trafficStartMs - clock.nowMs()
  if (earlyMs > 0) await sleepWhileOpen(clock, earlyMs, crowd.closing)
  await Promise.all(Array.from({ length: concurrency }, sendOneByOne))
}

/**
 * Sends all buyers of a plan and resolves when the last has gone. The same seed gives the same arrivals and orders.
 * Interrupted by its signal it ends soon and cleanly: nobody comes any more, who waits leaves.
 * @throws RangeError for a plan that cannot be carried out; whatever `ask` or a sink throws, which is a bug
 */
export async function drive(options: DriveOptions): Promise<DriveSummary> {
  const { clock, scenario, trafficStartMs, saturate } = options
  const plannedMs = saturate ? 0 : expectedWindowMs(scenario.traffic)
  const lateMicros = build(LATENESS_RANGE)
  const crowd = gatherCrowd(options)
  let sentAtMs = trafficStartMs
  try {
    if (saturate) await sendByAnswer(options, crowd, saturate.concurrency)
    else sentAtMs = await sendByPlan(options, crowd, lateMicros)
  } catch (error) {
    crowd.fail(error)
  }
  const cutShort = crowd.closing.aborted
  const sendingMs = Math.max(0, (saturate || cutShort ? clock.nowMs() : sentAtMs) - trafficStartMs)
  await crowd.empty()
  return {
    arrived: crowd.arrived(),
    scheduleErrorMs: quantilesOf(lateMicros),
    arrivalWindowMs: cutShort ? sendingMs : Math.max(plannedMs, sendingMs),
    endedAtMs: clock.nowMs(),
    interrupted: crowd.interrupted(),
  }
}
