import { expect, test } from 'vitest'
import { buildRun, check } from '../../test/support/build-facts.ts'
import { neverOversold } from './never-oversold.ts'

const FEW = [{ name: 'console', priceCents: 50_000, stock: 1, weight: 1 }]

test('holds down to the last unit', () => {
  const run = buildRun({ products: FEW })
  run.purchase('p-1').deduct()
  expect(check(neverOversold, run)).toEqual({ violations: [], subjects: 1 })
})

test('one violation for each dip, naming the purchase whose row made it', () => {
  const run = buildRun({ products: FEW })
  run.purchase('p-1').deduct()
  run.purchase('p-2').deduct()
  run.purchase('p-3').deduct()
  run.purchase('p-2').restock()
  run.purchase('p-3').restock()
  run.purchase('p-4').deduct()
  const { violations } = check(neverOversold, run)
  expect(violations.map(({ purchase }) => purchase)).toEqual(['p-2', 'p-4'])
  expect(violations[0]?.sentence).toBe('stock of console fell to -1 when p-2 took 1 unit of the 0 left')
})

test('holds do not count as taken', () => {
  const run = buildRun({ products: FEW })
  run.purchase('p-1').row('inventory', { effect: 'deduct', kind: 'hold', account: 'console', amount: 5, unit: 'piece' })
  expect(check(neverOversold, run)).toEqual({ violations: [], subjects: 0 })
})

test('a service cannot invent stock by publishing a larger opening', () => {
  const run = buildRun({ products: FEW })
  run.publish('inventory', (balances) => balances.map((balance) => ({ ...balance, opening: 100 })))
  run.purchase('p-1').deduct(2)
  expect(check(neverOversold, run).violations).toHaveLength(1)
})
