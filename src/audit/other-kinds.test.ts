import { describe, expect, it } from 'vitest'
import { buildRun, check, type PurchaseBuilder } from '../../test/support/build-facts.ts'
import { INVARIANTS, type InvariantName } from '../core/invariant.ts'
import type { RequestKind } from '../core/purchase.ts'
import { invariantCatalogue } from './catalogue.ts'
import { lossOf, NO_LOSS, recordPromises } from './loss.ts'

type Way = (purchase: PurchaseBuilder) => PurchaseBuilder

function runOf(kind: RequestKind, way: Way) {
  const run = buildRun()
  way(run.purchase('p-1', { kind }))
  return run
}

/** The invariants that such a request violates, each with its sentences. */
function blamed(kind: RequestKind, way: Way): Partial<Record<InvariantName, string[]>> {
  const run = runOf(kind, way)
  const found = INVARIANTS.map((name) => [name, check(invariantCatalogue[name], run).violations] as const)
  return Object.fromEntries(
    found
      .filter(([, violations]) => violations.length > 0)
      .map(([name, violations]) => [name, violations.map(({ sentence }) => sentence)]),
  )
}

function subjects(name: InvariantName, kind: RequestKind, way: Way): number {
  return check(invariantCatalogue[name], runOf(kind, way)).subjects
}

function loss(kind: RequestKind, way: Way) {
  const run = runOf(kind, way)
  const [facts] = run.classified()
  if (!facts) throw new Error('no purchase')
  return lossOf(facts, run.scenario)
}

const paid: Way = (purchase) => purchase.charge().history()

describe('in order', () => {
  it.each<[RequestKind, string, Way]>([
    ['stock', 'answered', (purchase) => purchase.tell('answered')],
    ['stock', 'nobody there', (purchase) => purchase.tell('no-answer')],
    ['notification', 'answered', (purchase) => purchase.notify().tell('answered')],
    ['notification', 'sent, and nobody said so', (purchase) => purchase.notify().tell('left')],
    ['notification', 'perhaps', (purchase) => purchase.notify().tell('degraded')],
    ['notification', 'refused', (purchase) => purchase.tell('refused')],
    ['payment', 'answered', (purchase) => paid(purchase).tell('answered')],
    ['payment', 'charged, and nobody said so', (purchase) => paid(purchase).tell('left')],
    ['payment', 'perhaps', (purchase) => paid(purchase).tell('degraded')],
    ['payment', 'refused', (purchase) => purchase.tell('refused', { reason: 'insufficient_funds' })],
    ['payment', 'charged, then turned away at the door', turnedAwayLater],
  ])('is a request for %s: %s', (kind, _, way) => {
    expect(blamed(kind, way)).toEqual({})
    expect(loss(kind, way)).toEqual(NO_LOSS)
  })
})

function turnedAwayLater(purchase: PurchaseBuilder): PurchaseBuilder {
  return paid(purchase).ask(2).tell('left').tell('refused', { attempt: 2, reason: 'too_many_requests' })
}

