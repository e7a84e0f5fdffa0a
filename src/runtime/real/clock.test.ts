import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { machineClock, nowMs, startTimer } from './clock.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** Says how a promise ended, or `pending`. */
async function stateOf(promise: Promise<void>): Promise<string> {
  const over = promise.then(
    () => 'done',
    (reason: Error) => reason.message,
  )
  return Promise.race([over, Promise.resolve().then(() => Promise.resolve('pending'))])
}

it('tells milliseconds since the epoch, with fractions, never going back', () => {
  const times = Array.from({ length: 1_000 }, nowMs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000)
  expect(machineClock().nowMs()).toBeGreaterThanOrEqual(times.at(-1) ?? 0)
})

describe('sleep', () => {
  it('ends after its time, and not before', async () => {
    const sleeping = machineClock().sleep(100)
    vi.advanceTimersByTime(99)
    expect(await stateOf(sleeping)).toBe('pending')
    vi.advanceTimersByTime(1)
    await sleeping
  })

  it('takes a negative time for none', async () => {
    const sleeping = machineClock().sleep(-5)
    vi.advanceTimersByTime(0)
    await sleeping
  })

  it('ends with the reason of its signal, and leaves no timer and no listener', async () => {
    const controller = new AbortController()
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    const sleeping = machineClock().sleep(100, controller.signal)
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
    expect(removed).toHaveBeenCalled()
    await expect(machineClock().sleep(100, controller.signal)).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('stops listening to its signal when it is over', async () => {
    const { signal } = new AbortController()
    const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]
    const sleeping = machineClock().sleep(10, signal)
    vi.advanceTimersByTime(10)
    await sleeping
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(added.mock.calls.map(([, listener]) => listener))
  })
})

it('takes a time that is too long for a timer for a long one', async () => {
  vi.useRealTimers()
  const { promise: aMoment, resolve } = Promise.withResolvers<string>()
  const life = machineClock()
  const sleeping = life.sleep(1e300).then(
    () => 'slept',
    () => 'ended',
  )
  const rung: string[] = []
  const stop = life.alarm(2 ** 31, () => rung.push('rung'))
  const timer = startTimer(2 ** 40, () => rung.push('started'))
  startTimer(20, () => resolve('a moment'))
  expect(await Promise.race([sleeping, aMoment])).toBe('a moment')
  expect(rung).toEqual([])
  stop()
  timer.stop()
  life.end(new Error('over'))
})

describe('a clock that ends', () => {
  it('wakes all who sleep with the reason, and lets nobody sleep any more', async () => {
    const clock = machineClock()
    const sleepers = [clock.sleep(10), clock.sleep(1_000), clock.sleep(5, new AbortController().signal)]
    clock.end(new Error('dead'))
    for (const sleeping of [...sleepers, clock.sleep(1)]) await expect(sleeping).rejects.toThrow('dead')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves other clocks alone', async () => {
    const sleeping = machineClock().sleep(10)
    machineClock().end(new Error('dead'))
    vi.advanceTimersByTime(10)
    await sleeping
  })
})

it('a timer calls back once, unless it was stopped', () => {
  const run = vi.fn()
  startTimer(10, run)
  startTimer(10, run).stop()
  vi.advanceTimersByTime(100)
  expect(run).toHaveBeenCalledTimes(1)
})
