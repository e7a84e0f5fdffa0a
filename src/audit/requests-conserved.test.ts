import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { requestsConserved } from './requests-conserved.ts'

const sentences = (run: ReturnType<typeof buildRun>) =>
  check(requestsConserved, run).violations.map(({ sentence }) => sentence)

test('holds where counts, orders and answers agree', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run
    .purchase('p-2')
    .ask(2)
    .accept('a')
    .accept('b')
    .finish('refused', 'a')
    .tell('refused', { orderId: 'a' })
    .tell('pending', { orderId: 'b' })
  run.purchase('p-3').tell('no-answer')
  expect(check(requestsConserved, run)).toEqual({ violations: [], subjects: 3 })
})

test('the two counts of arrivals must agree', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.arrived(2)
  expect(sentences(run)).toEqual(['the traffic sent 2 purchases, and 1 are on record'])
})

test('no ledger may name a purchase that nobody made', () => {
  const run = buildRun()
  run.stranger('p-99').charge().deduct()
  expect(sentences(run)).toEqual(['p-99 is in the ledger of inventory and bank, but no buyer ever made that purchase'])
  expect(check(requestsConserved, run).violations[0]?.rows).toHaveLength(3)
})

test('no more orders than requests', () => {
  const run = buildRun()
  run.purchase('p-1').accept('a').accept('b').strike()
  expect(sentences(run)).toEqual(['the buyer of p-1 asked 1 time, and 2 orders were accepted'])
  expect(check(requestsConserved, run).violations[0]?.strikes).toHaveLength(1)
})

test('an order that a buyer was told of exists, in the state that was told', () => {
  const run = buildRun()
  run.purchase('p-1').tell('confirmed', { orderId: 'ghost' })
  run.purchase('p-2').accept('a').finish('refused', 'a').tell('confirmed', { orderId: 'a' })
  run.purchase('p-3').accept('b').tell('failed', { orderId: 'b' })
  expect(sentences(run)).toEqual([
    'the buyer of p-1 was told of order ghost, which is not in the order ledger',
    'the buyer of p-2 was told that order a is confirmed, but in the ledger it is refused',
    'the buyer of p-3 was told that order b is failed, but in the ledger it is not ended',
  ])
})

test('is not exercised where nothing arrived', () => {
  expect(check(requestsConserved, buildRun())).toEqual({ violations: [], subjects: 0 })
})
