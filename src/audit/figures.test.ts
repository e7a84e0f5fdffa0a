import { expect, test } from 'vitest'
import { buildRun, buildStrike, NO_JOURNAL, type RunBuilder, START_MS } from '../../test/support/build-facts.ts'
import { collectFigures } from './figures.ts'

function figuresOf(run: RunBuilder, arrivalWindowMs = 1_000) {
  const { scenario, arrivedCount } = run.facts()
  const plan = { scenario, arrivedCount, trafficStartMs: START_MS, arrivalWindowMs, journal: NO_JOURNAL }
  const collected = collectFigures(plan)
  for (const facts of run.classified()) collected.addPurchase(facts)
  for (const strike of run.strikes()) collected.addStrike(strike)
  return collected.figures()
}

test('every purchase of the traffic counts in one class', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2').accept().finish('cancelled')
  run.purchase('p-3')
  run.purchase('p-4').accept().finish('failed')
  run.purchase('p-5').accept()
  run.stranger('p-6').accept()
  expect(figuresOf(run).orders).toEqual({ arrived: 5, confirmed: 1, cancelled: 1, refused: 1, failed: 1, inDoubt: 1 })
})

test('latency runs from the intended start to the first answer that is one', () => {
  const run = buildRun()
  const at = (latencyMs: number) => ({ atMs: START_MS + 100 + latencyMs })
  const early = { intendedMs: 100 }
  run
    .purchase('p-1', early)
    .accept()
    .deduct()
    .charge()
    .finish('confirmed')
    .tell('left', at(10))
    .tell('no-answer', at(20))
    .tell('in-progress', at(30))
    .tell('confirmed', at(400))
  run.purchase('p-2', early).tell('pending', at(50)).tell('refused', at(60))
  run.purchase('p-3', early).tell('no-answer', at(1))
  const { latencyMs, latencyConfirmedMs, latencyBuckets } = figuresOf(run)
  expect(latencyMs.max).toBe(400)
  expect(latencyMs.p50).toBeCloseTo(50, 0)
  expect(latencyConfirmedMs.p50).toBe(400)
  expect(latencyBuckets.reduce((sum, { all }) => sum + all, 0)).toBe(2)
  expect(latencyBuckets.reduce((sum, { confirmed }) => sum + confirmed, 0)).toBe(1)
})

test('who is told pending has an answer, and is no goodput; how the order ended is told by its class', () => {
  const run = buildRun()
  run.purchase('p-1').accept().deduct().charge().finish('confirmed').tell('pending').tell('pending')
  run.purchase('p-2').accept().finish('failed').tell('no-answer').tell('pending')
  run.purchase('p-3').confirm()
  const { toldPending, orders, latencyBuckets, goodputPerSecond } = figuresOf(run, 1_000)
  expect(toldPending).toBe(2)
  expect(orders).toMatchObject({ confirmed: 2, failed: 1 })
  expect(latencyBuckets.reduce((sum, { confirmed }) => sum + confirmed, 0)).toBe(1)
  expect(goodputPerSecond).toBe(1)
})

test('goodput counts what was confirmed truthfully and within the patience', () => {
  const run = buildRun()
  const late = { atMs: START_MS + 10 + 1_001 }
  run.purchase('p-1', { intendedMs: 10 }).confirm()
  run.purchase('p-2', { intendedMs: 10 }).accept().deduct().charge().finish('confirmed').tell('confirmed', late)
  run.purchase('p-3').accept().charge().finish('confirmed').tell('confirmed')
  run.purchase('p-4').accept().deduct().charge().finish('confirmed').tell('no-answer')
  run.purchase('p-5').accept().finish('refused').tell('confirmed')
  const { goodputPerSecond, series } = figuresOf(run, 500)
  expect(goodputPerSecond).toBe(2)
  expect(series.goodput.reduce((sum, count) => sum + count, 0)).toBe(1)
  expect(series.goodput[Math.floor(60 / series.bucketMs)]).toBe(1)
})

test('a window of no length has no goodput, rather than an infinite one', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  expect(figuresOf(run, 0).goodputPerSecond).toBe(0)
})

test('refreshes and purchases at risk', () => {
  const run = buildRun()
  run.purchase('p-1').ask(3)
  run.purchase('p-2').strike()
  run.purchase('p-3').ask(2).strike()
  run.purchase('p-4').confirm()
  expect(figuresOf(run)).toMatchObject({ refreshes: 3, atRisk: 3 })
})

test('strikes and crashes by the time at which they happened', () => {
  const run = buildRun()
  const { scenario } = run
  const plan = { scenario, arrivedCount: 0, trafficStartMs: START_MS, arrivalWindowMs: 1_000, journal: NO_JOURNAL }
  const collected = collectFigures(plan)
  collected.addStrike(buildStrike('p-1', { atMs: START_MS + 45 }))
  collected.addStrike(buildStrike('p-2', { atMs: START_MS + 45, fatal: true }))
  const { series } = collected.figures()
  const index = Math.floor(45 / series.bucketMs)
  expect(series.strikes[index]).toBe(2)
  expect(series.crashes[index]).toBe(1)
})

test('the loss of all purchases, strangers included', () => {
  const run = buildRun()
  run.purchase('p-1').confirm().charge('again')
  run.purchase('p-2').accept().deduct().finish('cancelled')
  run.stranger('p-3').charge()
  expect(figuresOf(run).loss).toEqual({
    overchargeCents: 50_000,
    surplusUnitsCents: 0,
    chargedWithoutGoodsCents: 50_000,
    phantomStockCents: 50_000,
  })
})
