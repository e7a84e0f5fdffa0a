import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildRun, NO_JOURNAL, START_MS } from '../../test/support/build-facts.ts'
import { gremlin } from '../../test/support/scenarios.ts'
import type { Strike } from '../core/invariant.ts'
import { collectFigures } from './figures.ts'
import { collectLevels, recordSpans } from './levels.ts'
import { MOST_BUCKETS } from './series.ts'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

test('no time is lost and the memory stays bounded, however late and long a stretch is', () => {
  const stretch = fc.record({
    fromMs: fc.integer({ min: -100, max: 3_000_000 }),
    lastsMs: fc.integer({ min: -5, max: 50_000 }),
    amount: fc.integer({ min: 1, max: 9 }),
  })
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 30 }), (stretches) => {
      const spans = recordSpans(1_000)
      for (const { fromMs, lastsMs, amount } of stretches) spans.add('held', fromMs, fromMs + lastsMs, amount)
      const means = spans.means('held', 1_000)
      expect(means.length).toBeLessThanOrEqual(MOST_BUCKETS)
      const wanted = sum(
        stretches.map(({ fromMs, lastsMs, amount }) => Math.max(0, fromMs + lastsMs - Math.max(0, fromMs)) * amount),
      )
      // Means are kept to three digits.
      const tolerance = 0.001 * spans.bucketMs() * MOST_BUCKETS
      expect(Math.abs(sum(means) * spans.bucketMs() - wanted)).toBeLessThanOrEqual(tolerance)
    }),
  )
})

test('a stretch counts into each bucket by as much of it as it lies in', () => {
  const spans = recordSpans(1_200)
  spans.add('held', 5, 25, 2)
  spans.add('held', 22, 24, 1)
  expect(spans.bucketMs()).toBe(10)
  expect(spans.means('held', 40)).toEqual([1, 2, 1.2, 0])
  expect(spans.means('other', 40)).toEqual([0, 0, 0, 0])
})

function levels() {
  const { scenario } = buildRun().facts()
  const holiday = gremlin('outage', 'bank', { name: 'holiday', fromMs: 100, toMs: 300 })
  return collectLevels({
    scenario: {
      ...scenario,
      restartAfterMs: 50,
      gremlins: [holiday],
      buyers: { ...scenario.buyers, patienceMs: 1_000 },
    },
    trafficStartMs: START_MS,
    arrivalWindowMs: 1_400,
  })
}

function strike(change: Partial<Strike>): Strike {
  const about = { gremlin: 'holiday', kind: 'outage', node: 'bank', incarnation: 1, purchase: '', effect: '' }
  return { ...about, atMs: START_MS + 100, attempt: 1, fatal: false, takes: [], ...change }
}

test('nothing was held and nobody was away: there are no levels', () => {
  const collected = levels()
  collected.addStrike(strike({ kind: 'latency' }))
  expect(collected.levels()).toBeUndefined()
})

test('a killed service is away until it listens again, one with an outage until the window ends, and never twice', () => {
  const collected = levels()
  collected.addStrike(strike({ kind: 'crash', gremlin: 'dies', node: 'payment', fatal: true, atMs: START_MS + 10 }))
  collected.addStrike(strike({}))
  collected.addStrike(strike({ incarnation: 2, atMs: START_MS + 200 }))
  const found = collected.levels()
  expect(found?.bucketMs).toBe(20)
  expect(found?.away.payment?.slice(0, 5)).toEqual([0.5, 1, 1, 0, 0])
  expect(sum(found?.away.bank ?? []) * 20).toBeCloseTo(200)
  expect(Math.max(...(found?.away.bank ?? []))).toBe(1)
})

test('what is held is counted from the traffic’s start on, by its amount', () => {
  const collected = levels()
  collected.held('lockedStock', START_MS - 20, START_MS + 30, 3)
  const found = collected.levels()
  expect(found?.lockedStock.slice(0, 3)).toEqual([3, 1.5, 0])
  expect(sum(found?.inDoubt ?? [])).toBe(0)
  expect(found?.inDoubt).toHaveLength(found?.lockedStock.length ?? 0)
})

test('a variant’s levels come from the holds in its ledgers, each counted once', () => {
  const run = buildRun()
  const purchase = run.purchase('p-1')
  const row = { effect: 'deduct', account: 'console', unit: 'piece', key: 'k', amount: 2 } as const
  for (const [service, untilMs] of [
    ['inventory', 40],
    ['payment', 60],
    ['bank', 80],
  ] as const) {
    purchase.row(service, { ...row, kind: 'hold', atMs: START_MS + 10 })
    purchase.row(service, { ...row, kind: 'release', atMs: START_MS + untilMs })
  }
  const { scenario, arrivedCount } = run.facts()
  const plan = { scenario, arrivedCount, trafficStartMs: START_MS, arrivalWindowMs: 1_000, journal: NO_JOURNAL }
  const collected = collectFigures(plan)
  for (const service of ['inventory', 'payment', 'bank'] as const) {
    for (const entry of run.ledger(service)) collected.addEntry(entry)
  }
  for (const facts of run.classified()) collected.addPurchase(facts)
  const found = collected.figures().levels
  const total = (line: readonly number[] = []) => Math.round(sum(line) * (found?.bucketMs ?? 0))
  expect([total(found?.inDoubt), total(found?.lockedStock), total(found?.lockedAccounts)]).toEqual([80, 60, 70])
})
