import { describe, expect, it } from 'vitest'
import { virtualClock } from './clock.ts'
import { startKernel } from './kernel.ts'

function stand() {
  const kernel = startKernel()
  return { kernel, clock: virtualClock(kernel, 'order') }
}

describe('a virtual clock', () => {
  it('begins at the same moment in every world, and knows fractions', async () => {
    const { kernel, clock } = stand()
    expect(new Date(clock.nowMs()).toISOString()).toBe('2026-01-01T00:00:00.000Z')
    const beganMs = clock.nowMs()
    await kernel.run(() => clock.sleep(90_000.25))
    expect(clock.nowMs() - beganMs).toBe(90_000.25)
  })

  it('never stands still for somebody who sleeps until a moment that lies between two microseconds', async () => {
    const { kernel, clock } = stand()
    const dueMs = clock.nowMs() + 100 / 3
    await kernel.run(async () => {
      while (clock.nowMs() < dueMs) await clock.sleep(dueMs - clock.nowMs())
    })
    expect(clock.nowMs() - dueMs).toBeLessThan(0.001)
  })

  it('wakes whoever is aborted at once, and leaves nothing behind', async () => {
    const { kernel, clock } = stand()
    const abort = new AbortController()
    const sleeping = kernel.run(() => clock.sleep(1_000, abort.signal))
    abort.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    await expect(clock.sleep(1, abort.signal)).rejects.toThrow('enough')
    expect(kernel.pending()).toBe(0)
  })

  it('rings an alarm unless it was stopped', async () => {
    const { kernel, clock } = stand()
    const rung: string[] = []
    const stop = clock.alarm(5, () => rung.push('stopped'))
    clock.alarm(10, () => rung.push('kept'))
    stop()
    stop()
    await kernel.settle(1_000_000)
    expect(rung).toEqual(['kept'])
  })

  it('ends with the life it belongs to: sleepers sleep for ever, and others are not touched', async () => {
    const kernel = startKernel()
    const woken: string[] = []
    let alive = true
    const clock = virtualClock(kernel, 'order', () => alive)
    const other = virtualClock(kernel, 'payment')
    void clock.sleep(5).then(() => woken.push('order'))
    void other.sleep(5).then(() => woken.push('payment'))
    clock.alarm(5, () => woken.push('alarm'))
    kernel.cancelAll('order')
    alive = false
    void clock.sleep(5).then(() => woken.push('late sleeper'))
    clock.alarm(5, () => woken.push('late alarm'))()
    clock.alarm(5, () => woken.push('late alarm'))
    await kernel.settle(1_000_000)
    expect(woken).toEqual(['payment'])
  })
})
