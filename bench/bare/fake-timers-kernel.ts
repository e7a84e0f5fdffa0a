/** The virtual world's time as a mock library keeps it: the same interface over @sinonjs/fake-timers, a tick for a microsecond. */

import FakeTimers from '@sinonjs/fake-timers'
import type { Alarm, Kernel, Owner } from '../../src/runtime/virtual/kernel.ts'

interface Set extends Alarm {
  readonly id: number
}

export function startFakeTimersKernel(): Kernel {
  const clock = FakeTimers.createClock(0, Number.POSITIVE_INFINITY)
  const lying = new Map<number, Set>()

  function cancel(alarm: Alarm): void {
    const { id } = alarm as Set
    clock.clearTimeout(id as unknown as Parameters<typeof clock.clearTimeout>[0])
    lying.delete(id)
  }
  const deadlock = () => {
    throw new Error('nothing is left that could happen')
  }
  function after(delayMicros: number, owner: Owner, ring: () => void): Alarm {
    const id = clock.setTimeout(() => {
      lying.delete(id)
      ring()
    }, Math.ceil(delayMicros)) as unknown as number
    const alarm: Set = { id, atMicros: 0, sequence: id, place: 0, owner, ring, awaited: true }
    lying.set(id, alarm)
    return alarm
  }
  return {
    nowMicros: () => clock.now,
    after,
    first: after,
    cancel,
    cancelAll(owner) {
      for (const alarm of lying.values()) if (alarm.owner === owner) cancel(alarm)
    },
    waitFor() {},
    nextAtMicros: () => null,
    pending: () => lying.size,
    async run<T>(work: () => Promise<T>) {
      let over = false
      const working = work().finally(() => {
        over = true
      })
      working.catch(() => {})
      // What the work does before it waits for time at all.
      await clock.tickAsync(0)
      while (!over && lying.size > 0) await clock.nextAsync()
      if (!over) deadlock()
      return working
    },
    deadlock,
    async settle() {
      while (lying.size > 0) await clock.nextAsync()
      return true
    },
  }
}
