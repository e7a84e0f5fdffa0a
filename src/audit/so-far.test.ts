import { describe, expect, it } from 'vitest'
import { buildRun, type RunBuilder, START_MS } from '../../test/support/build-facts.ts'
import type { Violation } from '../core/invariant.ts'
import { SERVICES } from '../core/topology.ts'
import { openSoFar, type SoFarAudit, type SoFarPlan } from './so-far.ts'
import type { PurchaseOnRecord } from './so-far-purchase.ts'
import { rememberSeen } from './so-far-seen.ts'

const LATER_MS = START_MS + 60_000

function open(run: RunBuilder, plan: Partial<SoFarPlan> = {}) {
  const found: Violation[] = []
  const audit = openSoFar({ scenario: run.scenario, found: (violation) => found.push(violation), ...plan })
  return { audit, found: () => found.map(({ invariant, purchase }) => `${invariant} ${purchase}`) }
}

/** All that is there, or what came since the last time: what is known already is passed over. */
function feed(audit: SoFarAudit, run: RunBuilder): void {
  for (const { wanted, told } of run.records()) {
    if (wanted) audit.wanted(wanted)
    for (const one of told) audit.told(one)
  }
  for (const service of SERVICES) for (const entry of run.ledger(service)) audit.entry(service, entry)
}

function onRecord(run: RunBuilder, id: string): PurchaseOnRecord | undefined {
  return run.records().find((record) => record.id === id)
}

describe('while the run goes on', () => {
  it('a double charge is told at once, although the buyer still waits', () => {
    const run = buildRun()
    run.purchase('p-1').accept().deduct().charge('a').charge('b')
    const { audit, found } = open(run)
    feed(audit, run)
    expect(audit.look(START_MS + 10)).toMatchObject({
      violations: [{ invariant: 'charged-at-most-once', count: 1 }],
      latest: 'p-1',
    })
    audit.look(START_MS + 20)
    expect(found()).toEqual(['charged-at-most-once p-1'])
  })

  it('what may still be mended waits until the purchase has settled, and so does the money', () => {
    const run = buildRun()
    run.purchase('p-1').accept().charge().finish('cancelled').tell('cancelled', { orderId: 'o-1' })
    const { audit } = open(run)
    feed(audit, run)
    expect(audit.look(START_MS + 100)).toEqual({ violations: [], lossCents: 0, latest: null })
    expect(audit.look(LATER_MS)).toEqual({
      violations: [
        { invariant: 'all-or-nothing', count: 1 },
        { invariant: 'buyer-told-the-truth', count: 1 },
      ],
      lossCents: 50_000,
      latest: 'p-1',
    })
  })

  it('what is mended counts no more', () => {
    const run = buildRun()
    const purchase = run.purchase('p-1').accept().charge().finish('cancelled').tell('cancelled', { orderId: 'o-1' })
    const { audit } = open(run)
    feed(audit, run)
    expect(audit.look(LATER_MS).lossCents).toBe(50_000)
    purchase.refund()
    const refund = run.ledger('bank').slice(-2)
    for (const entry of refund) audit.entry('bank', entry)
    expect(audit.look(LATER_MS + 60_000)).toMatchObject({ violations: [], lossCents: 0 })
  })

  it('an order under way has its deadline to come to an end', () => {
    const run = buildRun()
    run.purchase('p-1').accept('o').tell('no-answer').tell('no-answer', { attempt: 2 })
    const { audit } = open(run)
    feed(audit, run)
    const lostAtMs = START_MS + run.scenario.deadlineMs + run.scenario.restartAfterMs
    expect(audit.look(lostAtMs).violations).toEqual([])
    expect(audit.look(lostAtMs + 100).violations).toEqual([{ invariant: 'no-order-lost', count: 1 }])
  })

  it('a buyer who may still ask again has not gone', () => {
    const run = buildRun()
    run.purchase('p-1').accept().finish('cancelled').charge().tell('no-answer')
    const { audit } = open(run)
    feed(audit, run)
    expect(audit.look(LATER_MS).violations).toEqual([])
    expect(audit.look(LATER_MS, true).violations).toEqual([{ invariant: 'all-or-nothing', count: 1 }])
  })

  it('stock that falls below zero is told with the row, and what was promised without goods costs its price', () => {
    const product = { name: 'console', priceCents: 50_000, stock: 1, weight: 1 }
    const run = buildRun({ products: [product] })
    run.purchase('p-1').confirm()
    run.purchase('p-2').confirm()
    const { audit, found } = open(run)
    feed(audit, run)
    expect(found()).toEqual(['never-oversold p-2'])
    expect(audit.look(LATER_MS)).toMatchObject({
      violations: [{ invariant: 'never-oversold', count: 1 }],
      lossCents: 50_000,
    })
  })

  it('says nothing about what only the end can tell', () => {
    const run = buildRun()
    run.purchase('p-1').confirm().row('inventory', { kind: 'hold', amount: 1, unit: 'piece', key: 'k' })
    run.purchase('p-2').accept().deduct().charge().finish('confirmed').notify().tell('confirmed', { orderId: 'p-2' })
    const { audit } = open(run)
    feed(audit, run)
    expect(audit.look(LATER_MS, true).violations).toEqual([])
  })
})

