import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { deductedAtMostOnce } from './deducted-at-most-once.ts'

test('holds for one deduction of what was ordered', () => {
  const run = buildRun()
  run.purchase('p-1', { quantity: 2 }).confirm()
  expect(check(deductedAtMostOnce, run)).toEqual({ violations: [], subjects: 1 })
})

test('two deductions are a violation', () => {
  const run = buildRun()
  run.purchase('p-1').deduct(1, 'a').deduct(1, 'b').strike()
  const { violations } = check(deductedAtMostOnce, run)
  expect(violations.map(({ sentence }) => sentence)).toEqual([
    'p-1 took stock 2 times (2 units, 1 ordered) for one purchase',
  ])
  expect(violations[0]?.rows).toHaveLength(2)
  expect(violations[0]?.strikes).toHaveLength(1)
})

test('a double deduction given back later is still one', () => {
  const run = buildRun()
  run.purchase('p-1').deduct(1, 'a').deduct(1, 'b').restock(1, 'b')
  expect(check(deductedAtMostOnce, run).violations).toHaveLength(1)
})

test('a deduction after a compensation is the first one again', () => {
  const run = buildRun()
  run.purchase('p-1').deduct(1, 'a').restock(1, 'a').deduct(1, 'b')
  expect(check(deductedAtMostOnce, run).violations).toEqual([])
})

test('more units than ordered are a violation', () => {
  const run = buildRun()
  run.purchase('p-1').deduct(3)
  expect(check(deductedAtMostOnce, run).violations[0]?.sentence).toBe('p-1 ordered 1 unit, and 3 were deducted')
})

test('is not exercised where no stock was taken', () => {
  const run = buildRun()
  run.purchase('p-1').accept().charge()
  expect(check(deductedAtMostOnce, run).subjects).toBe(0)
})
