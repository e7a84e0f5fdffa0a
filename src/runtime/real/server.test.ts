import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aSignal } from '../../../test/support/fake-env.ts'
import { ConnectionLost, type Request } from '../../core/call.ts'
import { problem } from '../life/problem.ts'
import { nowMs } from './clock.ts'
import { connectPoster } from './post.ts'
import { type Server, type ServerParts, serve } from './server.ts'

async function open(parts: Partial<ServerParts> = {}) {
  const requests: Request[] = []
  const all: ServerParts = {
    service: 'inventory',
    incarnation: 4,
    async handle(request) {
      requests.push(request)
      return { status: 200, body: { done: true } }
    },
    ledger: () => ['{"seq":1}\n', '', '{"balanceOf":"x"}\n'],
    ...parts,
  }
  const server = await serve(() => all, 0)
  onTestFinished(() => server.close())
  return { server, requests, ask: (path: string, init: RequestInit = {}) => ask(server, path, init) }
}

async function ask({ port }: Server, path: string, init: RequestInit = {}) {
  const headers = { 'faultline-purchase': 'p-1', ...(init.headers as Record<string, string>) }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', ...init, headers })
  const text = await answer.text()
  return { status: answer.status, type: answer.headers.get('content-type')?.split(';')[0], text, body: parse(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const JSON_HEADER = { 'content-type': 'application/json' }
const malformed = { status: 400, type: 'application/problem+json', body: { status: 400, reason: 'malformed' } }

describe('a request', () => {
  it('is read from path, headers and body', async () => {
    const { ask, requests } = await open()
    const beforeMs = nowMs()
    await ask('/prepare/charge', {
      headers: { ...JSON_HEADER, 'idempotency-key': 'k 1', 'faultline-remaining-ms': '250' },
      body: '{"a":1}',
    })
    await ask('/undo/charge')
    await ask('/orders', { headers: JSON_HEADER, body: '{}' })
    const [first, second, third] = requests
    const { deadlineAtMs, ...rest } = first as Request
    const expected = { operation: 'prepare', purchase: 'p-1', effect: 'charge', attempt: 0, body: { a: 1 }, key: 'k 1' }
    expect(rest).toEqual(expected)
    expect((deadlineAtMs ?? 0) - beforeMs).toBeGreaterThanOrEqual(250)
    expect(second).toEqual({ operation: 'undo', purchase: 'p-1', effect: 'charge', attempt: 0, body: {} })
    expect(third).toMatchObject({ operation: 'place', effect: 'order' })
  })

  it.each([
    ['/stock', 'stock'],
    ['/notifications', 'notification'],
    ['/payments', 'payment'],
  ])('at %s is a %s that a buyer comes for', async (path, effect) => {
    const { ask, requests } = await open()
    await ask(path, { headers: { ...JSON_HEADER, 'idempotency-key': 'k' }, body: '{"a":1}' })
    expect(requests).toMatchObject([{ operation: 'place', effect, key: 'k', body: { a: 1 } }])
  })

  it('without a purchase is a purchase of its own at the order service, and malformed elsewhere', async () => {
    const { server, requests } = await open()
    const post = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST' })
    for (const _ of [1, 2]) expect((await post('/orders')).status).toBe(200)
    expect(new Set(requests.map(({ purchase }) => purchase)).size).toBe(2)
    expect((await post('/do/x')).status).toBe(400)
  })

  it.each<[string, string, RequestInit]>([
    ['a purchase with odd letters', '/do/x', { headers: { 'faultline-purchase': 'p 1' } }],
    ['too long a purchase', '/do/x', { headers: { 'faultline-purchase': 'p'.repeat(65) } }],
    ['an empty key', '/do/x', { headers: { 'idempotency-key': '' } }],
    ['too long a key', '/do/x', { headers: { 'idempotency-key': 'k'.repeat(201) } }],
    [
      "too long a key for those that derive from a buyer's",
      '/orders',
      { headers: { 'idempotency-key': 'k'.repeat(181) } },
    ],
    ['a deadline that is no number', '/do/x', { headers: { 'faultline-remaining-ms': 'soon' } }],
    ['a negative deadline', '/do/x', { headers: { 'faultline-remaining-ms': '-1' } }],
    ['an endless deadline', '/do/x', { headers: { 'faultline-remaining-ms': 'Infinity' } }],
    ['an empty deadline', '/do/x', { headers: { 'faultline-remaining-ms': '' } }],
    ['an effect with odd letters', '/do/a%20b', {}],
    ['no effect', '/do/', {}],
    ['half a body', '/do/x', { headers: JSON_HEADER, body: '{"a":' }],
    ['an empty body that calls itself JSON', '/do/x', { headers: JSON_HEADER, body: '' }],
    ['a list', '/do/x', { headers: JSON_HEADER, body: '[1]' }],
    ['null', '/do/x', { headers: JSON_HEADER, body: 'null' }],
    ['a text', '/do/x', { headers: JSON_HEADER, body: '"a"' }],
    ['a body that is not JSON', '/do/x', { headers: { 'content-type': 'text/plain' }, body: '{}' }],
    ['a prototype', '/do/x', { headers: JSON_HEADER, body: '{"__proto__":{}}' }],
  ])('with %s is malformed', async (_, path, init) => {
    const { ask, requests } = await open()
    expect(await ask(path, init)).toMatchObject(malformed)
    expect(requests).toEqual([])
  })

  it('that is too large, or of an unknown type, is refused with its own status', async () => {
    const { ask } = await open()
    const large = await ask('/do/x', { headers: JSON_HEADER, body: JSON.stringify({ a: 'x'.repeat(65_536) }) })
    expect(large).toMatchObject({ status: 413, type: 'application/problem+json', body: { reason: 'malformed' } })
    const odd = await ask('/do/x', { headers: { 'content-type': 'application/xml' }, body: '<a/>' })
    expect(odd).toMatchObject({ status: 415, type: 'application/problem+json', body: { reason: 'malformed' } })
  })

  it.each([
    ['POST', '/'],
    ['POST', '/place/order'],
    ['POST', '/do'],
    ['POST', '/do/x/y'],
    ['GET', '/do/x'],
    ['DELETE', '/ledger'],
  ])('for %s %s finds nothing', async (method, path) => {
    const { ask } = await open()
    expect(await ask(path, { method })).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: { status: 404, reason: 'not_found' },
    })
  })
})

describe('an answer', () => {
  it('is a problem where it says no, and an order where it is one', async () => {
    const answers = [
      problem(422, 'insufficient_stock', 'too little'),
      { status: 502, body: { orderId: 'o-1', status: 'cancelled' } },
      { status: 201, body: { status: 'confirmed' } },
    ]
    const { ask } = await open({ handle: async () => answers.shift() ?? problem(500, 'none', 'none') })
    expect(await ask('/do/x')).toMatchObject({
      status: 422,
      type: 'application/problem+json',
      body: { type: 'about:blank', title: 'Refused', status: 422, reason: 'insufficient_stock', detail: 'too little' },
    })
    expect(await ask('/orders')).toMatchObject({ status: 502, type: 'application/json' })
    expect(await ask('/orders')).toMatchObject({ status: 201, type: 'application/json' })
  })

  it('says when to ask again: in whole seconds, rounded up, and in milliseconds', async () => {
    const { server } = await open({
      handle: async () => ({ ...problem(429, 'too_many_requests', 'too fast'), retryAfterMs: 1_001 }),
    })
    const headers = { 'faultline-purchase': 'p-1' }
    const answer = await fetch(`http://127.0.0.1:${server.port}/do/x`, { method: 'POST', headers })
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(await answer.json()).toMatchObject({ status: 429, reason: 'too_many_requests', retryAfterMs: 1_001 })
  })

  it('is none when a gremlin ends the connection', async () => {
    const { ask } = await open({ handle: () => Promise.reject(new ConnectionLost()) })
    await expect(ask('/do/x')).rejects.toThrow()
  })

  it('does not come on a connection that a gremlin keeps open and mute', async () => {
    const arrived = Promise.withResolvers<void>()
    const { server } = await open({
      async handle() {
        arrived.resolve()
        throw new ConnectionLost(true)
      },
    })
    const poster = connectPoster(server.port)
    onTestFinished(() => poster.close())
    const controller = new AbortController()
    const asking = poster.post('/do/x', { 'faultline-purchase': 'p-1' }, '', controller.signal)
    await arrived.promise
    controller.abort()
    await expect(asking).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('is a problem when the handler has a bug', async () => {
    const { ask } = await open({ handle: () => Promise.reject(new Error('a bug')) })
    expect(await ask('/do/x')).toMatchObject({ status: 500, body: { status: 500, reason: 'internal' } })
  })
})

it('health and ledger are open to all', async () => {
  const { ask } = await open()
  const health = await ask('/health', { method: 'GET' })
  expect(health).toMatchObject({ status: 200, body: { service: 'inventory', status: 'up', incarnation: 4 } })
  const ledger = await ask('/ledger', { method: 'GET' })
  expect(ledger).toMatchObject({ status: 200, type: 'application/x-ndjson', text: '{"seq":1}\n{"balanceOf":"x"}\n' })
})

describe('listening', () => {
  function reach(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
  }

  it('can be switched off, which ends the open connections, and on again at the same port', async () => {
    const { server, ask } = await open()
    const poster = connectPoster(server.port)
    onTestFinished(() => poster.close())
    const post = () => poster.post('/do/x', { 'faultline-purchase': 'p-1' }, '', aSignal())
    await post()
    await server.listen(false)
    await server.listen(false)
    await expect(post()).rejects.toMatchObject({ kind: expect.stringMatching(/refused|reset/) })
    expect(await reach(server.port)).toBe(false)
    await server.listen(true)
    await server.listen(true)
    expect(await ask('/do/x')).toMatchObject({ status: 200 })
  })

  it('stays below the ports that outgoing connections get', async () => {
    const { server } = await open()
    expect(server.port).toBeGreaterThanOrEqual(20_000)
    expect(server.port).toBeLessThan(32_000)
  })

  it('waits for a port that is still taken', async () => {
    const { server } = await open()
    const parts: ServerParts = {
      service: 'bank',
      incarnation: 2,
      handle: () => Promise.reject(new Error('not asked')),
      ledger: () => [],
    }
    const waiting = serve(() => parts, server.port)
    await server.close()
    const next = await waiting
    onTestFinished(() => next.close())
    expect(next.port).toBe(server.port)
  })

  it('is over when it is closed, also while somebody is connected', async () => {
    const { server } = await open({ handle: () => new Promise(() => undefined) })
    const poster = connectPoster(server.port)
    onTestFinished(() => poster.close())
    const asking = poster.post('/do/x', { 'faultline-purchase': 'p-1' }, '', aSignal())
    const over = expect(asking).rejects.toMatchObject({ kind: expect.stringMatching(/refused|reset/) })
    expect(await reach(server.port)).toBe(true)
    await server.close()
    await over
    expect(await reach(server.port)).toBe(false)
  })
})
