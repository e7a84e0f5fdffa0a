import { expect, test } from 'vitest'
import { buildRun, NO_JOURNAL, type RunBuilder, START_MS } from '../../test/support/build-facts.ts'
import { ORDERS_ONLY, type RequestKind } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import { collectFigures } from './figures.ts'

const MIXED = { order: 1, stock: 2, notification: 1, payment: 1 }

function mixed(changes: Partial<Scenario> = {}, mix: Partial<Record<RequestKind, number>> = MIXED): RunBuilder {
  const { traffic } = buildRun().scenario
  return buildRun({ traffic: { ...traffic, mix: { ...ORDERS_ONLY, ...mix } }, ...changes })
}

function figuresOf(run: RunBuilder) {
  const { scenario, arrivedCount } = run.facts()
  const plan = { scenario, arrivedCount, trafficStartMs: START_MS, arrivalWindowMs: 1_000, journal: NO_JOURNAL }
  const collected = collectFigures(plan)
  for (const facts of run.classified()) collected.addPurchase(facts)
  return collected.figures()
}

const at = (ms: number) => ({ atMs: START_MS + ms })

test('each kind in the mix has figures of its own', () => {
  const run = mixed()
  run.purchase('p-1', { intendedMs: 0 }).confirm()
  run.purchase('p-2', { kind: 'stock', intendedMs: 0 }).tell('answered', at(20))
  run.purchase('p-3', { kind: 'stock', intendedMs: 0 }).tell('degraded', { ...at(40), reason: 'timeout' })
  run.purchase('p-4', { kind: 'stock', intendedMs: 0 }).tell('left', at(900)).tell('no-answer', at(950))
  run.purchase('p-5', { kind: 'payment', intendedMs: 0 }).charge().history().tell('answered', at(30))
  const { kinds, orders } = figuresOf(run)
  expect(orders).toEqual({ arrived: 1, confirmed: 1, cancelled: 0, refused: 0, failed: 0, inDoubt: 0 })
  expect(kinds.map(({ kind, arrived, good, unanswered }) => [kind, arrived, good, unanswered])).toEqual([
    ['order', 1, 1, 0],
    ['stock', 3, 1, 1],
    ['notification', 0, 0, 0],
    ['payment', 1, 1, 0],
  ])
  expect(kinds[1]).toMatchObject({ refusals: { timeout: 1 }, goodputPerSecond: 1, latencyMs: { max: 40 } })
})

test('good is what was told truthfully and within the patience', () => {
  const run = mixed()
  const late = { kind: 'stock', intendedMs: 0 } as const
  run.purchase('p-1', late).tell('answered', at(1_000))
  run.purchase('p-2', late).tell('answered', at(1_001))
  run.purchase('p-3', { kind: 'payment' }).tell('answered')
  run.purchase('p-4', { kind: 'notification' }).tell('answered')
  run.purchase('p-5', { kind: 'notification' }).notify().tell('answered')
  const { kinds } = figuresOf(run)
  expect(kinds.map(({ kind, good }) => [kind, good])).toEqual([
    ['order', 0],
    ['stock', 1],
    ['notification', 1],
    ['payment', 0],
  ])
})

test('the focus takes those who meant to ask within it', () => {
  const run = mixed({ focus: { fromMs: 100, toMs: 200 } })
  for (const [index, intendedMs] of [99, 100, 199, 200].entries()) {
    run.purchase(`p-${index + 1}`, { kind: 'stock', intendedMs }).tell('answered', at(intendedMs + 10 + index))
  }
  const stock = figuresOf(run).kinds.find(({ kind }) => kind === 'stock')
  expect(stock).toMatchObject({ arrived: 4, good: 4, focus: { arrived: 2, good: 2, latencyMs: { max: 12 } } })
})

test('whoever had no answer is counted, over the whole run and in focus', () => {
  const run = mixed({ focus: { fromMs: 100, toMs: 200 } })
  for (const [index, intendedMs] of [50, 100, 150, 250].entries()) {
    run.purchase(`p-${index + 1}`, { kind: 'stock', intendedMs }).tell('left', at(intendedMs + 900))
  }
  const stock = figuresOf(run).kinds.find(({ kind }) => kind === 'stock')
  expect(stock).toMatchObject({ unanswered: 4, focus: { arrived: 2, unanswered: 2, latencyMs: { p99: null } } })
})

test('latency and goodput of the variant are those of its orders, where it has any', () => {
  const run = mixed()
  run.purchase('p-1', { intendedMs: 0 }).confirm()
  run.purchase('p-2', { kind: 'stock', intendedMs: 0 }).tell('answered', at(500))
  const figures = figuresOf(run)
  expect(figures.latencyMs.max).toBe(50)
  expect(figures.goodputPerSecond).toBe(1)
  expect(figures.series.goodput.reduce((sum, count) => sum + count, 0)).toBe(1)
  for (const { goodput } of figures.kinds) expect(goodput).toHaveLength(figures.series.goodput.length)
  expect(figures.kinds[1]?.goodput.reduce((sum, count) => sum + count, 0)).toBe(1)
})

test('without orders they are those of all requests', () => {
  const run = mixed({}, { order: 0, stock: 1 })
  run.purchase('p-1', { kind: 'stock', intendedMs: 0 }).tell('answered', at(500))
  const figures = figuresOf(run)
  expect(figures.kinds.map(({ kind }) => kind)).toEqual(['stock'])
  expect([figures.latencyMs.max, figures.goodputPerSecond, figures.orders.arrived]).toEqual([500, 1, 0])
})

test('a service that makes up reasons does not fill the memory', () => {
  const run = mixed()
  for (let index = 1; index <= 80; index++) {
    run.purchase(`p-${index}`, { kind: 'stock' }).tell('refused', { reason: `because ${index}` })
  }
  const refusals = figuresOf(run).kinds.find(({ kind }) => kind === 'stock')?.refusals ?? {}
  expect(Object.keys(refusals)).toHaveLength(51)
  expect(refusals.others).toBe(30)
})
