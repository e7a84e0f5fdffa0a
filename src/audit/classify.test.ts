import { expect, test } from 'vitest'
import { buildRun, type PurchaseBuilder } from '../../test/support/build-facts.ts'
import { classifyPurchase } from './classify.ts'

function classOf(build: (purchase: PurchaseBuilder) => unknown): string {
  const run = buildRun()
  build(run.purchase('p-1'))
  return classifyPurchase(run.ledger('order'))
}

test.each(['confirmed', 'cancelled', 'refused', 'failed'] as const)('one order that ended as %s', (state) => {
  expect(classOf((purchase) => purchase.accept().finish(state))).toBe(state)
})

test('refused when no order was ever accepted', () => {
  expect(classOf(() => undefined)).toBe('refused')
})

test('in doubt when an order has no end', () => {
  expect(classOf((purchase) => purchase.accept('a').finish('failed', 'a').accept('b'))).toBe('in-doubt')
})

test('confirmed wins over everything, then in doubt, failed, cancelled, refused', () => {
  expect(classOf((purchase) => purchase.accept('a').accept('b').finish('confirmed', 'b'))).toBe('confirmed')
  const two = (first: 'failed' | 'cancelled' | 'refused', second: 'failed' | 'cancelled' | 'refused') =>
    classOf((purchase) => purchase.accept('a').finish(first, 'a').accept('b').finish(second, 'b'))
  expect(two('cancelled', 'failed')).toBe('failed')
  expect(two('refused', 'cancelled')).toBe('cancelled')
  expect(two('refused', 'refused')).toBe('refused')
})