describe('a purchase that was forgotten', () => {
  function forget(run: RunBuilder, plan: Partial<SoFarPlan>) {
    const purchase = run.purchase('p-1').confirm()
    run.purchase('p-2').confirm()
    const opened = open(run, { mostSettled: 0, ...plan })
    feed(opened.audit, run)
    opened.audit.look(LATER_MS)
    purchase.charge('again')
    for (const entry of run.ledger('bank').slice(-2)) opened.audit.entry('bank', entry)
    return opened.audit
  }

  it('is read again when there is news of it', () => {
    const run = buildRun()
    const audit = forget(run, { reread: (id) => onRecord(run, id) })
    expect(audit.look(LATER_MS + 60_000, true)).toMatchObject({
      violations: [{ invariant: 'charged-at-most-once', count: 1 }],
      lossCents: 50_000,
    })
    expect(audit.missed()).toBe(0)
  })

  it('waits for the next look when it cannot be read', () => {
    const run = buildRun()
    let readable = false
    const audit = forget(run, { reread: (id) => (readable ? onRecord(run, id) : undefined) })
    expect(audit.look(LATER_MS + 60_000).violations).toEqual([])
    readable = true
    expect(audit.look(LATER_MS + 60_000).violations).toEqual([{ invariant: 'charged-at-most-once', count: 1 }])
  })

  it('is not judged by its news alone: that is counted as missed', () => {
    const audit = forget(buildRun(), {})
    expect(audit.look(LATER_MS + 60_000, true).violations).toEqual([])
    expect(audit.missed()).toBeGreaterThan(0)
  })

  it('is promised once, however often it is read again', () => {
    const product = { name: 'console', priceCents: 50_000, stock: 2, weight: 1 }
    const run = buildRun({ products: [product] })
    const audit = forget(run, { reread: (id) => onRecord(run, id) })
    audit.look(LATER_MS + 60_000)
    // One charge too many, and no unit was promised that was not there.
    expect(audit.look(LATER_MS + 120_000).lossCents).toBe(50_000)
  })
})

describe('what has been seen', () => {
  it('is remembered, under whatever name', () => {
    const seen = rememberSeen()
    const names = ['p-1', 'p-8', 'p-9000', 'p-0', 'p-01', 'mine', '', 'p-99999999999']
    for (const name of names) {
      expect(seen.has(name)).toBe(false)
      seen.add(name)
      expect(seen.has(name)).toBe(true)
    }
    expect(seen.has('p-2')).toBe(false)
    seen.delete('p-8')
    seen.delete('p-100000')
    seen.delete('mine')
    expect(names.filter((name) => seen.has(name))).toEqual(['p-1', 'p-9000', 'p-0', 'p-01', '', 'p-99999999999'])
  })
})
