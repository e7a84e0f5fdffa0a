import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { chargedAtMostOnce } from './charged-at-most-once.ts'

test('holds for one charge of the price, in any currency', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2', { account: 'eve', currency: 'EUR' }).confirm()
  expect(check(chargedAtMostOnce, run)).toEqual({ violations: [], subjects: 2 })
})

test('two charges are a violation that shows both rows and the strikes', () => {
  const run = buildRun()
  run.purchase('p-17', { account: 'eve', currency: 'EUR' }).accept().charge('a').charge('b').strike()
  const { violations } = check(chargedAtMostOnce, run)
  expect(violations).toHaveLength(1)
  expect(violations[0]?.sentence).toBe('p-17 was charged 2 times (EUR 460.00 each) for one purchase')
  expect(violations[0]?.rows.map(({ entry }) => entry.key)).toEqual(['a', 'b'])
  expect(violations[0]?.strikes).toHaveLength(1)
})

test('a double charge refunded later is still a double charge', () => {
  const run = buildRun()
  run.purchase('p-1').charge('a').charge('b').refund('b')
  expect(check(chargedAtMostOnce, run).violations[0]?.sentence).toMatch(/2 times .*; 1 charge refunded$/)
})

test('a charge after a refund is the first one again', () => {
  const run = buildRun()
  run.purchase('p-1').charge('a').refund('a').charge('b')
  expect(check(chargedAtMostOnce, run).violations).toEqual([])
})

test('one charge above the price is a violation', () => {
  const run = buildRun()
  run.purchase('p-1').charge('a', 50_001)
  expect(check(chargedAtMostOnce, run).violations[0]?.sentence).toBe(
    'p-1 was charged USD 500.01 for a price of USD 500.00',
  )
})

test('is not exercised where nothing was charged', () => {
  const run = buildRun()
  run.purchase('p-1').accept().deduct().finish('cancelled')
  expect(check(chargedAtMostOnce, run)).toEqual({ violations: [], subjects: 0 })
})
