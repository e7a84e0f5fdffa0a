import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer, type DependencyResult, MOST_BREAKER_CHANGES } from '../core/dependency.ts'
import type { JournalLine, PolicyWord } from '../core/event.ts'
import { EDGES } from '../core/topology.ts'
import { collectDependencies } from './dependencies.ts'

const START_MS = 1_800_000_000_000
const EDGE = 'order→payment'
const OK: Answer = { status: 200, reason: null, afterMs: 5 }
const LOST: Answer = { status: 0, reason: 'reset', afterMs: 5 }

type Told = { policy?: string; detail?: string; amount?: number; purchase?: string; edge?: string }

function collect(expectedSpanMs = 1_000) {
  const calls = collectDependencies({ trafficStartMs: START_MS, expectedSpanMs })
  return {
    ...calls,
    sent: (afterMs: number, edge: string = EDGE) => calls.sent(edge, START_MS + afterMs),
    heard: (afterMs: number, answer: Answer, edge: string = EDGE) => calls.heard(edge, START_MS + afterMs, answer),
    tell(afterMs: number, what: PolicyWord, more: Told = {}) {
      const about = { node: 'order', incarnation: 1, type: 'policy', policy: 'bulkhead', edge: EDGE, effect: 'charge' }
      const line = { ...about, atMs: START_MS + afterMs, purchase: 'p-1', detail: '', what, ...more }
      calls.policy(line as JournalLine & { type: 'policy' })
    },
    end: (afterMs: number) => calls.end('order', START_MS + afterMs),
    only(): DependencyResult {
      const [first, ...rest] = calls.dependencies()
      expect(rest).toEqual([])
      return first as DependencyResult
    },
  }
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
const total = (counts: Readonly<Record<string, number>>) => sum(Object.values(counts))

describe('calls', () => {
  it('are counted by path, in the order of the paths, and only where there were any', () => {
    const calls = collect()
    expect(calls.dependencies()).toEqual([])
    calls.sent(1, 'payment→fx')
    calls.sent(2)
    calls.sent(3)
    calls.sent(4, 'order→nowhere')
    expect(calls.dependencies().map(({ edge, calls: count }) => [edge, count])).toEqual([
      ['order→payment', 2],
      ['payment→fx', 1],
    ])
  })

  it('fail by the first word of the reason; a latency is of those that were answered in any way', () => {
    const calls = collect()
    calls.heard(1, OK)
    calls.heard(2, { status: 503, reason: 'server-error: overloaded', afterMs: 20 })
    calls.heard(3, { status: 0, reason: 'timeout: no answer in 200 ms', afterMs: 200 })
    calls.sent(4)
    const { failures, latencyMs } = calls.only()
    expect(failures).toEqual({ 'server-error': 1, timeout: 1 })
    expect(latencyMs.max).toBe(20)
    expect(latencyMs.p50).toBeCloseTo(5, 1)
  })

  it('with more reasons than anybody can read are counted together', () => {
    const calls = collect()
    calls.sent(0)
    for (let at = 0; at < 200; at++) calls.heard(1, { status: 500, reason: `reason-${at}`, afterMs: 1 })
    const { failures } = calls.only()
    expect(Object.keys(failures)).toHaveLength(51)
    expect(failures.other).toBe(150)
  })

  it('at the door are of interest where a policy stands there', () => {
    const calls = collect()
    calls.sent(0, 'door')
    expect(calls.dependencies()).toEqual([])
    calls.tell(1, 'refused', { edge: 'door', policy: 'rate-limit' })
    expect(calls.only()).toMatchObject({ edge: 'door', calls: 1, refusals: { 'rate-limit': 1 } })
  })
})

it('what policies say is counted, each word where it belongs', () => {
  const calls = collect()
  const words: PolicyWord[] = ['retry', 'retry', 'budget-exhausted', 'timeout', 'late-answer', 'hedged', 'hedge-won']
  for (const what of words) calls.tell(1, what)
  calls.tell(2, 'fallback', { detail: 'cache: 40 ms old' })
  calls.tell(2, 'fallback', { detail: 'cache' })
  calls.tell(2, 'refused', { policy: 'breaker' })
  calls.tell(2, 'refused')
  calls.tell(2, 'limit', { amount: 7 })
  expect(calls.only()).toMatchObject({
    calls: 0,
    retries: 2,
    budgetExhausted: 1,
    leastBudgetLeft: 0,
    limit: { least: 7, most: 7, last: 7 },
    probes: { well: 0, ill: 0 },
    timeouts: 1,
    lateAnswers: 1,
    hedges: { sent: 1, won: 1 },
    fallbacks: { cache: 2 },
    refusals: { breaker: 1, bulkhead: 1 },
    breaker: null,
  })
})

describe('levels', () => {
  it('rise and fall with the calls, and a bucket without a change keeps its level', () => {
    const calls = collect(100)
    calls.sent(0)
    calls.sent(1)
    calls.heard(40, OK)
    calls.heard(41, OK)
    const { mostInFlight, series } = calls.only()
    expect(mostInFlight).toBe(2)
    expect(series.bucketMs).toBe(1)
    expect(series.mostInFlight.slice(0, 4)).toEqual([1, 2, 2, 2])
    expect(series.mostInFlight.slice(39, 44)).toEqual([2, 2, 1, 0, 0])
    expect(series.calls).toHaveLength(100)
  })

  it('begin at nothing in a new life, whatever was on its way', () => {
    const calls = collect()
    calls.sent(0)
    calls.tell(1, 'queued')
    calls.end(50)
    calls.begin('order')
    calls.sent(200)
    const { mostInFlight, mostQueued, series } = calls.only()
    expect([mostInFlight, mostQueued]).toEqual([1, 1])
    expect(series.mostInFlight[2]).toBe(1)
    expect(series.mostInFlight[10]).toBe(0)
    expect(series.mostQueued.at(-1)).toBe(0)
  })

  it('of a line: who leaves it, by a turn or by a refusal, has been in it', () => {
    const calls = collect()
    calls.tell(1, 'queued', { purchase: 'p-1' })
    calls.tell(2, 'queued', { purchase: 'p-2' })
    calls.tell(3, 'refused', { purchase: 'p-3' })
    calls.tell(4, 'queued', { purchase: 'p-4' })
    calls.tell(5, 'waited', { purchase: 'p-1', amount: 4 })
    calls.tell(6, 'refused', { purchase: 'p-2' })
    calls.tell(7, 'queued', { purchase: 'p-5' })
    const { mostQueued, waitedMs, refusals } = calls.only()
    expect(mostQueued).toBe(3)
    expect(waitedMs.max).toBe(4)
    expect(refusals).toEqual({ bulkhead: 2 })
    expect(total(calls.only().refusalReasons)).toBe(2)
  })

  it('of a run that lasts far longer than expected keep their sums in a bounded number of buckets', () => {
    const calls = collect(100)
    for (let at = 0; at < 5_000; at++) {
      calls.sent(at * 7)
      calls.heard(at * 7 + 1, OK)
    }
    const { series } = calls.only()
    expect(series.calls.length).toBeLessThanOrEqual(120)
    expect(series.bucketMs * 120).toBeGreaterThan(34_999)
    expect(sum(series.calls)).toBe(5_000)
    expect(new Set(series.mostInFlight)).toEqual(new Set([1]))
  })
})

describe('a breaker', () => {
  it('is open from one word to the next, and at the end until the journal ends', () => {
    const calls = collect()
    calls.tell(100, 'opened', { policy: 'breaker', detail: 'too many failures' })
    calls.tell(300, 'half-opened')
    calls.tell(320, 'closed')
    calls.tell(500, 'opened')
    calls.end(900)
    expect(calls.only().breaker).toEqual({
      openings: 2,
      openMs: 600,
      changes: [
        { atMs: 100, state: 'open', detail: 'too many failures' },
        { atMs: 300, state: 'half-open', detail: '' },
        { atMs: 320, state: 'closed', detail: '' },
        { atMs: 500, state: 'open', detail: '' },
      ],
    })
  })

  it('is closed in a new life', () => {
    const calls = collect()
    calls.tell(100, 'opened')
    calls.end(250)
    calls.begin('order')
    calls.sent(700)
    calls.end(800)
    const breaker = calls.only().breaker
    expect(breaker?.openMs).toBe(150)
    expect(breaker?.changes.at(-1)).toEqual({ atMs: 250, state: 'closed', detail: 'the service was restarted' })
  })

  it('that flutters is counted whole and kept in part', () => {
    const calls = collect()
    for (let at = 0; at < 1_000; at++) calls.tell(at, at % 2 === 0 ? 'opened' : 'closed', { detail: 'x'.repeat(5_000) })
    const breaker = calls.only().breaker
    expect([breaker?.openings, breaker?.openMs]).toEqual([500, 500])
    expect(breaker?.changes).toHaveLength(MOST_BREAKER_CHANGES)
    expect(JSON.stringify(breaker).length).toBeLessThan(60_000)
  })
})

const happening = fc.record({
  afterMs: fc.integer({ min: -50, max: 3_000 }),
  edge: fc.constantFrom(...EDGES, 'door', 'order→nowhere'),
  what: fc.constantFrom('sent', 'heard', 'lost', 'queued', 'waited', 'refused', 'opened', 'closed', 'new life'),
  purchase: fc.constantFrom('p-1', 'p-2', 'p-3'),
})

it('whatever the journals say, no level is negative and the sums agree', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 200 }), (happenings) => {
      const calls = collect(700)
      const inTime = happenings.toSorted((a, b) => a.afterMs - b.afterMs)
      for (const { afterMs, edge, what, purchase } of inTime) {
        if (what === 'sent') calls.sent(afterMs, edge)
        else if (what === 'heard' || what === 'lost') calls.heard(afterMs, what === 'heard' ? OK : LOST, edge)
        else if (what === 'new life') {
          calls.end(afterMs)
          calls.begin('order')
        } else calls.tell(afterMs, what as PolicyWord, { edge, purchase, amount: 1 })
      }
      for (const { edge, calls: count, series, failures, refusals, mostInFlight, breaker } of calls.dependencies()) {
        const here = inTime.filter((each) => each.edge === edge)
        const times = (what: string) => here.filter((each) => each.what === what).length
        expect(count).toBe(times('sent'))
        expect(sum(series.calls)).toBe(count)
        expect(sum(series.refused)).toBe(total(refusals))
        expect(total(failures)).toBe(times('lost'))
        expect(breaker?.openings ?? 0).toBe(times('opened'))
        expect(breaker?.openMs ?? 0).toBeGreaterThanOrEqual(0)
        expect(Math.max(0, ...series.mostInFlight)).toBe(mostInFlight)
        expect(Math.min(0, ...series.mostInFlight, ...series.mostQueued)).toBe(0)
        expect(mostInFlight).toBeLessThanOrEqual(count)
      }
    }),
    { numRuns: 200 },
  )
})
