import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { moneyConserved } from './money-conserved.ts'

test('holds for charges and refunds in several currencies', () => {
  const run = buildRun()
  run.purchase('p-1').charge().refund()
  run.purchase('p-2', { account: 'eve', currency: 'EUR' }).charge()
  expect(check(moneyConserved, run).violations).toEqual([])
  expect(check(moneyConserved, run).subjects).toBe(2)
})

test('half a transfer is a violation, also as the last one', () => {
  const run = buildRun()
  run.purchase('p-1').row('bank', { effect: 'charge', account: 'ada', amount: -500, unit: 'USD', key: 'k' })
  run.publish('bank', (balances) => balances.map((one) => ({ ...one, balance: one.opening })))
  expect(check(moneyConserved, run).violations.map(({ sentence }) => sentence)).toEqual([
    "the bank's rows of p-1 under key k sum to USD -5.00, not to zero",
  ])
})

test('the other half booked after another transfer comes too late', () => {
  const run = buildRun()
  run.purchase('p-1').row('bank', { effect: 'charge', account: 'ada', amount: -500, unit: 'USD', key: 'k' })
  run.purchase('p-2').charge()
  run.purchase('p-1').row('bank', { effect: 'charge', account: 'merchant-USD', amount: 500, unit: 'USD', key: 'k' })
  expect(check(moneyConserved, run).violations).toHaveLength(2)
})

test('cents of one currency do not make up for those of another', () => {
  const run = buildRun()
  const row = { effect: 'charge', key: 'k' }
  run
    .purchase('p-1')
    .row('bank', { ...row, account: 'ada', amount: -500, unit: 'USD' })
    .row('bank', { ...row, account: 'eve', amount: 500, unit: 'EUR' })
  expect(check(moneyConserved, run).violations[0]?.sentence).toMatch(/USD -5.00 and EUR 5.00/)
})

test('balances that do not sum to the openings are a violation', () => {
  const run = buildRun()
  run.purchase('p-1').charge()
  run.publish('bank', (balances) => balances.filter(({ account }) => account !== 'merchant-USD'))
  expect(check(moneyConserved, run).violations[0]?.sentence).toBe(
    'all accounts together opened with USD 1000000.00 and end with USD 999500.00',
  )
})

test('is not exercised where the bank moved nothing', () => {
  expect(check(moneyConserved, buildRun())).toEqual({ violations: [], subjects: 0 })
})
