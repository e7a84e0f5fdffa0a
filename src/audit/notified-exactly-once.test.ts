import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { notifiedExactlyOnce } from './notified-exactly-once.ts'

test('holds for one message to each confirmed purchase and none to others', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2').accept().finish('refused')
  expect(check(notifiedExactlyOnce, run)).toEqual({ violations: [], subjects: 1 })
})

test('none, two, or one for a purchase that is not confirmed are violations', () => {
  const run = buildRun()
  run.purchase('p-1').accept().finish('confirmed').strike()
  run.purchase('p-2').confirm().notify()
  run.purchase('p-3').accept().finish('cancelled').notify()
  run.purchase('p-4').accept().notify()
  const { violations } = check(notifiedExactlyOnce, run)
  expect(violations.map(({ sentence }) => sentence)).toEqual([
    'p-1 is confirmed and its buyer was sent no notification',
    'p-2 is confirmed and its buyer was sent 2 notifications',
    'p-3 is cancelled and its buyer was sent 1 notification',
    'p-4 is in doubt and its buyer was sent 1 notification',
  ])
  expect(violations[0]?.strikes).toHaveLength(1)
})

test('is not exercised where nothing was confirmed or sent', () => {
  const run = buildRun()
  run.purchase('p-1').accept().finish('refused')
  expect(check(notifiedExactlyOnce, run)).toEqual({ violations: [], subjects: 0 })
})
