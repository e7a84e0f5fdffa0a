import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVegas, type Lesson } from './vegas.ts'

const RULES = { initial: 20, least: 1, most: 100, leastQueued: 3, mostQueued: 6, backOff: 0.5, baselineMs: 1_000 }

/** A limit, and a clock that goes on by the latency of each round. */
function stand(rules: Partial<typeof RULES> = {}) {
  const vegas = createVegas({ ...RULES, ...rules })
  let nowMs = 0
  /** As many calls as the limit allows, all at once, each with this latency. */
  function round(latencyMs: number, lesson: Lesson = 'answered', inFlight = vegas.limit(), question = 'do deduct') {
    const startMs = nowMs
    nowMs += latencyMs
    const calls = Math.min(100, vegas.limit() + 1)
    for (let i = 0; i < calls; i++) vegas.ended({ lesson, question, startMs, nowMs, inFlight })
    return vegas.limit()
  }
  return { vegas, round, wait: (ms: number) => (nowMs += ms) }
}

describe('a limit', () => {
  it('leaps while nothing queues, and stays under its greatest', () => {
    const { round } = stand()
    expect([round(10), round(10)]).toEqual([26, 32])
    for (let i = 0; i < 30; i++) round(10)
    expect(round(10)).toBe(100)
  })

  it('grows by one while little queues, and stays where it is when enough does', () => {
    const { round } = stand()
    round(10, 'answered', 0)
    // 20 × (1 − 10/11) = 1.8 in the queue.
    expect(round(11)).toBe(21)
    // 21 × (1 − 10/12.5) = 4.2
    expect(round(12.5)).toBe(21)
  })

  it('gives up half of what queues too much', () => {
    const { round } = stand({ baselineMs: 60_000 })
    round(10, 'answered', 0)
    // 20 × (1 − 10/40) = 15 in the queue, 9 too many.
    expect(round(40)).toBe(15)
    for (let i = 0; i < 50; i++) round(40, 'answered')
    // 8 × (1 − 10/40) = 6 may queue, and a step is one at least.
    expect(round(40)).toBe(7)
  })

  it('does not grow when it was not put to the test', () => {
    const { round } = stand()
    expect(round(10, 'answered', 9)).toBe(20)
    expect(round(10, 'answered', 10)).toBe(26)
  })

  it('shrinks by a factor when overloaded, once for all calls that were under way together', () => {
    const { round } = stand()
    expect(round(10, 'overloaded')).toBe(10)
    expect(round(10, 'overloaded')).toBe(5)
    for (let i = 0; i < 10; i++) round(10, 'overloaded')
    expect(round(10, 'overloaded')).toBe(1)
    for (let i = 0; i < 3; i++) round(10)
    expect(round(10)).toBeGreaterThan(10)
  })

  it('learns nothing from what teaches nothing', () => {
    const { round } = stand()
    expect(round(10_000, 'nothing')).toBe(20)
  })

  it('learns from a call that was cut off that it took long, never that it was short', () => {
    const { round } = stand()
    expect(round(1, 'cut-off')).toBe(20)
    round(10, 'answered', 0)
    expect(round(1, 'cut-off', 0)).toBe(20)
    expect(round(40, 'cut-off')).toBe(15)
  })

  it('measures each question against its own shortest latency', () => {
    const { round } = stand()
    round(1, 'answered', 0, 'query stock')
    round(50, 'answered', 0, 'do deduct')
    expect(round(50, 'answered', 0, 'do deduct')).toBe(20)
  })

  it('believes in a shortest latency only for so long', () => {
    const { round, wait } = stand({ initial: 30 })
    round(10, 'answered', 0)
    const shrunk = round(40)
    expect(shrunk).toBeLessThan(30)
    for (let i = 0; i < 3; i++) {
      wait(1_000)
      round(40, 'answered', 0)
    }
    expect(round(40)).toBeGreaterThanOrEqual(shrunk)
  })
})

it('stays between its least and its most, whatever ends how', () => {
  const call = fc.record({
    lesson: fc.constantFrom<Lesson>('answered', 'cut-off', 'overloaded', 'nothing'),
    question: fc.constantFrom('a', 'b'),
    latencyMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
    pauseMs: fc.nat(2_000),
    inFlight: fc.integer({ min: 1, max: 200 }),
  })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.nat(30),
      fc.nat(30),
      fc.array(call, { maxLength: 400 }),
      (least, above, more, calls) => {
        const [initial, most] = [least + above, least + above + more]
        const vegas = createVegas({ ...RULES, least, initial, most })
        let nowMs = 0
        for (const { latencyMs, pauseMs, ...how } of calls) {
          nowMs += pauseMs
          vegas.ended({ ...how, startMs: nowMs - latencyMs, nowMs })
          expect(vegas.limit()).toBeGreaterThanOrEqual(least)
          expect(vegas.limit()).toBeLessThanOrEqual(most)
        }
      },
    ),
  )
})
