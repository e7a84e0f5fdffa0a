import { describe, expect, it } from 'vitest'
import { losesTheAnswer, never, openShop } from '../../test/support/shop.ts'
import { CallError, type CallErrorReason, type Request } from '../core/call.ts'
import type { Edge } from '../core/topology.ts'
import type { PassedOn } from './order-requests.ts'

const BODIES: Record<PassedOn, Request['body']> = {
  stock: { product: 'console' },
  notification: { product: 'console', account: 'ada' },
  payment: { product: 'console', quantity: 2, account: 'ada' },
}
const EDGE_OF: Record<PassedOn, Edge> = {
  stock: 'order→inventory',
  notification: 'order→notification',
  payment: 'order→payment',
}
const KINDS = Object.keys(BODIES) as PassedOn[]

const request = (kind: PassedOn, about: Partial<Request> = {}): Partial<Request> => ({
  operation: 'place',
  effect: kind,
  key: 'buyer-1',
  body: BODIES[kind],
  ...about,
})

describe('a request that is no order', () => {
  it('is passed on, answered, and leaves no order', async () => {
    const shop = openShop()
    const answered = { status: 'answered', reason: null }
    expect(await shop.ask('order', request('stock'))).toEqual({ status: 200, body: { ...answered, available: 1_000 } })
    expect(await shop.ask('order', request('notification'))).toEqual({ status: 200, body: answered })
    expect(await shop.ask('order', request('payment'))).toEqual({ status: 200, body: answered })
    await shop.advance(0)
    expect(await shop.ledger('order')).toEqual([])
    expect(await shop.ledger('inventory')).toEqual([])
    expect((await shop.ledger('notification')).map(({ key }) => key)).toEqual(['buyer-1/notification'])
    expect((await shop.ledger('payment')).map(({ amount, key }) => [amount, key])).toEqual([
      [100_000, 'buyer-1/payment'],
    ])
    expect((await shop.ledger('bank')).map(({ amount }) => amount)).toEqual([-100_000, 100_000])
  })

  it('happens once under its key, and again without one', async () => {
    const shop = openShop()
    for (const _ of [1, 2]) expect(await shop.ask('order', request('payment'))).toMatchObject({ status: 200 })
    expect(await shop.ledger('payment')).toHaveLength(1)
    const { key: _, ...keyless } = request('payment')
    for (const _ of [1, 2]) await shop.ask('order', keyless)
    expect(await shop.ledger('payment')).toHaveLength(3)
  })

  it('has a key apart from that of an order under the same one', async () => {
    const shop = openShop()
    await shop.ask('order', request('payment'))
    await shop.ask('order', { ...request('payment'), effect: 'order' })
    await shop.ask('order', request('notification'))
    await shop.advance(0)
    expect((await shop.ledger('payment')).map(({ key }) => key)).toEqual(['buyer-1/payment', 'buyer-1/charge'])
    expect(await shop.ledger('notification')).toHaveLength(2)
  })

  it('takes no notice of keys where they are ignored', async () => {
    const shop = openShop({ participants: { keys: 'ignored' } })
    for (const _ of [1, 2]) await shop.ask('order', request('notification'))
    expect(await shop.ledger('notification')).toHaveLength(2)
  })

  it('brings its deadline along', async () => {
    const shop = openShop()
    const deadlines: (number | undefined)[] = []
    shop.bend('order→inventory', (reach, { deadlineAtMs }) => {
      deadlines.push(deadlineAtMs)
      return reach()
    })
    await shop.ask('order', request('stock'))
    await shop.ask('order', request('stock', { deadlineAtMs: 70 }))
    expect(deadlines).toEqual([shop.env('order').clock.nowMs() + 5_000, 70])
  })

  it('needs what it is about', async () => {
    const shop = openShop()
    for (const kind of KINDS) {
      expect(await shop.ask('order', request(kind, { body: {} }))).toMatchObject({ status: 400 })
    }
  })
})

describe('what a buyer is told', () => {
  it('is that stock was stale where something stood in', async () => {
    const shop = openShop()
    shop.bend('order→inventory', async () => ({ status: 200, body: { available: 3, stale: true } }))
    const body = { status: 'answered', reason: 'limited_stock', available: 3 }
    expect(await shop.ask('order', request('stock'))).toEqual({ status: 200, body })
  })

  it.each(KINDS)('promises no %s that nobody would remember', async (kind) => {
    const shop = openShop()
    shop.bend(EDGE_OF[kind], async () => ({ status: 202, body: { pending: true } }))
    const body = { status: 'degraded', reason: 'temporarily_unavailable' }
    expect(await shop.ask('order', request(kind))).toEqual({ status: 503, body })
  })

  it.each<[CallErrorReason, number, string]>([
    ['breaker-open', 503, 'temporarily_unavailable'],
    ['connection-refused', 503, 'connection_refused'],
    ['timeout', 504, 'timeout'],
    ['reset', 502, 'reset'],
  ])('is that perhaps it was done, where that is what was put off: %s', async (reason, status, word) => {
    const shop = openShop()
    shop.bend('order→payment', async () => ({ status: 202, body: { pending: true, reason } }))
    expect(await shop.ask('order', request('payment'))).toEqual({ status, body: { status: 'degraded', reason: word } })
  })

  it('is what the participant refuses', async () => {
    const shop = openShop({ openingCents: 5 })
    const body = { status: 'refused', reason: 'insufficient_funds' }
    expect(await shop.ask('order', request('payment'))).toEqual({ status: 422, body })
    expect(await shop.ledger('bank')).toEqual([])
  })

  it.each<[CallErrorReason, number, string]>([
    ['breaker-open', 503, 'temporarily_unavailable'],
    ['bulkhead-full', 503, 'bulkhead_full'],
    ['limit-reached', 503, 'limit_reached'],
    ['too-many-requests', 503, 'too_many_requests'],
    ['deadline-passed', 503, 'deadline_passed'],
    ['connection-refused', 503, 'connection_refused'],
    ['timeout', 504, 'timeout'],
    ['reset', 502, 'reset'],
    ['server-error', 502, 'server_error'],
    ['bad-answer', 502, 'bad_answer'],
  ])('after %s is %d, %s', async (reason, status, word) => {
    const shop = openShop()
    for (const kind of KINDS) {
      shop.bend(EDGE_OF[kind], () => Promise.reject(new CallError(reason)))
      expect(await shop.ask('order', request(kind))).toEqual({ status, body: { status: 'degraded', reason: word } })
    }
  })

  it('brings along when to ask again', async () => {
    const shop = openShop()
    shop.bend('order→payment', () => Promise.reject(new CallError('limit-reached', '', { retryAfterMs: 40 })))
    expect(await shop.ask('order', request('payment'))).toMatchObject({ status: 503, retryAfterMs: 40 })
  })

  it('is to come back while the first request is being worked on, and then the answer to it', async () => {
    const shop = openShop()
    shop.bend('order→payment', losesTheAnswer)
    expect(await shop.ask('order', request('payment'))).toMatchObject({ body: { status: 'degraded' } })
    shop.mend('order→payment')
    expect(await shop.ask('order', request('payment'))).toMatchObject({ status: 200 })
    shop.bend('payment→bank', () => never())
    void shop.ask('order', request('payment', { key: 'slow' }))
    await shop.advance(0)
    const again = await shop.ask('order', request('payment', { key: 'slow' }))
    expect(again).toMatchObject({ status: 409, body: { reason: 'in_progress' } })
    expect(await shop.ledger('bank')).toHaveLength(2)
  })
})
