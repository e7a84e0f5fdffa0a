import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { noOrderLost } from './no-order-lost.ts'

test('holds where every order, refreshes included, comes to one end', () => {
  const run = buildRun()
  run.purchase('p-1').accept('a').accept('b').finish('confirmed', 'a').finish('refused', 'b')
  expect(check(noOrderLost, run)).toEqual({ violations: [], subjects: 2 })
})

test('orders without an end, with two, or out of nowhere are violations', () => {
  const run = buildRun()
  run.purchase('p-1').accept('a').strike()
  run.purchase('p-2').accept('b').finish('confirmed', 'b').finish('cancelled', 'b')
  run.purchase('p-3').finish('confirmed', 'c')
  run.purchase('p-4').accept('d').accept('d').finish('failed', 'd')
  const { violations } = check(noOrderLost, run)
  expect(violations.map(({ sentence }) => sentence)).toEqual([
    'order a of p-1 was accepted and never came to an end',
    'order b of p-2 ended 2 times: confirmed and cancelled',
    'order c of p-3 ended as confirmed without being accepted',
    'order d of p-4 was accepted 2 times',
  ])
  expect(violations[0]?.strikes).toHaveLength(1)
  expect(violations[1]?.rows).toHaveLength(3)
})

test('is not exercised where no order was accepted', () => {
  const run = buildRun()
  run.purchase('p-1')
  expect(check(noOrderLost, run)).toEqual({ violations: [], subjects: 0 })
})
