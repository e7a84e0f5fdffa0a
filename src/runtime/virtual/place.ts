/** A service's place in the virtual world: holds one life after the other, on one store. */

import { coldnessOf, drawFrom } from '../../core/calibration.ts'
import type { Change } from '../../core/change.ts'
import { keyedDraw } from '../../core/draw.ts'
import type { ServiceName } from '../../core/topology.ts'
import { calleeOf } from '../../core/topology.ts'
import { beginLife, type Life } from '../life/begin.ts'
import type { Host } from '../life/life-state.ts'
import { overWire } from '../life/over-wire.ts'
import { describeFailure } from '../real/describe-failure.ts'
import { LabError } from '../real/lab-error.ts'
import type { Plan } from '../real/plan.ts'
import type { ComposeNode } from '../real/service-process.ts'
import { virtualClock } from './clock.ts'
import type { Keeping } from './keeping.ts'
import { type Kernel, MICROS_PER_MS } from './kernel.ts'
import type { MemoryStore } from './memory-store.ts'
import type { Network } from './network.ts'
import type { Processors } from './processor.ts'

/** As many as a pool of the real world has. */
const CONNECTIONS = 256

/** What the places of one world have in common. */
export interface Ground {
  readonly plan: Plan
  readonly kernel: Kernel
  readonly network: Network
  readonly processors: Processors
  readonly keeping: Keeping
  readonly compose: ComposeNode
  /** Null while nothing may strike. */
  trafficStartMs(): number | null
  readonly healed: AbortSignal
  /** Oldest first. */
  readonly changes: readonly Change[]
  /** The lab itself has failed. */
  fail(error: Error): void
}

export interface Place {
  readonly service: ServiceName
  readonly store: MemoryStore
  /** Undefined: dead, and not back yet. */
  life(): Life | undefined
  restarts(): number
  /** Ends the life that it has, in good order. */
  end(): void
}

/** Begins the first life. */
export function makePlace(ground: Ground, service: ServiceName): Place {
  const { kernel, network, plan, keeping } = ground
  const store = keeping.store(service)
  let incarnation = 0
  let life: Life | undefined

  function begin(): void {
    incarnation += 1
    const owner = `${service}-${incarnation}`
    life = startLife(ground, { service, incarnation, owner, store }, () => {
      life = undefined
      network.hangUp(service)
      kernel.cancelAll(owner)
      kernel.after(awayMicros(plan, service, incarnation), `${service} restarting`, begin)
    })
  }

  begin()
  return {
    service,
    store,
    life: () => life,
    restarts: () => incarnation - 1,
    end() {
      network.hangUp(service)
      life?.end()
    },
  }
}

/** As long as the scenario says, or until the next life is up, where it is known how long that takes. */
function awayMicros({ scenario, calibration, seed }: Plan, service: ServiceName, incarnation: number): number {
  const leastMicros = scenario.restartAfterMs * MICROS_PER_MS
  if (!calibration) return leastMicros
  return Math.max(leastMicros, drawFrom(calibration.boot, keyedDraw(seed)('boot', service, '', '', incarnation)))
}

interface Incarnation {
  readonly service: ServiceName
  readonly incarnation: number
  readonly owner: string
  readonly store: MemoryStore
}

/**
 * One life, fenced: once it has crashed its clock stands still, its calls are heard by nobody, and its store and journal take nothing
 * more. JavaScript cannot kill a coroutine, but one that can do nothing is as good as dead.
 */
function startLife(ground: Ground, { service, incarnation, owner, store }: Incarnation, onCrash: () => void): Life {
  const { plan, kernel, network, keeping, compose, trafficStartMs, changes, healed } = ground
  ground.processors.begin(service, owner, incarnation > 1 ? plan.calibration?.cold?.[coldnessOf(service)] : [])
  const setup = { ...plan, service, incarnation }
  const parts = compose(setup, trafficStartMs)
  let dead = false
  let diedAtMicros: number | undefined
  const clock = virtualClock(kernel, owner, () => !dead)
  const own = store.open()
  if (incarnation === 1) own.execute(parts.service.tables(parts.setup))
  const journal = keeping.journal({ node: service, incarnation, nowMs: clock.nowMs, fail: ground.fail })
  let listening = true
  let up = false
  const caller = { name: service, owner, isAlive: () => !dead, diedAtMicros: () => diedAtMicros }
  function listen(): void {
    if (listening) network.listen(service, life.parts.handle)
    else network.hangUp(service)
  }
  const host: Host = {
    wire: (edge, env) => overWire(edge, env, network.connect(caller, calleeOf(edge), CONNECTIONS)),
    async setListening(on) {
      if (dead || on === listening) return
      listening = on
      if (up) listen()
    },
    crash() {
      if (!dead) {
        dead = true
        diedAtMicros = kernel.nowMicros()
        own.close()
        // A strike is recorded before it kills, and so it is written.
        journal.close()
        onCrash()
      }
      return new Promise<never>(() => {})
    },
    fail(error) {
      if (!dead) ground.fail(new LabError(`${service}: ${describeFailure(error)}`))
    },
  }
  const life = beginLife(setup, parts, { host, store: own, journal, clock })
  for (const each of changes) life.change(each)
  // Whoever comes back inside an outage is deaf at once, so that windows open first.
  if (trafficStartMs() !== null) life.openWindows(healed)
  kernel.after(0, owner, () => {
    up = true
    listen()
    life.begin()
  })
  return life
}
