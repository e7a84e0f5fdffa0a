import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  buildRun,
  NO_EXPECTATION,
  NO_JOURNAL,
  type PurchaseBuilder,
  type RunBuilder,
  START_MS,
} from '../../test/support/build-facts.ts'
import { INVARIANTS, type InvariantName } from '../core/invariant.ts'
import { ENTRY_KINDS } from '../core/ledger.ts'
import { REQUEST_KINDS, type RequestKind } from '../core/purchase.ts'
import { auditRun } from './audit.ts'
import { effectsOf } from './effects.ts'
import { lossOf, totalLossCents } from './loss.ts'

const NOTHING = { p50: null, p90: null, p99: null, max: null }

function audit(run: RunBuilder) {
  return auditRun({
    run: run.facts(),
    expectation: NO_EXPECTATION,
    trafficStartMs: START_MS,
    arrivalWindowMs: 1_000,
    scheduleErrorMs: NOTHING,
    gremlins: [],
    journal: NO_JOURNAL,
    dependencies: [],
    quiet: true,
    interrupted: null,
    ledgerEntries: run.ledger,
    strikes: run.strikes,
    purchases: run.records,
  })
}

/** Ways in which a purchase may go that are all in order. */
const CLEAN: Record<string, (purchase: PurchaseBuilder) => PurchaseBuilder> = {
  confirmed: (purchase) => purchase.confirm(),
  'refused at once': (purchase) => purchase.accept().finish('refused').tell('refused'),
  'never arrived': (purchase) => purchase.tell('no-answer'),
  compensated: (purchase) =>
    purchase.accept().deduct().charge().history().refund().history().restock().finish('cancelled').tell('cancelled'),
  'held and captured': (purchase) => {
    const hold = { effect: 'deduct', account: 'console', amount: 1, unit: 'piece', key: 'h' } as const
    return purchase
      .row('inventory', { ...hold, kind: 'hold' })
      .row('inventory', { ...hold, kind: 'release' })
      .confirm()
  },
  refreshed: (purchase) => purchase.ask(2).tell('left').accept('first').finish('refused', 'first').confirm(),
  'failed without effect': (purchase) => purchase.accept().finish('failed').tell('pending').tell('failed'),
  stock: (purchase) => purchase.tell('answered'),
  notification: (purchase) => purchase.notify().tell('answered'),
  'notification, lost': (purchase) => purchase.notify().tell('no-answer'),
  payment: (purchase) => purchase.charge().history().tell('answered'),
  'payment, lost': (purchase) => purchase.charge().history().tell('left'),
  'payment, refused': (purchase) => purchase.tell('refused'),
}

/** A way that begins with a kind is a way of that kind. */
function kindOfWay(way: string): RequestKind {
  return REQUEST_KINDS.find((kind) => kind === way.split(',')[0]) ?? 'order'
}

const clean = fc.record({
  way: fc.constantFrom(...Object.keys(CLEAN)),
  quantity: fc.integer({ min: 1, max: 4 }),
  euro: fc.boolean(),
})
const cleanRun = fc.array(clean, { minLength: 1, maxLength: 15 })
type Plan = { way: string; quantity: number; euro: boolean }[]

function runOf(plan: Plan): RunBuilder {
  const run = buildRun()
  for (const [index, { way, quantity, euro }] of plan.entries()) {
    CLEAN[way]?.(
      run.purchase(`p-${index}`, { kind: kindOfWay(way), quantity, ...(euro && { account: 'eve', currency: 'EUR' }) }),
    )
  }
  return run
}

/** Faults that each break at least the invariant they are listed under. */
const FAULTS: Record<InvariantName, (run: RunBuilder, victim: PurchaseBuilder) => unknown> = {
  'charged-at-most-once': (_, victim) => victim.confirm().charge('again'),
  'deducted-at-most-once': (_, victim) => victim.confirm().deduct(1, 'again'),
  'never-oversold': (_, victim) => victim.deduct(5_000),
  'money-conserved': (_, victim) => victim.row('bank', { effect: 'charge', account: 'ada', amount: -1, unit: 'USD' }),
  'all-or-nothing': (_, victim) => victim.accept().deduct().finish('cancelled'),
  'no-order-lost': (_, victim) => victim.accept(),
  'buyer-told-the-truth': (_, victim) => victim.tell('confirmed'),
  'notified-exactly-once': (_, victim) => victim.confirm().notify(),
  'nothing-left-locked': (_, victim) => victim.row('bank', { effect: 'charge', kind: 'hold', account: 'ada' }),
  'history-complete': (_, victim) => victim.confirm().history(),
  'requests-conserved': (run) => run.stranger('p-stranger').accept().finish('refused'),
  'books-balance': (run) =>
    run.publish('bank', ([first, ...others]) => [{ ...first!, balance: first!.balance + 1 }, ...others]),
}

