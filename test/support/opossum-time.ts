/** opossum lives by the machine's timers; these are turned together with the clock of a fake node. */

import { vi } from 'vitest'
import type { FakeEnv } from './fake-env.ts'

/** Call before a breaker is made, and `vi.useRealTimers` afterwards. */
export function holdMachineTime(): void {
  // The fakes let promises run by setImmediate, which stays what it is.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'], now: 0 })
}

/** Time as it passes: every timer fires. */
export async function pass(env: FakeEnv, ms: number): Promise<void> {
  await env.advance(ms)
  await vi.advanceTimersByTimeAsync(ms)
}

/** The event loop stands still: the clock goes on and no timer fires. */
export async function stall(env: FakeEnv, ms: number): Promise<void> {
  await env.advance(ms)
  vi.setSystemTime(Date.now() + ms)
}
