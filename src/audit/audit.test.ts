import { expect, test } from 'vitest'
import { buildRun, NO_EXPECTATION, NO_JOURNAL, type RunBuilder, START_MS } from '../../test/support/build-facts.ts'
import { INVARIANTS } from '../core/invariant.ts'
import { MOST_SAMPLES } from '../core/result.ts'
import type { Expectation } from '../core/scenario.ts'
import { type AuditInput, auditRun, beginAudit } from './audit.ts'

const NOTHING = { p50: null, p90: null, p99: null, max: null }

function inputOf(run: RunBuilder, expectation: Partial<Expectation> = {}): AuditInput {
  return {
    run: run.facts(),
    expectation: { ...NO_EXPECTATION, ...expectation },
    trafficStartMs: START_MS,
    arrivalWindowMs: 1_000,
    scheduleErrorMs: { ...NOTHING, max: 3 },
    gremlins: [],
    journal: NO_JOURNAL,
    dependencies: [],
    quiet: true,
    interrupted: null,
    ledgerEntries: run.ledger,
    strikes: run.strikes,
    purchases: run.records,
  }
}

test('a clean run passes, with every invariant reported and what it was given passed on', () => {
  const run = buildRun()
  for (let i = 0; i < 5; i++) run.purchase(`p-${i}`, { quantity: 1 + (i % 2) }).confirm()
  const outcome = auditRun(inputOf(run))
  expect(outcome).toMatchObject({
    verdict: 'PASS',
    reasons: [],
    lossCents: 0,
    goodputPerSecond: 5,
    arrivalWindowMs: 1_000,
  })
  expect(outcome.orders).toEqual({ arrived: 5, confirmed: 5, cancelled: 0, refused: 0, failed: 0, inDoubt: 0 })
  expect(Object.keys(outcome.violations)).toEqual([...INVARIANTS])
  expect(outcome.invariants.map(({ name }) => name)).toEqual([...INVARIANTS])
  expect(outcome.invariants.filter(({ subjects }) => subjects === 0).map(({ name }) => name)).toEqual([
    'nothing-left-locked',
  ])
  expect(outcome.scheduleErrorMs.max).toBe(3)
  expect(Object.keys(outcome)).not.toContain('atRisk')
})

test('violations are counted in full, and the first ones are kept', () => {
  const run = buildRun()
  for (let i = 0; i < 30; i++) run.purchase(`p-${i}`).confirm().charge('again').history()
  const outcome = auditRun(inputOf(run, { violated: ['charged-at-most-once'] }))
  expect(outcome.verdict).toBe('PASS')
  expect(outcome.violations['charged-at-most-once']).toBe(30)
  expect(outcome.lossCents).toBe(30 * 50_000)
  const [charged] = outcome.invariants
  expect(charged).toMatchObject({ violations: 30, subjects: 30, expected: 'violated' })
  expect(charged?.samples.map(({ purchase }) => purchase)).toEqual(
    Array.from({ length: MOST_SAMPLES }, (_, i) => `p-${i}`),
  )
})

test('a violation found in a ledger is given the strikes of its purchase, the last one too', () => {
  const run = buildRun({ products: [{ name: 'console', priceCents: 50_000, stock: 0, weight: 1 }] })
  const half = { effect: 'charge', account: 'ada', amount: -500, unit: 'USD', key: 'k' }
  run.purchase('p-1').strike()
  run.purchase('p-2').deduct().strike().row('bank', half)
  const outcome = auditRun(inputOf(run))
  for (const name of ['never-oversold', 'money-conserved'] as const) {
    const [sample] = outcome.invariants.find((one) => one.name === name)?.samples ?? []
    expect(sample?.purchase).toBe('p-2')
    expect(sample?.strikes).toEqual([expect.objectContaining({ purchase: 'p-2' })])
  }
})

test('an unnamed violation fails the variant', () => {
  const run = buildRun()
  run.purchase('p-1').accept()
  expect(auditRun(inputOf(run))).toMatchObject({
    verdict: 'FAIL',
    reasons: ['no-order-lost was violated 1 time, and no expectation names it.'],
  })
})

test('strikes reach the series', () => {
  const run = buildRun()
  run
    .purchase('p-1')
    .confirm()
    .strike({ atMs: START_MS + 5, fatal: true })
  const { series } = auditRun(inputOf(run))
  expect([series.strikes[0], series.crashes[0]]).toEqual([1, 1])
})

test('fed piece by piece it finds the same', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2').accept().deduct().finish('cancelled').strike()
  const input = inputOf(run)
  const audit = beginAudit(input)
  for (const service of ['order', 'inventory', 'bank', 'logging', 'notification'] as const) {
    for (const entry of run.ledger(service)) audit.entry(service, entry)
  }
  for (const record of run.records()) audit.purchase(record)
  for (const strike of run.strikes()) audit.strike(strike)
  expect(audit.end()).toEqual(auditRun(input))
})
