import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { historyComplete } from './history-complete.ts'

test('holds with one entry for each charge and each refund', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2').charge().history().refund().history()
  expect(check(historyComplete, run)).toEqual({ violations: [], subjects: 2 })
})

test('a missing entry and one too many are violations', () => {
  const run = buildRun()
  run.purchase('p-1').charge().strike()
  run.purchase('p-2').charge().refund().history().history().history()
  run.purchase('p-3').history()
  const { violations } = check(historyComplete, run)
  expect(violations.map(({ sentence }) => sentence)).toEqual([
    'p-1 had 1 charge and 0 refunds at the bank, and 0 entries in the payment history',
    'p-2 had 1 charge and 1 refund at the bank, and 3 entries in the payment history',
    'p-3 had 0 charges and 0 refunds at the bank, and 1 entry in the payment history',
  ])
  expect(violations[0]?.strikes).toHaveLength(1)
})

test('is not exercised where nothing was paid', () => {
  const run = buildRun()
  run.purchase('p-1').accept()
  expect(check(historyComplete, run)).toEqual({ violations: [], subjects: 0 })
})
