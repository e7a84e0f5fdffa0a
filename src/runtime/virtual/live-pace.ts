/** Keeps a virtual world in step with the machine's clock, for whoever watches it. */

import { type Turn, turnUnless } from './drain.ts'
import { type Kernel, MICROS_PER_MS } from './kernel.ts'

/** A world that waits for somebody to change it has nothing else ahead, and must not be taken for a deadlock. */
const HEARTBEAT_MS = 50
const LIVE = 'live'

export interface LivePace {
  readonly turn: Turn
  /** From now on virtual time goes so many times as fast as the machine's. */
  setSpeed(speed: number): void
  /** Lets the world wait for what comes from outside. @returns no longer */
  stayAwake(): () => void
}

/** @param kernelOf asked when the world turns, and not before */
export function livePace(kernelOf: () => Kernel, firstSpeed: number): LivePace {
  // Asked while the world turns, when `performance.now` is the world's.
  const machineNowMs = performance.now.bind(performance)
  let speed = firstSpeed
  let since = { machineMs: machineNowMs(), micros: 0 }
  let begun = false

  function allowedMicros(): number {
    if (!begun) {
      begun = true
      since = { machineMs: machineNowMs(), micros: kernelOf().nowMicros() }
    }
    return since.micros + (machineNowMs() - since.machineMs) * MICROS_PER_MS * speed
  }

  return {
    turn: turnUnless(() => {
      const nextMicros = kernelOf().nextAtMicros()
      return nextMicros !== null && nextMicros > allowedMicros()
    }),
    setSpeed(next) {
      since = { machineMs: machineNowMs(), micros: allowedMicros() }
      speed = next
    },
    stayAwake() {
      const beat = () => void kernelOf().after(HEARTBEAT_MS * MICROS_PER_MS, LIVE, beat)
      beat()
      return () => kernelOf().cancelAll(LIVE)
    },
  }
}
