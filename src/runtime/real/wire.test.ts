import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aRequest, aSignal, type FakeEnv, fakeEnv } from '../../../test/support/fake-env.ts'
import { bodyOf, deadPort, listenHttp, listenRaw } from '../../../test/support/strange-servers.ts'
import { CallError, type Reply, type Request } from '../../core/call.ts'
import { openWire } from './wire.ts'

/** A caller of whoever listens on `port`. */
function callerOf(port: number): { ask(about?: Partial<Request>, signal?: AbortSignal): Promise<Reply>; env: FakeEnv } {
  const wire = openWire(() => port)
  onTestFinished(() => wire.close())
  const env = fakeEnv({ service: 'order', nowMs: 5_000 })
  const call = wire.to('order→inventory', env)
  return { ask: (about = {}, signal = aSignal()) => call(aRequest({ key: 'k-1', ...about }), signal), env }
}

async function errorOf(calling: Promise<Reply>): Promise<CallError> {
  const error = await calling.then(
    (reply) => reply,
    (caught: unknown) => caught,
  )
  if (!(error instanceof CallError)) throw new Error(`not a CallError: ${JSON.stringify(error)}`)
  return error
}

async function answers(status: number, body: string): Promise<number> {
  return listenHttp((_, reply) => reply.writeHead(status).end(body))
}

describe('a call over the wire', () => {
  it('carries purchase, key, what is left of the deadline, and the body', async () => {
    const seen: { url: string | undefined; headers: IncomingHttpHeaders; body: string }[] = []
    const port = await listenHttp(async (request, reply) => {
      seen.push({ url: request.url, headers: request.headers, body: await bodyOf(request) })
      reply.writeHead(201).end('{"done":true}')
    })
    const { ask } = callerOf(port)
    const reply = await ask({ operation: 'prepare', deadlineAtMs: 5_250.4, body: { quantity: 2 } })
    expect(reply).toEqual({ status: 201, body: { done: true } })
    await ask({ deadlineAtMs: 1 })
    const { key: _, ...keyless } = aRequest()
    const wire = openWire(() => port)
    await wire.to('order→inventory', fakeEnv())(keyless, aSignal())
    await wire.close()
    expect(seen[0]).toMatchObject({ url: '/prepare/deduct', body: '{"quantity":2}' })
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'faultline-purchase': 'p-1',
      'idempotency-key': 'k-1',
      'faultline-remaining-ms': '250',
    })
    expect(seen[1]?.headers['faultline-remaining-ms']).toBe('0')
    expect(Object.keys(seen[2]?.headers ?? {})).not.toContain('idempotency-key')
    expect(Object.keys(seen[2]?.headers ?? {})).not.toContain('faultline-remaining-ms')
  })

  it('is journalled when it is sent and when something is heard', async () => {
    const { ask, env } = callerOf(await answers(200, '{}'))
    await ask({ attempt: 2 })
    const about = { purchase: 'p-1', effect: 'deduct', operation: 'do', attempt: 2 }
    expect(env.records).toEqual([
      { type: 'sent', to: 'inventory', key: 'k-1', ...about },
      { type: 'heard', from: 'inventory', status: 200, reason: null, definite: true, afterMs: 0, ...about },
    ])
  })

  it('is journalled with the reason when nothing good is heard', async () => {
    const { ask, env } = callerOf(await answers(422, '{"reason":"insufficient_stock"}'))
    await errorOf(ask())
    expect(env.recorded('heard')).toMatchObject([
      { status: 422, reason: 'refused: insufficient_stock', definite: true, afterMs: 0 },
    ])
  })
})

describe('an answer that is a "no"', () => {
  it.each([
    [400, '{"reason":"malformed"}', 'refused', 'malformed', true, false],
    [422, '{"reason":"insufficient_stock"}', 'refused', 'insufficient_stock', true, false],
    [410, '{"title":"Gone"}', 'refused', 'Gone', true, false],
    [404, '<h1>Not found</h1>', 'refused', 'http_404', true, false],
    [409, '{"reason":"in_progress"}', 'in-progress', 'in_progress', false, true],
    [429, '{"reason":"slow_down"}', 'too-many-requests', 'slow_down', true, true],
    [429, '', 'too-many-requests', 'http_429', true, true],
    [500, '{"reason":"bug"}', 'server-error', 'bug', false, true],
    [502, 'Bad gateway', 'server-error', 'http_502', false, true],
    [503, '{"reason":"downstream"}', 'server-error', 'downstream', false, true],
    [504, '[]', 'server-error', 'http_504', false, true],
    [302, '', 'server-error', 'http_302', false, true],
  ] as const)('%d %s is %s', async (status, body, reason, detail, definite, transient) => {
    const error = await errorOf(callerOf(await answers(status, body)).ask())
    const { status: heard, definite: isDefinite, transient: isTransient } = error
    expect([error.reason, error.detail, heard]).toEqual([reason, detail, status])
    expect([isDefinite, isTransient]).toEqual([definite, transient])
  })

  it.each(['', 'OK', '[1]', 'null', '"text"', '{"half":'])(
    '2xx with %j is no answer: perhaps it happened',
    async (body) => {
      const error = await errorOf(callerOf(await answers(200, body)).ask())
      expect([error.reason, error.definite]).toEqual(['bad-answer', false])
    },
  )
})

