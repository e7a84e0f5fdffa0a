import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRetryBudget } from './retry-budget.ts'

/** So many of `tries` retries were granted. */
function granted(budget: ReturnType<typeof createRetryBudget>, tries: number, nowMs: number): number {
  return Array.from({ length: tries }, () => budget.takeRetry(nowMs)).filter((left) => left !== undefined).length
}

describe('a retry budget', () => {
  it('is a share of the requests, reached and not exceeded', () => {
    const budget = createRetryBudget({ ratio: 0.29, floorPerSecond: 0, windowMs: 10_000 })
    for (let i = 0; i < 100; i++) budget.request(i)
    expect(granted(budget, 50, 100)).toBe(29)
  })

  it('has a floor, without a single request', () => {
    const budget = createRetryBudget({ ratio: 0.1, floorPerSecond: 1, windowMs: 10_000 })
    expect(granted(budget, 50, 5)).toBe(10)
    budget.request(5)
    expect(granted(budget, 50, 5)).toBe(0)
  })

  it('can be nothing at all', () => {
    const budget = createRetryBudget({ ratio: 0, floorPerSecond: 0, windowMs: 10_000 })
    for (let i = 0; i < 100; i++) budget.request(i)
    expect(granted(budget, 5, 100)).toBe(0)
  })

  it('slides: what was a window ago counts no more, busy or idle', () => {
    const budget = createRetryBudget({ ratio: 1, floorPerSecond: 0, windowMs: 1_000 })
    for (let i = 0; i < 4; i++) budget.request(i * 100)
    expect(granted(budget, 9, 399)).toBe(4)
    for (let i = 0; i < 3; i++) budget.request(450)
    expect(granted(budget, 9, 450)).toBe(3)
    // Gone: the requests of the first 400 ms, and the retries at 399.
    expect(granted(budget, 9, 1_399)).toBe(0)
    budget.request(1_399)
    expect(granted(budget, 9, 1_399)).toBe(1)
    expect(granted(budget, 9, 50_000)).toBe(0)
    budget.request(50_000)
    expect(granted(budget, 9, 50_000)).toBe(1)
  })

  it('never grants more, in all, than the share and the floor of the time', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.array(fc.record({ pauseMs: fc.nat(400), retries: fc.nat(5), requests: fc.nat(5) }), { maxLength: 60 }),
        (ratio, floorPerSecond, steps) => {
          const budget = createRetryBudget({ ratio, floorPerSecond, windowMs: 1_000 })
          let nowMs = 1_795_000_000_000
          let retries = 0
          let requests = 0
          const startMs = nowMs
          for (const step of steps) {
            nowMs += step.pauseMs
            for (let i = 0; i < step.requests; i++) budget.request(nowMs)
            requests += step.requests
            retries += granted(budget, step.retries, nowMs)
            // Each begun window has its floor.
            const windows = Math.floor((nowMs - startMs) / 1_000) + 2
            expect(retries).toBeLessThanOrEqual(ratio * requests + floorPerSecond * windows + 1e-6)
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})
