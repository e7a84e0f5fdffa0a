import type { Clock } from '../../core/env.ts'

/** It never changes, and is slow to read. */
const ORIGIN_MS = performance.timeOrigin

/** Milliseconds since the epoch, with fractions, never going back within a process. */
export function nowMs(): number {
  return ORIGIN_MS + performance.now()
}

/** What is longer a timer takes for no time at all (Node.js documentation, "setTimeout"): 24 days, which no run lasts. */
const MOST_TIMER_MS = 2 ** 31 - 1

function timerMs(delayMs: number): number {
  return Math.min(MOST_TIMER_MS, Math.max(0, delayMs))
}

export interface EndingClock extends Clock {
  /** Rejects every sleep that is going on, and every later one, with `reason`; no alarm rings any more: the life is over. */
  end(reason: Error): void
}

/** The machine's clock. Sleeps are plain timers: `timers/promises` and `AbortSignal.any` cost several times as much a call. */
export function machineClock(): EndingClock {
  const sleepers = new Set<(reason: Error) => void>()
  let ended: Error | undefined
  return {
    nowMs,
    sleep(delayMs, signal) {
      return new Promise((resolve, reject) => {
        if (ended) return reject(ended)
        if (signal?.aborted) return reject(signal.reason)
        const timer = setTimeout(() => {
          leave()
          resolve()
        }, timerMs(delayMs))
        const wake = (reason: unknown) => {
          clearTimeout(timer)
          leave()
          reject(reason)
        }
        const abort = () => wake(signal?.reason)
        function leave(): void {
          sleepers.delete(wake)
          signal?.removeEventListener('abort', abort)
        }
        sleepers.add(wake)
        signal?.addEventListener('abort', abort, { once: true })
      })
    },
    alarm(delayMs, ring) {
      // Not kept in a list, which would cost as much as the timer: one that outlives the life finds it ended.
      const timer = setTimeout(() => {
        if (!ended) ring()
      }, timerMs(delayMs))
      return () => clearTimeout(timer)
    },
    end(reason) {
      ended = reason
      for (const wake of [...sleepers]) wake(reason)
    },
  }
}

/** Calls back once, unless stopped before. */
export function startTimer(delayMs: number, run: () => void): { stop(): void } {
  const timer = setTimeout(run, timerMs(delayMs))
  return { stop: () => clearTimeout(timer) }
}
