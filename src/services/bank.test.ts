import { describe, expect, it } from 'vitest'
import { openShop } from '../../test/support/shop.ts'
import type { JsonObject } from '../core/call.ts'

const transfer = (about: JsonObject = {}, key = 'k-1') => ({
  effect: 'charge',
  key,
  body: { from: 'ada', to: 'merchant-USD', amountCents: 700, currency: 'USD', ...about },
})

describe('a transfer', () => {
  it('is two rows that sum to zero', async () => {
    const shop = openShop({ openingCents: 1_000 })
    expect(await shop.ask('bank', transfer())).toEqual({ status: 200, body: { amountCents: 700, currency: 'USD' } })
    expect((await shop.ledger('bank')).map(({ account, amount, unit }) => [account, amount, unit])).toEqual([
      ['ada', -700, 'USD'],
      ['merchant-USD', 700, 'USD'],
    ])
    expect(await shop.balance('bank', 'merchant-USD')).toBe(700)
  })

  it('that the account cannot pay is refused, and leaves nothing', async () => {
    const shop = openShop({ openingCents: 699 })
    const no = await shop.ask('bank', transfer())
    expect(no).toMatchObject({ status: 422, body: { reason: 'insufficient_funds' } })
    expect(await shop.ledger('bank')).toEqual([])
  })

  it.each(['do', 'prepare'] as const)('needs both accounts, at %s', async (operation) => {
    const shop = openShop({ openingCents: 1_000 })
    for (const about of [{ from: 'nobody' }, { to: 'nobody' }]) {
      const no = await shop.ask('bank', { ...transfer(about), operation })
      expect(no).toMatchObject({ status: 422, body: { reason: 'unknown_account' } })
    }
    expect(await shop.ledger('bank')).toEqual([])
  })

  it.each([{ from: 'eve' }, { to: 'merchant-EUR' }, { currency: 'EUR' }])(
    'stays in one currency: %j',
    async (about) => {
      const shop = openShop({ openingCents: 1_000 })
      const no = await shop.ask('bank', transfer(about))
      expect(no).toMatchObject({ status: 400, body: { reason: 'malformed' } })
    },
  )
})

it('holds, captures and voids', async () => {
  const shop = openShop({ openingCents: 1_000 })
  const ask = (operation: 'prepare' | 'commit' | 'abort', key: string) =>
    shop.ask(
      'bank',
      operation === 'prepare' ? { ...transfer({}, key), operation } : { effect: 'charge', key, operation },
    )
  const question = { operation: 'query', effect: 'account', body: { account: 'ada' } } as const
  expect(await ask('prepare', 'k-1')).toMatchObject({ body: { vote: 'commit' } })
  expect(await ask('prepare', 'k-2')).toMatchObject({ status: 422, body: { reason: 'funds_locked' } })
  expect((await shop.ask('bank', question)).body).toMatchObject({ balanceCents: 1_000, heldCents: 700 })
  await ask('abort', 'k-1')
  expect((await shop.ask('bank', question)).body).toMatchObject({ balanceCents: 1_000, heldCents: 0 })
  await ask('prepare', 'k-3')
  await ask('commit', 'k-3')
  expect((await shop.ask('bank', question)).body).toMatchObject({ balanceCents: 300, heldCents: 0 })
})

it('refunds with an undo', async () => {
  const shop = openShop({ openingCents: 1_000 })
  await shop.ask('bank', transfer())
  await shop.ask('bank', { operation: 'undo', effect: 'charge', key: 'k-1' })
  expect(await shop.balance('bank', 'ada')).toBe(1_000)
  expect(await shop.balance('bank', 'merchant-USD')).toBe(0)
})

it('knows nothing of an account that it does not have', async () => {
  const answer = await openShop().ask('bank', { operation: 'query', effect: 'account', body: { account: 'nobody' } })
  expect(answer.body).toEqual({ account: 'nobody', balanceCents: 0, heldCents: 0 })
})
