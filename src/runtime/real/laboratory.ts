/** The processes of a run, handled as one: services under their supervisor, and the traffic. */

import { request } from 'undici'
import type { Change } from '../../core/change.ts'
import { SERVICES } from '../../core/topology.ts'
import { nowMs, startTimer } from './clock.ts'
import { digestPublished } from './digest-published.ts'
import { LabError } from './lab-error.ts'
import type { Digests } from './ledger-agreement.ts'
import type { Ports, TrafficEnd } from './messages.ts'
import type { Plan } from './plan.ts'
import { type Supervisor, supervise } from './supervisor.ts'
import { startTraffic, type TrafficChild } from './traffic-child.ts'

/** Time for the services to hear when the traffic starts before it does. */
const START_AHEAD_MS = 100
const LOOK_EVERY_MS = 50
const BACK_WITHIN_MS = 10_000
const PROGRESS_LOOK_EVERY_MS = 500

export interface Driven extends TrafficEnd {
  /** How long after the last buyer had gone; null: not quiet within the scenario's limit. */
  readonly quietAfterMs: number | null
  readonly restarts: Readonly<Record<string, number>>
  readonly unexplainedDeaths: Readonly<Record<string, number>>
  /** What the services published when it was quiet, or when nobody waited any longer. */
  readonly published: Digests
}

export interface Watch {
  progress(ordersDone: number, strikes: number): void
  waitingForQuiet(): void
  /** The traffic starts then, on the clock of its journals. */
  started?(trafficStartMs: number): void
}

export interface Laboratory {
  readonly ports: Ports
  pids(): Readonly<Record<string, number | undefined>>
  /** Moves all services onto fresh stores in the plan's folder and checks that all are up. */
  prepare(plan: Plan): Promise<void>
  /** Drives the prepared plan's traffic, heals, and waits for quiet. @param saturate buyers to keep busy; null: by the plan */
  drive(signal: AbortSignal, watch: Watch, saturate?: number | null): Promise<Driven>
  /** The prepared services are for others to call from now on, and gremlins strike. @returns when that began, on the journals' clock */
  begin(): number
  /** Nothing strikes any more. */
  heal(): void
  /** Rejects when the lab itself fails; never resolves. */
  readonly failed: Promise<never>
  /** Makes a change in whatever it concerns. */
  change(change: Change): void
  /** Ends every process. Idempotent; never throws. */
  close(): Promise<void>
}

/** @param entry the module that child processes run */
export async function openLaboratory(entry: URL, first: Plan): Promise<Laboratory> {
  const traffic = startTraffic(entry)
  const closing = new AbortController()
  let plan = first
  const supervisor = await supervise(entry, first).catch(async (error) => {
    await traffic.stop()
    throw error
  })
  function makeChange(change: Change): void {
    supervisor.change(change)
    traffic.change(change)
  }
  return {
    ports: supervisor.ports,
    pids: () => ({ ...supervisor.pids(), traffic: traffic.pid }),
    async prepare(next) {
      plan = next
      await Promise.race([supervisor.failed, supervisor.reset(next).then(() => checkHealth(supervisor.ports))])
    },
    drive(signal, watch, saturate = null) {
      const drive = { supervisor, traffic, plan, watch, makeChange, closing: closing.signal }
      return Promise.race([supervisor.failed, driveToQuiet(drive, signal, saturate)])
    },
    begin() {
      const startMs = nowMs()
      supervisor.trafficStarts(startMs)
      return startMs
    },
    heal: supervisor.heal,
    failed: supervisor.failed,
    change: makeChange,
    async close() {
      closing.abort()
      await Promise.all([supervisor.stop(), traffic.stop()])
    },
  }
}

async function checkHealth(ports: Ports): Promise<void> {
  await Promise.all(
    SERVICES.map(async (service) => {
      const { statusCode, body } = await request(`http://127.0.0.1:${ports[service]}/health`)
      await body.dump()
      if (statusCode !== 200) throw new LabError(`${service} is not healthy: status ${statusCode}`)
    }),
  )
}

interface Drive {
  readonly supervisor: Supervisor
  readonly traffic: TrafficChild
  readonly plan: Plan
  readonly watch: Watch
  makeChange(change: Change): void
  /** Aborted when the laboratory is closed: who still waits for its services would wait in vain. */
  readonly closing: AbortSignal
}

async function driveToQuiet(drive: Drive, signal: AbortSignal, saturate: number | null): Promise<Driven> {
  const { supervisor, watch, plan, closing } = drive
  const end = await driveTraffic(drive, signal, saturate)
  supervisor.heal()
  watch.waitingForQuiet()
  const quietAfterMs = await waitForQuiet(supervisor, plan.scenario.quietWithinMs, closing)
  await untilAllAnswer(supervisor, plan.scenario.restartAfterMs, closing)
  const { restarts, unexplained } = supervisor.deaths()
  const published = await digestPublished(supervisor.ports)
  return { ...end, quietAfterMs, restarts, unexplainedDeaths: unexplained, published }
}

async function driveTraffic(
  { supervisor, traffic, plan, watch, makeChange }: Drive,
  signal: AbortSignal,
  saturate: number | null,
): Promise<TrafficEnd> {
  const { scenario, variant, folder, seed } = plan
  const trafficStartMs = nowMs() + START_AHEAD_MS
  supervisor.trafficStarts(trafficStartMs)
  watch.started?.(trafficStartMs)
  let done = 0
  let strikes = 0
  let over = false
  const looking = setInterval(async () => {
    strikes = (await supervisor.look()).strikes
    if (!over) watch.progress(done, strikes)
  }, PROGRESS_LOOK_EVERY_MS)
  const switching = scenario.switches.map(({ atMs, ...change }) =>
    startTimer(trafficStartMs + atMs - nowMs(), () => makeChange(change)),
  )
  const cutShort = () => traffic.cutShort()
  signal.addEventListener('abort', cutShort, { once: true })
  try {
    const setup = { seed, scenario, variant, folder, port: supervisor.ports.order, trafficStartMs, saturate }
    const driving = traffic.drive(setup, (ordersDone) => {
      done = ordersDone
      watch.progress(done, strikes)
    })
    if (signal.aborted) traffic.cutShort()
    const end = await driving
    watch.progress(end.arrived, strikes)
    return end
  } finally {
    over = true
    clearInterval(looking)
    for (const timer of switching) timer.stop()
    signal.removeEventListener('abort', cutShort)
  }
}

/** Two looks in a row must find nothing going on. Null: they did not, within the limit. */
async function waitForQuiet(supervisor: Supervisor, withinMs: number, closing: AbortSignal): Promise<number | null> {
  const sinceMs = nowMs()
  let quietLooks = 0
  while (nowMs() - sinceMs <= withinMs) {
    closing.throwIfAborted()
    const { inFlight, background, away } = await supervisor.look()
    quietLooks = inFlight + background === 0 && !away ? quietLooks + 1 : 0
    if (quietLooks === 2) return nowMs() - sinceMs
    await pause(LOOK_EVERY_MS)
  }
  return null
}

/** A service may be on its way back when it was not quiet in time. */
async function untilAllAnswer(supervisor: Supervisor, restartAfterMs: number, closing: AbortSignal): Promise<void> {
  const giveUpAtMs = nowMs() + restartAfterMs + BACK_WITHIN_MS
  while ((await supervisor.look()).away) {
    closing.throwIfAborted()
    if (nowMs() > giveUpAtMs) throw new LabError('a service did not come back')
    await pause(LOOK_EVERY_MS)
  }
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
