import type { Clock } from '../../core/env.ts'
import { type Kernel, MICROS_PER_MS, type Owner } from './kernel.ts'

/** Every virtual world begins at this moment, whenever it is run: 2026-01-01T00:00:00Z. */
export const EPOCH_MS = Date.UTC(2026, 0, 1)

/**
 * A node's view of virtual time. It ends with `kernel.cancelAll(owner)`, when the owner is no longer alive: whoever sleeps, or still
 * goes to sleep, sleeps for ever, as in a killed process, and no alarm rings any more.
 */
export function virtualClock(kernel: Kernel, owner: Owner, isAlive: () => boolean = () => true): Clock {
  return {
    nowMs: () => EPOCH_MS + kernel.nowMicros() / MICROS_PER_MS,
    sleep(delayMs, signal) {
      return new Promise((resolve, reject) => {
        if (!isAlive()) return
        if (signal?.aborted) return reject(signal.reason)
        const abort = () => {
          kernel.cancel(alarm)
          reject(signal?.reason)
        }
        const alarm = kernel.after(delayMs * MICROS_PER_MS, owner, () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        })
        signal?.addEventListener('abort', abort, { once: true })
      })
    },
    alarm(delayMs, ring) {
      if (!isAlive()) return () => {}
      const alarm = kernel.after(delayMs * MICROS_PER_MS, owner, ring)
      return () => kernel.cancel(alarm)
    },
  }
}
