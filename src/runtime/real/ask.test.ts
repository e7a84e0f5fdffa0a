import { describe, expect, it, onTestFinished } from 'vitest'
import { aSignal } from '../../../test/support/fake-env.ts'
import { bodyOf, deadPort, listenHttp, listenRaw } from '../../../test/support/strange-servers.ts'
import type { Purchase } from '../../core/purchase.ts'
import { connectBuyers } from './ask.ts'

const purchase: Purchase = {
  purchase: 'p-7',
  kind: 'order',
  index: 7,
  intendedMs: 0,
  product: 'console',
  quantity: 2,
  amountCents: 100_000,
  account: 'ada',
  currency: 'USD',
}

function buyersAt(port: number) {
  const buyers = connectBuyers(port)
  onTestFinished(() => buyers.close())
  return (key: string | null = 'k-1', signal = aSignal(), wanted = purchase) =>
    buyers.ask({ purchase: wanted, attempt: 1, key }, signal)
}

describe('a buyer', () => {
  it('orders with the purchase and the key in headers, and no price', async () => {
    const seen: unknown[] = []
    const port = await listenHttp(({ headers, url }, reply) => {
      seen.push([url, headers['faultline-purchase'], headers['idempotency-key']])
      reply.end('{"orderId":"o-1","status":"confirmed","reason":null}')
    })
    const ask = buyersAt(port)
    expect(await ask()).toEqual({ status: 'confirmed', reason: null, orderId: 'o-1' })
    await ask(null)
    expect(seen).toEqual([
      ['/orders', 'p-7', 'k-1'],
      ['/orders', 'p-7', undefined],
    ])
  })

  it('sends what is wanted', async () => {
    const bodies: unknown[] = []
    const port = await listenHttp(async (request, reply) => {
      bodies.push(JSON.parse(await bodyOf(request)))
      reply.end('{}')
    })
    await buyersAt(port)()
    expect(bodies).toEqual([{ product: 'console', quantity: 2, account: 'ada' }])
  })

  it.each([
    ['stock', '/stock', { product: 'console', account: 'ada' }],
    ['notification', '/notifications', { product: 'console', account: 'ada' }],
    ['payment', '/payments', { product: 'console', quantity: 2, account: 'ada' }],
  ] as const)('comes for a %s at %s', async (kind, path, body) => {
    const seen: unknown[] = []
    const port = await listenHttp(async (request, reply) => {
      seen.push([request.url, JSON.parse(await bodyOf(request))])
      reply.end('{"status":"answered","reason":null}')
    })
    const answer = await buyersAt(port)('k-1', aSignal(), { ...purchase, kind })
    expect(answer).toEqual({ status: 'answered', reason: null, orderId: null })
    expect(seen).toEqual([[path, body]])
  })

  it.each([
    [422, '{"orderId":"o-1","status":"refused","reason":"insufficient_stock"}', 'refused', 'insufficient_stock', 'o-1'],
    [502, '{"orderId":"o-1","status":"cancelled","reason":"timeout"}', 'cancelled', 'timeout', 'o-1'],
    [503, '{"orderId":"o-1","status":"degraded","reason":"x"}', 'degraded', 'x', 'o-1'],
    [409, '{"status":409,"reason":"in_progress"}', 'in-progress', null, null],
    [422, '{"status":422,"reason":"key_reused"}', 'refused', 'key_reused', null],
    [500, '{"status":500,"reason":"bug"}', 'no-answer', 'bug', null],
    [429, '', 'refused', 'too_many_requests', null],
    [200, '{"status":"answered","reason":"limited_stock"}', 'answered', 'limited_stock', null],
    [200, 'OK', 'no-answer', 'http_200', null],
  ])('hears of %d %s: %s', async (status, body, word, reason, orderId) => {
    const port = await listenHttp((_, reply) => reply.writeHead(status).end(body))
    expect(await buyersAt(port)()).toEqual({ status: word, reason, orderId })
  })

  it('hears nothing from a service that is down, or whose connection is lost', async () => {
    const [down, lost] = [await deadPort(), await listenRaw((socket) => socket.destroy())]
    expect(await buyersAt(down)()).toEqual({ status: 'no-answer', reason: 'connection_refused', orderId: null })
    expect(await buyersAt(lost)()).toEqual({ status: 'no-answer', reason: 'connection_lost', orderId: null })
  })

  it('that has left is not told anything', async () => {
    const arrived = Promise.withResolvers<void>()
    const port = await listenRaw(() => arrived.resolve())
    const controller = new AbortController()
    const asking = buyersAt(port)('k-1', controller.signal)
    await arrived.promise
    controller.abort()
    await expect(asking).rejects.toThrow()
  })
})
