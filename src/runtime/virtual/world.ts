/** A virtual world: seven services and the traffic, one clock, one network, for one variant. */

import type { Change } from '../../core/change.ts'
import { tossesToTheEnd } from '../../core/decision.ts'
import { keyedDraw } from '../../core/draw.ts'
import type { Clock } from '../../core/env.ts'
import { SERVICES } from '../../core/topology.ts'
import type { Plan } from '../real/plan.ts'
import type { ChildLook } from '../real/service-child.ts'
import type { ComposeNode } from '../real/service-process.ts'
import { virtualClock } from './clock.ts'
import type { Turn } from './drain.ts'
import { type HeldTime, holdTime } from './globals.ts'
import type { Keeping } from './keeping.ts'
import { type Kernel, startKernel } from './kernel.ts'
import { layNetwork, type Network } from './network.ts'
import { calibratedPace } from './pace.ts'
import { makePlace, type Place } from './place.ts'
import { startProcessors } from './processor.ts'

export interface World {
  readonly plan: Plan
  readonly kernel: Kernel
  readonly network: Network
  readonly keeping: Keeping
  /** The traffic's. */
  readonly clock: Clock
  readonly places: readonly Place[]
  fail(error: Error): void
  trafficStarts(atMs: number): void
  /** Makes a change in whatever it concerns; to be called by an event of the kernel. */
  change(change: Change): void
  /** The traffic's, which is told of each change. */
  onChange(hear: (change: Change) => void): void
  /** Nothing strikes any more. */
  heal(): void
  look(): ChildLook
  /** Ends all lives; what they kept is whole then. Idempotent. */
  end(): Promise<void>
}

export interface WorldOptions {
  readonly compose: ComposeNode
  readonly keeping: Keeping
  /** What lays the network: the fast one by default, or `wire/http-network.ts`. */
  readonly lay?: typeof layNetwork
  /** What keeps time. Default: the own kernel. */
  readonly start?: typeof startKernel
  /** How microtasks are drained, and steps taken. Default: as fast as it goes. */
  readonly turn?: Turn | undefined
  /** Called a few times a second of the machine's time, while the world turns. */
  breathe?(): void
}

export function makeWorld(plan: Plan, options: WorldOptions): World {
  const { compose, keeping, lay = layNetwork, start = startKernel, breathe = () => {}, turn } = options
  const time = holdTime(() => kernel, plan.seed)
  const paced = turn ? { turn } : {}
  const kernel = start({ around: { ...time, breathe }, explain: () => describeWaiting(places), ...paced })
  const clock = virtualClock(kernel, 'traffic')
  const healing = new AbortController()
  const changes: Change[] = []
  let trafficStartMs: number | null = null
  let ended = false
  let hearChange: (change: Change) => void = () => undefined
  // Thrown where time passes, so that whoever lets it pass hears of it.
  const fail = (error: Error) =>
    void kernel.after(0, 'failure', () => {
      throw error
    })
  const processors = startProcessors(kernel)
  processors.begin('traffic', 'traffic')
  const pace = plan.calibration && calibratedPace(plan.calibration)
  const network = lay({ kernel, draw: keyedDraw(plan.seed), nowMs: clock.nowMs, fail, processors, pace })
  const ground = {
    plan,
    kernel,
    network,
    processors,
    keeping,
    compose,
    trafficStartMs: () => trafficStartMs,
    healed: healing.signal,
    changes,
    fail,
  }
  const places = inside(time, () => SERVICES.map((service) => makePlace(ground, service)))
  const lives = () => places.flatMap((place) => place.life() ?? [])
  return {
    plan,
    kernel,
    network,
    keeping,
    clock,
    places,
    fail,
    trafficStarts(atMs) {
      trafficStartMs = atMs
      for (const life of lives()) life.openWindows(healing.signal)
    },
    change(each) {
      changes.push(each)
      for (const life of lives()) life.change(each)
      hearChange(each)
    },
    onChange(hear) {
      hearChange = hear
    },
    heal() {
      if (!tossesToTheEnd(plan)) trafficStartMs = null
      healing.abort()
    },
    look: () => sum(lives().map((life) => life.look())),
    async end() {
      if (ended) return
      ended = true
      try {
        await kernel.run(async () => {
          for (const place of places) place.end()
        })
        keeping.end()
      } finally {
        time.close()
      }
    },
  }
}

function inside<T>(time: HeldTime, run: () => T): T {
  time.enter()
  try {
    return run()
  } finally {
    time.leave()
  }
}

function sum(looks: readonly ChildLook[]): ChildLook {
  const total = { inFlight: 0, background: 0, strikes: 0 }
  for (const look of looks) {
    total.inFlight += look.inFlight
    total.background += look.background
    total.strikes += look.strikes
  }
  return total
}

/** For whoever waits in vain: who else does. */
function describeWaiting(places: readonly Place[]): string {
  const waiting = places.flatMap((place) => {
    const { inFlight = 0, background = 0 } = place.life()?.look() ?? {}
    return inFlight + background === 0 ? [] : [`${place.service}: ${inFlight} calls, ${background} background tasks`]
  })
  return waiting.length === 0 ? 'No service is at work.' : `Still at work: ${waiting.join('; ')}.`
}
