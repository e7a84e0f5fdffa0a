import { expect, it } from 'vitest'
import { openShop } from '../../test/support/shop.ts'

it('fx promises a rate, once for each key, and books it', async () => {
  const shop = openShop()
  const ask = { effect: 'quote', key: 'k-1', body: { to: 'EUR' } }
  expect(await shop.ask('fx', ask)).toEqual({ status: 200, body: { rateMicro: 920_000 } })
  expect(await shop.ask('fx', ask)).toEqual({ status: 200, body: { rateMicro: 920_000 } })
  const rows = await shop.ledger('fx')
  expect(rows.map(({ account, amount, unit }) => [account, amount, unit])).toEqual([['EUR', 920_000, 'micro']])
})

it.each(['XAU', 'constructor', '__proto__'])('fx knows no rate of %s', async (to) => {
  const no = await openShop().ask('fx', { effect: 'quote', key: 'k-1', body: { to } })
  expect(no).toMatchObject({ status: 422, body: { reason: 'unknown_currency' } })
})

it('logging keeps one entry for each charge and each refund', async () => {
  const shop = openShop()
  const entry = { payment: 'k', what: 'charged', account: 'ada', currency: 'USD', amountCents: 5 }
  for (const what of ['charged', 'charged', 'refunded']) {
    const answer = await shop.ask('logging', { effect: 'history', key: `k/${what}`, body: { ...entry, what } })
    expect(answer).toEqual({ status: 200, body: { payment: 'k' } })
  }
  expect((await shop.ledger('logging')).map(({ key, amount, unit }) => [key, amount, unit])).toEqual([
    ['k/charged', 1, 'entry'],
    ['k/refunded', 1, 'entry'],
  ])
})

it('notification sends one message for each key', async () => {
  const shop = openShop()
  const message = { effect: 'notify', key: 'k-1', body: { order: 'o-1', text: 'Thank you.' } }
  for (const _ of [1, 2]) {
    expect(await shop.ask('notification', message)).toEqual({ status: 200, body: { order: 'o-1' } })
  }
  expect((await shop.ledger('notification')).map(({ account, amount }) => [account, amount])).toEqual([['sent', 1]])
})

it('what has no floor can be prepared, and is booked at the commit', async () => {
  const shop = openShop()
  const message = { effect: 'notify', key: 'k-1', body: { order: 'o-1', text: 'Thank you.' } }
  await shop.ask('notification', { ...message, operation: 'prepare' })
  expect(await shop.ledger('notification')).toEqual([])
  await shop.ask('notification', { ...message, operation: 'commit' })
  expect(await shop.ledger('notification')).toHaveLength(1)
})

it.each([
  ['fx', { from: 'USD' }],
  ['logging', { payment: 'k', what: 'stolen' }],
  ['notification', { order: 'o-1' }],
  ['notification', { order: 'o-1', text: 'Hello.', more: true }],
] as const)('%s refuses %j', async (service, body) => {
  const no = await openShop().ask(service, { effect: 'any', key: 'k-1', body })
  expect(no).toMatchObject({ status: 400, body: { reason: 'malformed' } })
})
