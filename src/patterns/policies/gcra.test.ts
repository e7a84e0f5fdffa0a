import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLimiter } from './gcra.ts'

/** As the machine's clock gives it: large, with fractions. */
const NOW_MS = 1_795_000_000_000.125

describe('a limiter', () => {
  it('lets a quiet client make its burst at once, then one each interval', () => {
    const { admit } = createLimiter(3, 100)
    for (let i = 0; i < 100; i++) expect(admit('ada', NOW_MS)).toBe(0)
    expect(admit('ada', NOW_MS)).toBe(334)
    expect(admit('ada', NOW_MS + 333)).toBe(1)
    expect(admit('ada', NOW_MS + 334)).toBe(0)
    expect(admit('ada', NOW_MS + 334)).toBe(333)
  })

  it('has a limit for each client', () => {
    const { admit } = createLimiter(1, 1)
    expect([admit('ada', 0), admit('bob', 0), admit('ada', 0)]).toEqual([0, 0, 1_000])
  })

  it('costs nothing to ask in vain', () => {
    const { admit } = createLimiter(1, 1)
    admit('ada', 0)
    for (let now = 0; now < 1_000; now += 10) expect(admit('ada', now)).toBe(1_000 - now)
    expect(admit('ada', 1_000)).toBe(0)
  })

  it('forgets whose time has passed', () => {
    const { admit, size } = createLimiter(1, 1)
    for (let i = 0; i < 500; i++) admit(`client-${i}`, i)
    expect(size()).toBe(500)
    admit('another', 1_250)
    expect(size()).toBe(250)
    admit('another', 1_000_000)
    expect(size()).toBe(1)
  })

  it('remembers at most ten thousand, and one for all who come then', () => {
    const { admit, size } = createLimiter(1, 1)
    for (let i = 0; i < 10_000; i++) expect(admit(`client-${i}`, 0)).toBe(0)
    expect(admit('late', 0)).toBe(0)
    expect(admit('later', 0)).toBe(1_000)
    expect(size()).toBe(10_001)
    // A place is a place: the known ones go by their own time.
    expect(admit('client-3', 999)).toBe(1)
    expect(admit('later', 1_000)).toBe(0)
    expect(admit('latest', 1_000)).toBe(0)
  })

  it('never lets more through in any time than the burst and the rate, and keeps its word', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 2_000, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 80 }),
        (rate, burst, pausesMs) => {
          const { admit } = createLimiter(rate, burst)
          const admitted: number[] = []
          let nowMs = NOW_MS
          let promisedMs = Number.POSITIVE_INFINITY
          for (const pauseMs of pausesMs) {
            nowMs += pauseMs
            const again = admit('ada', nowMs)
            if (nowMs >= promisedMs) expect(again).toBe(0)
            if (again === 0) admitted.push(nowMs)
            promisedMs = again === 0 ? Number.POSITIVE_INFINITY : nowMs + again
          }
          for (const [i, from] of admitted.entries()) {
            for (const [j, to] of admitted.entries()) {
              if (j >= i) expect(j - i + 1).toBeLessThanOrEqual(burst + ((to - from + 0.01) * rate) / 1_000 + 1e-6)
            }
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})
