import { expect, it } from 'vitest'
import { openShop } from '../../test/support/shop.ts'

const deduct = (key: string, conditional?: boolean, product = 'console') => ({
  effect: 'deduct',
  key,
  body: { product, quantity: 1, ...(conditional === undefined ? {} : { conditional }) },
})

it('cannot oversell with a conditional deduction, which is the default', async () => {
  const shop = openShop({ stock: 1 })
  await shop.ask('inventory', deduct('k-1'))
  expect(await shop.ask('inventory', deduct('k-2'))).toMatchObject({ body: { reason: 'insufficient_stock' } })
  expect(await shop.ask('inventory', deduct('k-3', true))).toMatchObject({ body: { reason: 'insufficient_stock' } })
  expect(await shop.balance('inventory', 'console')).toBe(0)
})

it('oversells with a blind deduction, as the naive shop does', async () => {
  const shop = openShop({ stock: 0 })
  expect(await shop.ask('inventory', deduct('k-1', false))).toMatchObject({ status: 200 })
  expect(await shop.balance('inventory', 'console')).toBe(-1)
})

it('holds conditionally, whatever the body says', async () => {
  const shop = openShop({ stock: 0 })
  const vote = await shop.ask('inventory', { ...deduct('k-1', false), operation: 'prepare' })
  expect(vote).toMatchObject({ status: 422, body: { reason: 'insufficient_stock' } })
})

it('refuses a product that it does not have', async () => {
  const shop = openShop()
  const no = await shop.ask('inventory', deduct('k-1', true, 'yacht'))
  expect(no).toMatchObject({ status: 422, body: { reason: 'unknown_account' } })
  const question = await shop.ask('inventory', { operation: 'query', effect: 'stock', body: { product: 'yacht' } })
  expect(question.body).toEqual({ product: 'yacht', available: 0 })
})
