/** The message that a confirmed order is owed, kept with its end or told in passing. */

import { describe, expect, it } from 'vitest'
import { openOrderShop } from '../../test/support/order-shop.ts'
import { losesTheAnswer, never, refusesConnections, type Shop } from '../../test/support/shop.ts'
import { CallError } from '../core/call.ts'

const WORKFLOWS = ['sequential', '2pc', 'saga'] as const

async function sent(shop: Shop): Promise<string[]> {
  return (await shop.ledger('notification')).map(({ key }) => key)
}

const kept = (shop: Shop) => shop.rows('order', 'SELECT key FROM outbox')

describe.each(WORKFLOWS)('a notice of %s that is kept', (name) => {
  it('is kept by the commit that confirms the order, and sent once', async () => {
    const shop = openOrderShop(name)
    const seen: unknown[] = []
    shop.spoil('order→notification', 'do', async (reach, { deadlineAtMs }) => {
      seen.push([deadlineAtMs, (await shop.ledger('order')).map(({ kind }) => kind), await kept(shop)])
      return reach()
    })
    await shop.place()
    await shop.advance(10_000)
    expect(seen).toEqual([[undefined, ['accepted', 'confirmed'], [{ key: 'buyer-1/notify' }]]])
    expect(await sent(shop)).toEqual(['buyer-1/notify'])
    expect(await kept(shop)).toEqual([])
  })

  it('survives a crash between the confirmation and the sending', async () => {
    const shop = openOrderShop(name)
    shop.spoil('order→notification', 'do', () => never())
    expect(await shop.place()).toMatchObject({ status: 201 })
    shop.kill('order')
    await shop.advance(1_000)
    expect(await sent(shop)).toEqual([])
    shop.heal()
    shop.kill('order')
    await shop.advance(1_000)
    expect(await sent(shop)).toEqual(['buyer-1/notify'])
    expect(await kept(shop)).toEqual([])
  })

  it('survives a crash between the sending and the forgetting, and counts once', async () => {
    const shop = openOrderShop(name)
    shop.spoil('order→notification', 'do', async (reach) => {
      await reach()
      return never()
    })
    await shop.place()
    shop.heal()
    shop.kill('order')
    await shop.advance(1_000)
    expect(shop.asked.filter(({ edge }) => edge === 'order→notification')).toHaveLength(2)
    expect(await sent(shop)).toEqual(['buyer-1/notify'])
  })

  it('is owed to nobody whose order was not confirmed', async () => {
    const shop = openOrderShop(name, { openingCents: 1 })
    await shop.place()
    await shop.advance(10_000)
    expect(shop.asked.filter(({ edge }) => edge === 'order→notification')).toEqual([])
    expect(await kept(shop)).toEqual([])
  })
})

describe('a notice that is kept', () => {
  it('is also owed where a later incarnation confirmed the order', async () => {
    const shop = openOrderShop('2pc')
    shop.crashAt('after-decision')
    await shop.place()
    await shop.advance(1_000)
    expect(await sent(shop)).toEqual(['buyer-1/notify'])
  })

  it('is sent until it is heard, long after the order’s deadline', async () => {
    const shop = openOrderShop('saga')
    shop.spoil('order→notification', 'do', refusesConnections)
    await shop.place()
    await shop.advance(20_000)
    expect(await sent(shop)).toEqual([])
    shop.heal()
    await shop.advance(1_000)
    expect(await sent(shop)).toEqual(['buyer-1/notify'])
  })

  it('is sent again when its answer was lost, and counts once', async () => {
    const shop = openOrderShop('saga')
    let times = 0
    shop.spoil('order→notification', 'do', (reach, request) =>
      times++ === 0 ? losesTheAnswer(reach, request) : reach(),
    )
    await shop.place()
    await shop.advance(1_000)
    expect(times).toBe(2)
    expect(await sent(shop)).toEqual(['buyer-1/notify'])
  })

  it('is given up where it will never be taken', async () => {
    const shop = openOrderShop('saga')
    shop.spoil('order→notification', 'do', () => Promise.reject(new CallError('refused', 'malformed', { status: 400 })))
    await shop.place()
    await shop.advance(0)
    expect(await kept(shop)).toEqual([])
    expect(shop.failures()).toEqual([])
  })
})

describe('a notice that is told in passing', () => {
  const inline = { participants: { history: 'inline' } } as const

  it('is told once, before the order’s deadline, and forgotten when that fails', async () => {
    const shop = openOrderShop('saga', inline)
    const deadlines: unknown[] = []
    shop.spoil('order→notification', 'do', (_, { deadlineAtMs }) => {
      deadlines.push(deadlineAtMs)
      return Promise.reject(new CallError('timeout'))
    })
    const startMs = shop.env('order').clock.nowMs()
    expect(await shop.place()).toMatchObject({ status: 201 })
    shop.heal()
    await shop.advance(60_000)
    expect(deadlines).toEqual([startMs + 5_000])
    expect(await sent(shop)).toEqual([])
    expect(shop.failures()).toEqual([])
  })

  it('is lost where the order service dies before it is sent', async () => {
    const shop = openOrderShop('saga', inline)
    shop.spoil('order→notification', 'do', () => never())
    expect(await shop.place()).toMatchObject({ status: 201 })
    shop.heal()
    shop.kill('order')
    await shop.advance(60_000)
    expect(await sent(shop)).toEqual([])
  })

  it('hides no bug', async () => {
    const shop = openOrderShop('saga', inline)
    shop.spoil('order→notification', 'do', () => Promise.reject(new TypeError('a bug')))
    await shop.place()
    await shop.advance(0)
    expect(shop.failures()).toHaveLength(1)
  })
})
