import { expect, test } from 'vitest'
import {
  buildRun,
  NO_JOURNAL,
  type PurchaseBuilder,
  type RunBuilder,
  START_MS,
} from '../../test/support/build-facts.ts'
import type { ServiceName } from '../core/topology.ts'
import { collectFigures } from './figures.ts'

const NOTHING = { p50: null, p90: null, p99: null, max: null }
const SERVICES_THAT_HOLD = ['inventory', 'payment', 'bank'] as const

function transactionsOf(run: RunBuilder, journal = NO_JOURNAL) {
  const { scenario, arrivedCount } = run.facts()
  const collected = collectFigures({
    scenario,
    arrivedCount,
    trafficStartMs: START_MS,
    arrivalWindowMs: 1_000,
    journal,
  })
  for (const service of SERVICES_THAT_HOLD) for (const entry of run.ledger(service)) collected.addEntry(entry)
  for (const facts of run.classified()) collected.addPurchase(facts)
  return collected.figures().transactions
}

function lock(purchase: PurchaseBuilder, service: ServiceName, fromMs: number, toMs: number | null, amount = 1) {
  const row = { effect: 'deduct', account: 'console', amount, unit: 'piece', key: 'k' } as const
  purchase.row(service, { ...row, kind: 'hold', atMs: START_MS + fromMs })
  if (toMs !== null) purchase.row(service, { ...row, kind: 'release', atMs: START_MS + toMs })
  return purchase
}

test('without votes there is nothing to measure', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  expect(transactionsOf(run)).toEqual({
    inDoubtMs: NOTHING,
    lockedStockMs: NOTHING,
    lockedAccountMs: NOTHING,
    refusedByLock: 0,
    compensations: 0,
    recoveries: 0,
    heuristics: 0,
    messagesPerOrder: 0,
  })
})

test('votes of inventory and payment are in doubt from the hold to the release, and lock stock and money meanwhile', () => {
  const run = buildRun()
  const purchase = run.purchase('p-1')
  lock(purchase, 'inventory', 10, 40)
  lock(purchase, 'payment', 20, 120)
  lock(purchase, 'bank', 15, 95)
  const { inDoubtMs, lockedStockMs, lockedAccountMs } = transactionsOf(run)
  expect(inDoubtMs).toMatchObject({ p50: expect.closeTo(30, 1), max: 100 })
  expect(lockedStockMs).toMatchObject({ p50: 30, max: 30 })
  expect(lockedAccountMs).toMatchObject({ p50: 80, max: 80 })
})

test('locked stock is weighted by units, the doubt is not', () => {
  const run = buildRun()
  lock(run.purchase('p-1'), 'inventory', 0, 10)
  lock(run.purchase('p-2', { quantity: 3 }), 'inventory', 0, 500, 3)
  const { inDoubtMs, lockedStockMs } = transactionsOf(run)
  expect(inDoubtMs.p50).toBeCloseTo(10, 1)
  expect(lockedStockMs.p50).toBeCloseTo(500, -1)
})

test('a hold that nobody releases counts to the last row of any ledger', () => {
  const run = buildRun()
  lock(run.purchase('p-1'), 'inventory', 100, null)
  run.purchase('p-2').row('bank', { kind: 'tombstone', atMs: START_MS + 900 })
  expect(transactionsOf(run).lockedStockMs.max).toBe(800)
})

test('the release that counts is the last one of the same key and account', () => {
  const run = buildRun()
  const purchase = lock(run.purchase('p-1'), 'inventory', 0, 30)
  const release = { effect: 'deduct', kind: 'release', account: 'console', unit: 'piece', key: 'k' } as const
  purchase.row('inventory', { ...release, atMs: START_MS + 70 })
  purchase.row('inventory', { ...release, atMs: START_MS + 400, key: 'another' })
  purchase.row('inventory', { ...release, atMs: START_MS + 500, account: 'game' })
  expect(transactionsOf(run).inDoubtMs.max).toBe(70)
})

test('neither a clock that ran backwards nor a hold of less than nothing breaks the figures', () => {
  const run = buildRun()
  lock(run.purchase('p-1'), 'inventory', 50, 20)
  lock(run.purchase('p-2'), 'inventory', 0, 900, -4)
  const { inDoubtMs, lockedStockMs } = transactionsOf(run)
  expect(inDoubtMs.max).toBe(900)
  expect(lockedStockMs).toMatchObject({ p50: 0, max: 0 })
})

test('strangers lock as everybody does', () => {
  const run = buildRun()
  lock(run.stranger('p-9'), 'inventory', 0, 60)
  expect(transactionsOf(run).lockedStockMs.max).toBe(60)
})

test('refused by a lock: not confirmed, and the last definite answer says so', () => {
  const run = buildRun()
  run.purchase('p-1').accept().finish('refused').tell('refused', { reason: 'stock_locked' })
  run.purchase('p-2').accept().finish('cancelled').tell('cancelled', { reason: 'funds_locked' }).tell('no-answer')
  run.purchase('p-3').tell('refused', { reason: 'stock_locked' }).confirm()
  run.purchase('p-4').tell('refused', { reason: 'stock_locked' }).tell('refused', { reason: 'insufficient_stock' })
  run.purchase('p-5').confirm().tell('refused', { reason: 'stock_locked' })
  run.purchase('p-6').tell('refused')
  run.stranger('p-7').tell('refused', { reason: 'stock_locked' })
  expect(transactionsOf(run).refusedByLock).toBe(2)
})

test('what the journals counted is passed on, messages by the order', () => {
  const run = buildRun()
  for (let i = 0; i < 4; i++) run.purchase(`p-${i}`).confirm()
  const journal = { messages: 34, compensations: 3, recoveries: 2, heuristics: 1 }
  expect(transactionsOf(run, journal)).toMatchObject({
    compensations: 3,
    recoveries: 2,
    heuristics: 1,
    messagesPerOrder: 8.5,
  })
})

test('without orders there are no messages by the order', () => {
  expect(transactionsOf(buildRun(), { ...NO_JOURNAL, messages: 7 }).messagesPerOrder).toBeNull()
})