test('ledgers that were made clean are found clean', () => {
  fc.assert(
    fc.property(cleanRun, (plan) => {
      const outcome = audit(runOf(plan))
      expect(outcome.invariants.flatMap(({ samples }) => samples.map(({ sentence }) => sentence))).toEqual([])
      expect(outcome.verdict).toBe('PASS')
      expect(outcome.lossCents).toBe(0)
    }),
  )
})

test('one fault among clean purchases is found, and named for what it is', () => {
  fc.assert(
    fc.property(cleanRun, fc.constantFrom(...INVARIANTS), cleanRun, (before, name, after) => {
      const run = runOf(before)
      FAULTS[name](run, run.purchase('p-1000'))
      for (const [index, { way }] of after.entries()) {
        CLEAN[way]?.(run.purchase(`p-${2_000 + index}`, { kind: kindOfWay(way) }))
      }
      const outcome = audit(run)
      expect(outcome.violations[name]).toBeGreaterThan(0)
      expect(outcome.verdict).toBe('FAIL')
    }),
  )
})

const effect = fc.record({
  what: fc.constantFrom('charge', 'refund', 'deduct', 'restock', 'game'),
  size: fc.integer({ min: 1, max: 4 }),
})
const anyPurchase = fc.record({
  effects: fc.array(effect, { maxLength: 6 }),
  state: fc.constantFrom('accepted', 'confirmed', 'cancelled', 'refused', 'failed'),
  quantity: fc.integer({ min: 1, max: 3 }),
  euro: fc.boolean(),
  known: fc.boolean(),
  kind: fc.constantFrom(...REQUEST_KINDS),
  told: fc.constantFrom('answered', 'refused', 'left'),
})

test('parts of the loss are never negative, and each cent and each unit is counted once', () => {
  fc.assert(
    fc.property(anyPurchase, ({ effects, state, quantity, euro, known, kind, told }) => {
      const run = buildRun()
      const purchase = known
        ? run.purchase('p-1', { kind, quantity, ...(euro && { account: 'eve', currency: 'EUR' }) })
        : run.stranger('p-1')
      for (const { what, size } of effects) {
        if (what === 'charge') purchase.charge('k', size * 17_351)
        if (what === 'refund') purchase.refund('k', size * 17_351)
        if (what === 'deduct') purchase.deduct(size)
        if (what === 'restock') purchase.restock(size)
        if (what === 'game')
          purchase.row('inventory', { effect: 'deduct', account: 'game', amount: -size, unit: 'piece' })
      }
      purchase.accept().tell(told)
      if (state !== 'accepted') purchase.finish(state)

      const facts = run.classified()[0]!
      const loss = lossOf(facts, run.scenario)
      const { paidCents, units, strangeUnits } = effectsOf(facts, run.scenario)
      const parts = Object.values(loss)
      for (const part of parts) expect(part >= 0 && Number.isSafeInteger(part)).toBe(true)
      expect(totalLossCents(loss)).toBe(parts.reduce((sum, part) => sum + part, 0))
      // A cent that was paid is lost at most once, and so is the value of a unit that was taken.
      const paid = Math.max(0, paidCents)
      const strange = [...strangeUnits].reduce(
        (sum, [, taken]) => sum + Math.max(0, taken) * (known ? 6_000 : 50_000),
        0,
      )
      const taken = Math.max(0, units) * 50_000 + strange
      expect(loss.overchargeCents + loss.chargedWithoutGoodsCents).toBeLessThanOrEqual(paid)
      expect(loss.surplusUnitsCents + loss.phantomStockCents).toBeLessThanOrEqual(taken)
      const isPayment = known && kind === 'payment'
      const isSold = known && kind === 'order' && facts.class === 'confirmed'
      if (!isPayment && !isSold) expect(totalLossCents(loss)).toBeLessThanOrEqual(Math.max(paid, taken))
    }),
  )
})

test('classes conserve purchases, whatever the order ledger holds', () => {
  const rows = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom(...ENTRY_KINDS)), { maxLength: 6 })
  fc.assert(
    fc.property(fc.array(rows, { maxLength: 10 }), (purchases) => {
      const run = buildRun()
      for (const [index, own] of purchases.entries()) {
        const purchase = run.purchase(`p-${index}`)
        for (const [order, kind] of own) purchase.row('order', { kind, account: order })
      }
      const { arrived, confirmed, cancelled, refused, failed, inDoubt } = audit(run).orders
      expect(arrived).toBe(purchases.length)
      expect(confirmed + cancelled + refused + failed + inDoubt).toBe(arrived)
    }),
  )
})