describe('when to ask again', () => {
  it.each([
    ['the header, in seconds', 429, { 'retry-after': '3' }, '{}', 3_000],
    ['the header of a 503', 503, { 'retry-after': '0' }, '', 0],
    ['the body, rather than the header', 503, { 'retry-after': '3' }, '{"retryAfterMs":2100.5}', 2_100.5],
    ['the header, where the body talks nonsense', 429, { 'retry-after': '3' }, '{"retryAfterMs":-1}', 3_000],
    ['nothing', 429, {}, '{"retryAfterMs":"soon"}', undefined],
    ['nothing, where the header is a date', 429, { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }, '', undefined],
    ['at most a day', 429, { 'retry-after': '999999999' }, '', 86_400_000],
  ])('is read from %s', async (_, status, headers, body, retryAfterMs) => {
    const port = await listenHttp((_request, reply) => reply.writeHead(status, headers).end(body))
    expect((await errorOf(callerOf(port).ask())).retryAfterMs).toBe(retryAfterMs)
  })
})

describe('no answer', () => {
  it('because nobody listens: it certainly did not happen', async () => {
    const error = await errorOf(callerOf(await deadPort()).ask())
    expect([error.reason, error.definite]).toEqual(['connection-refused', true])
  })

  it.each<[string, (socket: Socket) => void]>([
    ['the connection was reset', (socket) => socket.resetAndDestroy()],
    ['the connection was closed', (socket) => socket.end()],
    ['it stopped half way', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"half":')],
    ['it was not HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['it was too long', (socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(300 * 1024)}`)],
  ])('because %s: perhaps it happened', async (_, onRequest) => {
    const { ask, env } = callerOf(await listenRaw(onRequest))
    const error = await errorOf(ask())
    expect([error.reason, error.definite, error.transient]).toEqual(['reset', false, true])
    expect(env.recorded('heard')).toMatchObject([{ status: 0, reason: 'reset', definite: false }])
  })

  it('because the caller gave up while it was under way: perhaps it happened', async () => {
    const arrived = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const port = await listenRaw((socket) => {
      socket.once('close', () => ended.resolve())
      arrived.resolve()
    })
    const controller = new AbortController()
    const asking = errorOf(callerOf(port).ask({}, controller.signal))
    await arrived.promise
    controller.abort()
    expect((await asking).reason).toBe('timeout')
    // Nobody reads the answer any more, so the connection must not linger.
    await ended.promise
  })

  it('because the caller had given up before: nothing is sent', async () => {
    let requests = 0
    const port = await listenHttp((_, reply) => {
      requests += 1
      reply.end('{}')
    })
    const { ask } = callerOf(port)
    expect((await errorOf(ask({}, AbortSignal.abort()))).reason).toBe('timeout')
    await ask()
    expect(requests).toBe(1)
  })

  it('of one call leaves the next one alone', async () => {
    let requests = 0
    const port = await listenHttp((request, reply) => {
      requests += 1
      if (requests === 1) request.socket.destroy()
      else reply.end('{"ok":true}')
    })
    const { ask } = callerOf(port)
    expect((await errorOf(ask())).reason).toBe('reset')
    expect(await ask()).toEqual({ status: 200, body: { ok: true } })
  })
})

it('a wire that is closed ends the calls on it', async () => {
  const arrived = Promise.withResolvers<void>()
  const port = await listenRaw(() => arrived.resolve())
  const wire = openWire(() => port)
  const asking = errorOf(wire.to('order→inventory', fakeEnv())(aRequest(), aSignal()))
  await arrived.promise
  await wire.close()
  expect((await asking).definite).toBe(false)
})
