import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { allOrNothing } from './all-or-nothing.ts'

const sentences = (run: ReturnType<typeof buildRun>) =>
  check(allOrNothing, run).violations.map(({ sentence }) => sentence)

test('holds for all and for nothing', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2').accept().deduct().charge().refund().restock().finish('cancelled')
  run.purchase('p-3').accept().finish('refused')
  run.purchase('p-4').accept()
  expect(check(allOrNothing, run)).toEqual({ violations: [], subjects: 4 })
})

test('a confirmed purchase must be charged and deducted in full', () => {
  const run = buildRun()
  run.purchase('p-1', { quantity: 2 }).accept().deduct(1).charge().finish('confirmed')
  run.purchase('p-2').accept().deduct().charge('k', 49_999).finish('confirmed')
  run.purchase('p-3').accept().finish('confirmed')
  expect(sentences(run)).toEqual([
    'p-1 is confirmed, with only 1 of 2 units deducted',
    'p-2 is confirmed, with only USD 499.99 of USD 500.00 charged',
    'p-3 is confirmed, with only USD 0.00 of USD 500.00 charged and 0 of 1 unit deducted',
  ])
})

test('the buyer pays, and nobody else', () => {
  const run = buildRun()
  const from = { effect: 'charge', unit: 'USD', key: 'k' } as const
  run
    .purchase('p-1')
    .accept()
    .row('bank', { ...from, account: 'eve', amount: -50_000 })
    .row('bank', { ...from, account: 'merchant-USD', amount: 50_000 })
    .deduct()
    .finish('confirmed')
  expect(sentences(run)).toEqual(['p-1 is confirmed, and eve paid for what ada bought'])
})

test('double effects are the business of at-most-once', () => {
  const run = buildRun()
  run.purchase('p-1').confirm().charge('again').deduct(1, 'again')
  expect(sentences(run)).toEqual([])
})

test('a purchase that is not confirmed must leave nothing behind', () => {
  const run = buildRun()
  run.purchase('p-1').accept().deduct().finish('cancelled')
  run.purchase('p-2').accept().charge().finish('refused')
  run.purchase('p-3').accept().charge()
  expect(sentences(run)).toEqual([
    'p-1 is cancelled, yet it is left with nothing charged and 1 unit taken',
    'p-2 is refused, yet it is left with USD 500.00 charged and no goods taken',
    'p-3 is in doubt, yet it is left with USD 500.00 charged and no goods taken',
  ])
})

test('what a failed purchase leaves behind is known to operations, whatever it is', () => {
  const run = buildRun()
  run.purchase('p-1').accept().charge().finish('failed')
  run.purchase('p-2').accept().deduct().finish('failed')
  run.purchase('p-3', { quantity: 2 }).accept().charge().deduct(1).finish('failed')
  run.purchase('p-4').accept().deduct().charge().refund().finish('failed')
  run.purchase('p-5').accept().finish('failed')
  run.purchase('p-6', { amountCents: 0 }).accept().deduct().finish('failed')
  expect(check(allOrNothing, run)).toEqual({ violations: [], subjects: 6 })
})

test('a failed purchase that is paid and delivered in full should have been confirmed', () => {
  const run = buildRun()
  run.purchase('p-1').accept().deduct().charge().finish('failed')
  run.purchase('p-2').accept().deduct(2).charge().charge('again').finish('failed')
  const because = 'yet it is charged and its goods are deducted in full: it should have been confirmed'
  expect(sentences(run)).toEqual([`p-1 has failed, ${because}`, `p-2 has failed, ${because}`])
})

test('another product than the ordered one does not count as delivered, and is left over', () => {
  const run = buildRun()
  const game = { effect: 'deduct', account: 'game', amount: -1, unit: 'piece' }
  run.purchase('p-1').accept().charge().row('inventory', game).finish('confirmed')
  run.purchase('p-2').accept().row('inventory', game).finish('refused')
  expect(sentences(run)).toEqual([
    'p-1 is confirmed, with only 0 of 1 unit deducted',
    'p-2 is refused, yet it is left with nothing charged and 1 unit of game taken',
  ])
})

test('is not exercised where no order was accepted and nothing moved', () => {
  const run = buildRun()
  run.purchase('p-1').tell('no-answer')
  expect(check(allOrNothing, run).subjects).toBe(0)
})
