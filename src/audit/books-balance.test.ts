import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { booksBalance } from './books-balance.ts'

const sentences = (run: ReturnType<typeof buildRun>) =>
  check(booksBalance, run).violations.map(({ sentence }) => sentence)

test('holds where every balance is its opening plus the ledger', () => {
  const run = buildRun()
  run.purchase('p-1', { account: 'eve', currency: 'EUR' }).confirm()
  const { violations, subjects } = check(booksBalance, run)
  expect(violations).toEqual([])
  expect(subjects).toBeGreaterThan(0)
})

test('a balance that moved without the ledger is a violation, and so is a ledger without the balance', () => {
  const run = buildRun()
  run.purchase('p-1').charge()
  run.publish('bank', (balances) =>
    balances.map((one) => (one.account === 'ada' ? { ...one, balance: one.opening } : one)),
  )
  run.publish('inventory', (balances) =>
    balances.map((one) => (one.account === 'game' ? { ...one, balance: 998 } : one)),
  )
  expect(sentences(run)).toEqual([
    'inventory publishes 998 pieces for game, but opening 1000 pieces and ledger 0 pieces make 1000 pieces',
    'bank publishes USD 1000000.00 for ada, but opening USD 1000000.00 and ledger USD -500.00 make USD 999500.00',
  ])
})

const HOLD = { effect: 'charge', kind: 'hold', account: 'ada', amount: 500, unit: 'USD', key: 'k' } as const

test('holds where what is held is the holds less the releases', () => {
  const run = buildRun()
  run.purchase('p-1').row('bank', HOLD)
  run
    .purchase('p-2')
    .row('bank', { ...HOLD, key: 'l' })
    .row('bank', { ...HOLD, key: 'l', kind: 'release' })
  // Payment books its holds as well and has no balances.
  run.purchase('p-3').row('payment', { ...HOLD, account: 'charged' })
  expect(sentences(run)).toEqual([])
})

test('a published hold that the ledger does not know is a violation, and so is one that the balance does not know', () => {
  const run = buildRun()
  run.purchase('p-1').row('bank', HOLD)
  run.publish('bank', (balances) => balances.map((one) => ({ ...one, held: 0 })))
  run.publish('inventory', (balances) => balances.map((one) => (one.account === 'game' ? { ...one, held: 3 } : one)))
  expect(sentences(run)).toEqual([
    'inventory publishes 3 pieces of game as held, but holds less releases make 0 pieces',
    'bank publishes USD 0.00 of ada as held, but holds less releases make USD 5.00',
  ])
})

test('a missing balance is a violation, whether it moved or not', () => {
  const run = buildRun()
  run.purchase('p-1').charge()
  run.publish('bank', (balances) => balances.filter(({ account }) => account !== 'merchant-USD' && account !== 'eve'))
  expect(sentences(run)).toEqual(['bank publishes no balance for merchant-USD', 'bank publishes no balance for eve'])
})

test('an opening other than the given one is a violation', () => {
  const run = buildRun()
  run.publish('inventory', (balances) => balances.map((one) => ({ ...one, opening: 7, balance: 7 })))
  expect(sentences(run)[0]).toBe('inventory says that console opened with 7 pieces, but it was given 1000 pieces')
})

test('a gap, a repetition or a fraction in any ledger is a violation', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2').confirm()
  run.tamper('logging', (entries) => entries.slice(1))
  run.tamper('fx', () => [{ ...run.ledger('order')[0], effect: 'quote', amount: 0.5 } as never])
  run.tamper('notification', (entries) => [...entries, entries[1] as never])
  expect(sentences(run)).toEqual([
    'the ledger of notification goes on with entry 2 where 3 should be',
    'entry 1 of fx moves 0.5, which is no whole number',
    'the ledger of logging goes on with entry 2 where 1 should be',
  ])
})

test('is not exercised by services that publish nothing and wrote nothing', () => {
  const run = buildRun({ products: [], accounts: [] })
  run.publish('bank', () => [])
  expect(check(booksBalance, run)).toEqual({ violations: [], subjects: 0 })
})
