import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { nothingLeftLocked } from './nothing-left-locked.ts'

const HOLD = { effect: 'charge', kind: 'hold', account: 'ada', amount: 500, unit: 'USD', key: 'k' } as const

test('holds where what was held is released', () => {
  const run = buildRun()
  run
    .purchase('p-1')
    .row('bank', HOLD)
    .row('bank', { ...HOLD, kind: 'release' })
    .charge('k')
  expect(check(nothingLeftLocked, run)).toEqual({ violations: [], subjects: 1 })
})

test('a hold that stays, and a release of what was never held, are violations', () => {
  const run = buildRun()
  run.purchase('p-1').row('bank', HOLD).strike()
  run
    .purchase('p-2')
    .row('inventory', { ...HOLD, effect: 'deduct', kind: 'release', account: 'console', amount: 2, unit: 'piece' })
  const { violations } = check(nothingLeftLocked, run)
  expect(violations.map(({ sentence }) => sentence)).toEqual([
    'p-1 left USD 5.00 of ada locked at bank under key k',
    'p-2 released 2 pieces of console more than it locked at inventory under key k',
    'inventory publishes -2 pieces of console as held, although all is quiet',
    'bank publishes USD 5.00 of ada as held, although all is quiet',
  ])
  expect(violations[0]?.strikes).toHaveLength(1)
})

test('a release under another key unlocks nothing', () => {
  const run = buildRun()
  run
    .purchase('p-1')
    .row('bank', HOLD)
    .row('bank', { ...HOLD, kind: 'release', key: 'other' })
  expect(check(nothingLeftLocked, run).violations).toHaveLength(2)
})

test('a balance that says at the end that something is held is a violation, whatever the ledger says', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.publish('inventory', (balances) => balances.map((one) => (one.account === 'game' ? { ...one, held: 3 } : one)))
  const { violations, subjects } = check(nothingLeftLocked, run)
  expect(violations.map(({ sentence }) => sentence)).toEqual([
    'inventory publishes 3 pieces of game as held, although all is quiet',
  ])
  expect(subjects).toBe(1)
})

test('is not exercised where nothing was held', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  expect(check(nothingLeftLocked, run)).toEqual({ violations: [], subjects: 0 })
})
