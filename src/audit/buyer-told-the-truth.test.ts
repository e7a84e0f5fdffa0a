import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { buyerToldTheTruth } from './buyer-told-the-truth.ts'

const sentences = (run: ReturnType<typeof buildRun>) =>
  check(buyerToldTheTruth, run).violations.map(({ sentence }) => sentence)

test('holds for true answers', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2').accept().finish('refused').tell('refused')
  run.purchase('p-3').accept('a').finish('cancelled', 'a').tell('cancelled').confirm()
  expect(check(buyerToldTheTruth, run)).toEqual({ violations: [], subjects: 3 })
})

test('told "confirmed" without goods, money or order', () => {
  const run = buildRun()
  run.purchase('p-1').accept().charge().finish('confirmed').tell('confirmed').strike()
  run.purchase('p-2').accept().tell('confirmed')
  expect(sentences(run)).toEqual([
    "the buyer of p-1 was told 'confirmed', but its goods are not deducted in full",
    "the buyer of p-2 was told 'confirmed', but no order of it is confirmed, it is not charged in full and its goods are not deducted in full",
  ])
  expect(check(buyerToldTheTruth, run).violations[0]?.strikes).toHaveLength(1)
})

test('told "out of stock" although the last console is taken, or the order is confirmed', () => {
  const run = buildRun()
  run.purchase('p-1').accept().deduct().finish('refused').tell('refused', { reason: 'insufficient_stock' })
  run.purchase('p-2').confirm().ask(2).tell('failed', { attempt: 2 })
  expect(sentences(run)).toEqual([
    "the buyer of p-1 was told 'refused' (insufficient_stock), but goods have been taken",
    "the buyer of p-2 was told 'failed', but an order of it is confirmed",
  ])
})

test('the last definite answer counts, but a promise stays one', () => {
  const run = buildRun()
  run.purchase('p-1').tell('refused').confirm()
  run.purchase('p-2').accept().finish('refused').tell('confirmed').tell('refused')
  expect(sentences(run)).toEqual([expect.stringMatching(/^the buyer of p-2 was told 'confirmed', but no order/)])
})

test('told "failed": operations were called, and nothing is said about money or goods', () => {
  const run = buildRun()
  run.purchase('p-1').accept().charge().finish('failed').tell('failed', { reason: 'refund_failed' })
  run.purchase('p-2').accept().deduct().finish('failed').tell('failed')
  run.purchase('p-3').accept().finish('failed').tell('failed')
  expect(check(buyerToldTheTruth, run)).toEqual({ violations: [], subjects: 3 })
})

test('a failed purchase is not to be told as refused or cancelled while something is left of it', () => {
  const run = buildRun()
  run.purchase('p-1').accept().charge().finish('failed').tell('cancelled')
  run.purchase('p-2').accept().deduct().finish('failed').tell('confirmed').tell('failed')
  expect(sentences(run)).toEqual([
    "the buyer of p-1 was told 'cancelled', but money has been charged",
    "the buyer of p-2 was told 'confirmed', but no order of it is confirmed and it is not charged in full",
  ])
})

test.each(['no-answer', 'left', 'in-progress', 'pending', 'degraded'])(
  '%s asserts nothing: not exercised',
  (status) => {
    const run = buildRun()
    run.purchase('p-1').accept().charge().tell(status)
    expect(check(buyerToldTheTruth, run)).toEqual({ violations: [], subjects: 0 })
  },
)
