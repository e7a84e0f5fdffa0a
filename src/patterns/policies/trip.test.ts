import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { breakerOptions, type TripOptions } from './breaker-options.ts'
import { createTrip } from './trip.ts'

/** Tells the trip of calls, one each `everyMs`; which of them it answered with a reason. */
function tripped(options: object, calls: readonly boolean[], { everyMs = 1, tookMs = 0, fromMs = 0 } = {}): boolean[] {
  const trip = createTrip(breakerOptions.parse(options) as TripOptions)
  return calls.map((failed, index) => trip.complete({ failed, tookMs, atMs: fromMs + index * everyMs }) !== undefined)
}
const times = (count: number, failed: boolean) => new Array<boolean>(count).fill(failed)
const at = (answers: readonly boolean[]) => answers.indexOf(true)

describe('consecutive failures', () => {
  it('trip when the threshold is reached, not after it', () => {
    expect(tripped({ failures: 3 }, times(3, true))).toEqual([false, false, true])
  })

  it('begin again at a success', () => {
    const calls = [true, false, true, false, true, true]
    expect(tripped({ failures: 2 }, calls)).toEqual([false, false, false, false, false, true])
  })
})

describe('a count window', () => {
  const options = { trip: 'count-window', size: 10, failureRatio: 0.3, minimumCalls: 5 }

  it('trips when the ratio is reached: 3 of 10 at 0.3', () => {
    expect(at(tripped(options, [...times(7, false), ...times(3, true)]))).toBe(9)
    expect(at(tripped({ ...options, failureRatio: 0.31 }, [...times(7, false), ...times(3, true)]))).toBe(-1)
  })

  it('says nothing before the minimum of calls, and then also at a success', () => {
    expect(at(tripped(options, times(5, true)))).toBe(4)
    expect(at(tripped(options, [...times(4, true), false]))).toBe(4)
  })

  it('forgets what is older than its size', () => {
    const full = { ...options, minimumCalls: 10 }
    expect(at(tripped(full, [true, true, ...times(9, false), true, true]))).toBe(-1)
    expect(at(tripped({ ...full, failureRatio: 0.2 }, [...times(9, false), true, ...times(8, false), true]))).toBe(18)
  })

  it('needs no more calls than it holds', () => {
    expect(at(tripped({ ...options, size: 2 }, times(3, true)))).toBe(1)
  })

  it('agrees with a list of the last calls, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.boolean(), { maxLength: 60 }),
        (size, minimumCalls, twentieths, calls) => {
          const failureRatio = twentieths / 20
          const expected = calls.map((_, index) => {
            const last = calls.slice(Math.max(0, index + 1 - size), index + 1)
            return (
              last.length >= Math.min(minimumCalls, size) && last.filter(Boolean).length / last.length >= failureRatio
            )
          })
          expect(tripped({ trip: 'count-window', size, failureRatio, minimumCalls }, calls)).toEqual(expected)
        },
      ),
    )
  })
})

describe('a time window', () => {
  const options = { trip: 'time-window', windowMs: 1_000, failureRatio: 0.5, minimumCalls: 4 }

  it('trips when the ratio is reached, at whichever call reaches the minimum', () => {
    expect(at(tripped(options, [false, false, true, true]))).toBe(3)
    expect(at(tripped(options, [true, true, true, false]))).toBe(3)
    expect(at(tripped(options, [false, false, false, true]))).toBe(-1)
  })

  it('ages by the clock, also when nobody calls', () => {
    // A second apart, each call is alone in its window.
    expect(at(tripped(options, times(20, true), { everyMs: 1_000 }))).toBe(-1)
    expect(at(tripped(options, times(20, true), { everyMs: 200 }))).toBe(3)
  })

  it('keeps a call for the window, or at most a hundredth less, wherever the clock stands', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2e12, noNaN: true }),
        fc.array(fc.record({ gapMs: fc.integer({ min: 0, max: 600 }), failed: fc.boolean() }), { maxLength: 50 }),
        (fromMs, calls) => {
          const trip = createTrip(breakerOptions.parse({ ...options, minimumCalls: 1 }) as TripOptions)
          const seen: { atMs: number; failed: boolean }[] = []
          let atMs = fromMs
          for (const { gapMs, failed } of calls) {
            atMs += gapMs
            seen.push({ atMs, failed })
            const said = trip.complete({ atMs, failed, tookMs: 0 })
            const verdict = (windowMs: number) => {
              const last = seen.filter((call) => call.atMs > atMs - windowMs)
              return last.filter((call) => call.failed).length / last.length >= 0.5
            }
            const [short, long] = [verdict(989), verdict(1_001)]
            if (short === long && seen.every((call) => call.atMs <= atMs - 1_001 || call.atMs > atMs - 989))
              expect(said !== undefined).toBe(short)
          }
        },
      ),
    )
  })
})

describe('slow calls', () => {
  const options = { trip: 'slow-calls', slowMs: 100, slowRatio: 0.5, windowMs: 1_000, minimumCalls: 4 }

  it('trip when enough calls took that long, also if all went well', () => {
    expect(at(tripped(options, times(4, false), { tookMs: 100 }))).toBe(3)
    expect(at(tripped(options, times(9, false), { tookMs: 99 }))).toBe(-1)
  })

  it('care for failures only where asked', () => {
    expect(at(tripped(options, times(9, true)))).toBe(-1)
    expect(at(tripped({ ...options, failureRatio: 1 }, times(9, true)))).toBe(3)
  })

  it('take a slow trial for a bad one, and a failed one, too', () => {
    const trip = createTrip(breakerOptions.parse(options) as TripOptions)
    expect(trip.isBad({ atMs: 0, tookMs: 100, failed: false })).toBe(true)
    expect(trip.isBad({ atMs: 0, tookMs: 1, failed: true })).toBe(true)
    expect(trip.isBad({ atMs: 0, tookMs: 1, failed: false })).toBe(false)
  })
})

describe('the options', () => {
  it.each([
    { trip: 'time-window', failures: 3 },
    { trip: 'consecutive-failures', windowMs: 3 },
    { trip: 'slow-calls' },
    { trip: 'count-window', failureRatio: 0 },
    { timeoutMs: 3 },
    { engine: 'opossum', failures: 3 },
    { engine: 'opossum', trip: 'count-window' },
    { engine: 'opossum', trials: 3 },
    { openGrowth: { most: 3 } },
  ])('refuse %j', (options) => expect(breakerOptions.safeParse(options).success).toBe(false))

  it('fill in themselves once and for all', () => {
    for (const options of [{}, { failures: 2 }, { trip: 'time-window' }, { engine: 'opossum' }, { openGrowth: {} }]) {
      const once = breakerOptions.parse(options)
      expect(breakerOptions.parse(once)).toEqual(once)
    }
    expect(breakerOptions.parse({})).toMatchObject({ engine: 'ours', trip: 'consecutive-failures', failures: 5 })
  })
})
