import { expect, test } from 'vitest'
import { buildRun, type PurchaseBuilder } from '../../test/support/build-facts.ts'
import type { Purchase } from '../core/purchase.ts'
import { lossOf, NO_LOSS, recordPromises } from './loss.ts'

function lossFrom(build: (purchase: PurchaseBuilder) => unknown, wanted: Partial<Purchase> = {}) {
  const run = buildRun()
  build(run.purchase('p-1', wanted))
  return lossOf(run.classified()[0]!, run.scenario)
}

test('a clean purchase costs nothing', () => {
  expect(lossFrom((purchase) => purchase.confirm())).toEqual(NO_LOSS)
  expect(lossFrom((purchase) => purchase.charge().deduct().refund().restock())).toEqual(NO_LOSS)
})

test('units sold beyond the stock cost their price, once, and only those', () => {
  const run = buildRun()
  run.purchase('p-1').confirm()
  run.purchase('p-2').confirm().deduct(1, 'again')
  run.purchase('p-3').accept().deduct().finish('cancelled')
  const lossAt = (stock: number) => {
    const products = run.scenario.products.map((product) => ({ ...product, stock }))
    const promises = recordPromises({ ...run.scenario, products })
    for (const facts of run.classified()) promises.add(facts)
    return promises.loss()
  }
  expect(lossAt(2)).toEqual(NO_LOSS)
  expect(lossAt(1)).toEqual({ ...NO_LOSS, chargedWithoutGoodsCents: 50_000 })
})

test('a double charge costs the price, exactly, in any currency', () => {
  const wanted = { account: 'eve', currency: 'EUR', quantity: 3, amountCents: 149_999 }
  const loss = lossFrom((purchase) => purchase.confirm().charge('again'), wanted)
  expect(loss).toEqual({ ...NO_LOSS, overchargeCents: 149_999 })
})

test('a double deduction costs the units', () => {
  expect(lossFrom((purchase) => purchase.confirm().deduct(2, 'again'), { quantity: 2 })).toEqual({
    ...NO_LOSS,
    surplusUnitsCents: 100_000,
  })
})

test('goods handed out unpaid', () => {
  expect(lossFrom((purchase) => purchase.accept().deduct().finish('confirmed'))).toEqual({
    ...NO_LOSS,
    surplusUnitsCents: 50_000,
  })
})

test('charged and confirmed without goods', () => {
  expect(lossFrom((purchase) => purchase.accept().charge().finish('confirmed'))).toEqual({
    ...NO_LOSS,
    chargedWithoutGoodsCents: 50_000,
  })
})

test('half of the goods for half of the money is even', () => {
  expect(
    lossFrom((purchase) => purchase.accept().deduct(1).charge('k', 50_000).finish('confirmed'), { quantity: 2 }),
  ).toEqual(NO_LOSS)
})

test('half of the goods for nothing costs that half', () => {
  expect(lossFrom((purchase) => purchase.accept().deduct(1).finish('confirmed'), { quantity: 2 })).toEqual({
    ...NO_LOSS,
    surplusUnitsCents: 50_000,
  })
})

test('phantom stock: taken for a purchase that came to nothing', () => {
  expect(lossFrom((purchase) => purchase.accept().deduct().finish('cancelled'))).toEqual({
    ...NO_LOSS,
    phantomStockCents: 50_000,
  })
})

test('what a charge covers is not phantom stock as well', () => {
  expect(lossFrom((purchase) => purchase.accept().deduct().charge().finish('cancelled'))).toEqual({
    ...NO_LOSS,
    chargedWithoutGoodsCents: 50_000,
  })
  expect(lossFrom((purchase) => purchase.deduct(1, 'a').deduct(1, 'b').charge())).toEqual({
    ...NO_LOSS,
    chargedWithoutGoodsCents: 50_000,
    phantomStockCents: 50_000,
  })
})

test('another product than the ordered one costs its own price', () => {
  const game = { effect: 'deduct', account: 'game', amount: -2, unit: 'piece' }
  expect(lossFrom((purchase) => purchase.accept().charge().row('inventory', game).finish('confirmed'))).toEqual({
    ...NO_LOSS,
    chargedWithoutGoodsCents: 50_000,
    surplusUnitsCents: 12_000,
  })
})

test('a charge for a purchase that nobody made is a charge without goods', () => {
  const run = buildRun()
  run.stranger('p-99').charge()
  expect(lossOf(run.classified()[0]!, run.scenario)).toEqual({ ...NO_LOSS, chargedWithoutGoodsCents: 50_000 })
})
