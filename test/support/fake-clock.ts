/** A clock that tests turn by hand. */

import type { Clock } from '../../src/core/env.ts'

export interface FakeClock extends Clock {
  /** Moves time on, waking sleepers in order, each with all that follows from it before the next one wakes. */
  advance(ms: number): Promise<void>
  /** How many sleep now, and how many ever did at once. */
  sleeping(): number
  mostSleeping(): number
}

interface Sleeper {
  readonly atMs: number
  readonly wake: () => void
}

/** Lets everything happen that can happen without time passing. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** @param lateMs every sleep takes this much longer than asked, as a busy machine's do */
export function fakeClock(startMs = 1_000_000, lateMs = 0): FakeClock {
  let nowMs = startMs
  let most = 0
  const sleepers: Sleeper[] = []

  function add(sleeper: Sleeper): void {
    const later = sleepers.findIndex((other) => other.atMs > sleeper.atMs)
    sleepers.splice(later < 0 ? sleepers.length : later, 0, sleeper)
    most = Math.max(most, sleepers.length)
  }

  return {
    nowMs: () => nowMs,
    sleep(delayMs, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const abort = (): void => {
          sleepers.splice(sleepers.indexOf(sleeper), 1)
          reject(signal?.reason)
        }
        const wake = (): void => {
          signal?.removeEventListener('abort', abort)
          resolve()
        }
        const sleeper = { atMs: nowMs + Math.max(0, delayMs) + lateMs, wake }
        signal?.addEventListener('abort', abort, { once: true })
        add(sleeper)
      })
    },
    alarm(delayMs, ring) {
      const sleeper = { atMs: nowMs + Math.max(0, delayMs) + lateMs, wake: ring }
      add(sleeper)
      return () => {
        if (sleepers.includes(sleeper)) sleepers.splice(sleepers.indexOf(sleeper), 1)
      }
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (let next = sleepers[0]; next && next.atMs <= untilMs; next = sleepers[0]) {
        sleepers.shift()
        nowMs = Math.max(nowMs, next.atMs)
        next.wake()
        await settle()
      }
      nowMs = untilMs
    },
    sleeping: () => sleepers.length,
    mostSleeping: () => most,
  }
}