describe('a payment by itself', () => {
  it('is charged once', () => {
    const twice: Way = (purchase) => paid(paid(purchase))
    expect(Object.keys(blamed('payment', twice))).toEqual(['charged-at-most-once'])
    expect(loss('payment', twice)).toEqual({ ...NO_LOSS, overchargeCents: 50_000 })
    expect(subjects('charged-at-most-once', 'payment', paid)).toBe(1)
  })

  it('that was answered is charged, in full, and only once', () => {
    expect(blamed('payment', (purchase) => purchase.tell('answered'))).toEqual({
      'buyer-told-the-truth': ["the buyer of p-1 was told 'answered', but it is not charged in full"],
    })
    const half = blamed('payment', (purchase) => purchase.charge('k', 25_000).history().tell('answered'))
    expect(Object.keys(half)).toEqual(['buyer-told-the-truth'])
    const twice = blamed('payment', (purchase) => paid(paid(purchase)).tell('answered'))
    expect(twice['buyer-told-the-truth']).toEqual(["the buyer of p-1 was told 'answered', but it is charged 2 times"])
    expect(subjects('buyer-told-the-truth', 'payment', (purchase) => paid(purchase).tell('answered'))).toBe(1)
  })

  it('that was refused is not charged at all', () => {
    const refused: Way = (purchase) => paid(purchase).tell('refused')
    expect(blamed('payment', refused)).toEqual({
      'buyer-told-the-truth': ["the buyer of p-1 was told 'refused', but money has been charged"],
    })
    expect(loss('payment', refused)).toEqual({ ...NO_LOSS, chargedWithoutGoodsCents: 50_000 })
  })

  it('is paid by whoever asked', () => {
    const other: Way = (purchase) =>
      purchase
        .row('bank', { effect: 'charge', account: 'eve', amount: -50_000, unit: 'USD', key: 'k' })
        .row('bank', { effect: 'charge', account: 'merchant-USD', amount: 50_000, unit: 'USD', key: 'k' })
        .history()
        .tell('answered')
    expect(blamed('payment', other)['buyer-told-the-truth']?.[0]).toContain('eve paid for it')
  })

  it('is in the payment history', () => {
    const unwritten: Way = (purchase) => purchase.charge().tell('answered')
    expect(Object.keys(blamed('payment', unwritten))).toEqual(['history-complete'])
  })

  it('has no order, takes no goods, and is neither all nor nothing', () => {
    const withGoods: Way = (purchase) => paid(purchase).deduct().tell('answered')
    expect(blamed('payment', withGoods)).toEqual({
      'requests-conserved': ["p-1 is a request of the kind 'payment', and inventory did something for it"],
    })
    expect(loss('payment', withGoods)).toEqual({ ...NO_LOSS, phantomStockCents: 50_000 })
    const withOrder: Way = (purchase) => paid(purchase).accept().finish('confirmed').tell('answered')
    expect(Object.keys(blamed('payment', withOrder))).toEqual(['requests-conserved'])
    expect(subjects('all-or-nothing', 'payment', withGoods)).toBe(0)
  })
})

describe('a message that was asked for', () => {
  it('is sent once', () => {
    const twice: Way = (purchase) => purchase.notify().notify().tell('answered')
    expect(blamed('notification', twice)).toEqual({
      'notified-exactly-once': ["p-1 asked for a message, was told 'answered', and its buyer was sent 2 notifications"],
    })
    const unheard: Way = (purchase) => purchase.notify().notify().tell('left')
    expect(Object.keys(blamed('notification', unheard))).toEqual(['notified-exactly-once'])
  })

  it('is there when its buyer was told so, and not when it was refused', () => {
    const found = blamed('notification', (purchase) => purchase.tell('answered'))
    expect(Object.keys(found)).toEqual(['buyer-told-the-truth', 'notified-exactly-once'])
    const refused = blamed('notification', (purchase) => purchase.notify().tell('refused'))
    expect(refused).toEqual({
      'buyer-told-the-truth': ["the buyer of p-1 was told 'refused', but a message was sent"],
    })
  })

  it('costs nothing, and is no business of the bank', () => {
    const charged: Way = (purchase) => paid(purchase.notify()).tell('answered')
    expect(Object.keys(blamed('notification', charged))).toEqual(['requests-conserved'])
    expect(loss('notification', charged)).toEqual({ ...NO_LOSS, chargedWithoutGoodsCents: 50_000 })
  })
})

describe('a look at the stock', () => {
  it('leaves nothing in any ledger', () => {
    expect(Object.keys(blamed('stock', (purchase) => purchase.deduct().tell('answered')))).toEqual([
      'requests-conserved',
    ])
    expect(Object.keys(blamed('stock', (purchase) => purchase.notify().tell('answered')))).toEqual([
      'notified-exactly-once',
      'requests-conserved',
    ])
    expect(loss('stock', (purchase) => purchase.deduct())).toEqual({ ...NO_LOSS, phantomStockCents: 50_000 })
  })

  it('is no subject of what it cannot violate, and counts as a request all the same', () => {
    const answered: Way = (purchase) => purchase.tell('answered')
    const looked = INVARIANTS.filter((name) => subjects(name, 'stock', answered) > 0)
    expect(looked).toEqual(['requests-conserved', 'books-balance'])
  })
})

describe('an order', () => {
  it('that was turned away at the door when it was asked for again is still what it is', () => {
    const way: Way = (purchase) =>
      purchase.confirm().ask(2).tell('refused', { attempt: 2, reason: 'too_many_requests' })
    expect(blamed('order', way)).toEqual({})
  })

  it('alone is promised goods', () => {
    const run = buildRun({ products: [{ name: 'console', priceCents: 50_000, stock: 0, weight: 1 }] })
    run.purchase('p-1', { kind: 'payment' }).accept().finish('confirmed').deduct()
    const promises = recordPromises(run.scenario)
    for (const facts of run.classified()) promises.add(facts)
    expect(promises.loss()).toEqual(NO_LOSS)
  })
})
