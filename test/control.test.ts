/** The control API by requests: who may ask, what is refused, what is done. */

import { connect, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlServer, serveControl } from '../src/control/server.ts'
import { makeToken } from '../src/control/token.ts'
import { BEARER, type FakeLiveControl, fakeLiveControl, fakeOptions, TOKEN } from './support/fake-live-control.ts'

let control: FakeLiveControl
let server: ControlServer
beforeEach(async () => {
  control = fakeLiveControl()
  server = await serveControl(control, fakeOptions())
})
afterEach(() => server.close())

type Headers = Record<string, string>
async function ask(method: string, path: string, body?: unknown, headers: Headers = {}) {
  const typed: Headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(server.address + path, {
    method,
    headers: { ...BEARER, ...typed, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined }
}

/** Bytes as they are, since fetch would not send them. */
function sendBytes(bytes: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let heard = ''
  const socket: Socket = connect({ port: Number(new URL(server.address).port), host: '127.0.0.1' }, () => {
    socket.write(bytes)
  })
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text
  })
  socket.on('close', () => resolve(heard)).on('error', reject)
  return promise
}

const port = () => new URL(server.address).port
const raw = (head: string[], line = 'GET /state HTTP/1.1') =>
  sendBytes(`${[line, ...head, 'Connection: close'].join('\r\n')}\r\n\r\n`)
const untouched = () => expect([control.done, control.changes]).toEqual([[], []])

describe('who may ask', () => {
  it('is whoever has the token; only health is open to all', async () => {
    expect(await ask('GET', '/health', undefined, { authorization: '' })).toMatchObject({ status: 200 })
    const almost = [
      '',
      TOKEN,
      'Bearer',
      'Bearer ',
      `Bearer ${TOKEN.slice(0, -1)}`,
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.toUpperCase()}`,
      `Bearer ${TOKEN} ${TOKEN}`,
      `Basic ${TOKEN}`,
    ]
    for (const authorization of almost) {
      for (const [method, path] of [
        ['GET', '/state'],
        ['GET', '/metrics'],
        ['POST', '/end'],
        ['POST', '/health'],
        ['GET', '/nowhere'],
        ['GET', '/%zz'],
      ] as const) {
        const { status, body, headers } = await ask(method, path, undefined, { authorization })
        expect([status, body.error, headers.get('www-authenticate')], authorization).toEqual([
          401,
          'unauthorized',
          'Bearer',
        ])
      }
    }
    untouched()
    expect(await ask('GET', '/state', undefined, { authorization: `bearer ${TOKEN}` })).toMatchObject({ status: 200 })
  })

  it('needs a token that is worth the name', async () => {
    for (const token of ['', 'short', `${TOKEN} `, `${TOKEN}\n`]) {
      await expect(serveControl(control, { ...fakeOptions(), token })).rejects.toThrow('a token has')
    }
    const [one, other] = [makeToken(), makeToken()]
    expect(one).toMatch(/^[\w-]{32}$/)
    expect(one).not.toBe(other)
  })

  it('is nobody on another machine', async () => {
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
    for (const { address } of others) {
      await expect(fetch(`http://${address}:${port()}/health`), address).rejects.toThrow()
    }
  })

  it('is no web page: neither under a name of its own nor from anywhere', async () => {
    const bearer = `Authorization: Bearer ${TOKEN}`
    for (const host of [
      `evil.example:${port()}`,
      '127.0.0.1',
      `127.0.0.1:${Number(port()) + 1}`,
      `127.0.0.1:${port()}.evil`,
      '',
    ]) {
      expect(await raw([`Host: ${host}`, bearer]), host).toMatch(/^HTTP\/1.1 403 .*"error":"forbidden"/s)
    }
    expect(await raw([bearer])).toMatch(/^HTTP\/1.1 403 /)
    expect(await raw([`Host: localhost:${port()}`, bearer])).toMatch(/^HTTP\/1.1 200 /)
    for (const origin of ['http://evil.example', server.address, 'null', '']) {
      expect(await raw([`Host: 127.0.0.1:${port()}`, bearer, `Origin: ${origin}`]), origin).toMatch(/^HTTP\/1.1 403 /)
      expect(await raw([`Host: 127.0.0.1:${port()}`, `Origin: ${origin}`], 'GET /health HTTP/1.1')).toMatch(
        /^HTTP\/1.1 403 /,
      )
    }
  })
})

describe('what is refused', () => {
  it('says all reasons at once and changes nothing', async () => {
    const setting = { gremlin: 'delay', on: 'nobody', probability: 7, purchases: ['17'], x: 1 }
    const changes = [
      { policy: 'BREAKER', on: 'yes' },
      { gremlin: 'g', on: true, setting },
      { gremlin: 'g', on: true, setting: { name: 'h', gremlin: 'delay', on: 'bank', options: { ms: 'long', y: 1 } } },
      { traffic: 'maybe' },
      { traffic: 'on', policy: 'breaker' },
      { workflow: 'saga' },
      17,
    ]
    const { status, body } = await ask('POST', '/changes', { changes, ttlMs: 0, 'odd key': 1 })
    expect(status).toBe(400)
    expect(body).toEqual({
      error: 'malformed',
      reasons: [
        'ttlMs: must be at least 1',
        '"odd key": is not known here',
        expect.stringMatching(/^changes\[0\]\.policy: must be 1 to 60 of/),
        'changes[0].on: must be true or false',
        expect.stringMatching(/^changes\[1\]\.setting\.on: must be one of order, payment/),
        'changes[1].setting.probability: must be at most 1',
        'changes[1].setting.purchases[0]: must be the id of a purchase, such as p-1',
        'changes[1].setting.x: is not known here',
        'changes[2].setting.name: must be g, as the change has it, or be left out',
        'changes[2].setting: options.y: is not known here',
        'changes[2].setting: options.ms: must be a number',
        'changes[3].traffic: must be one of on, off',
        'changes[4]: must be an object with one of policy, gremlin, workflow, traffic',
        'changes[5].workflow: must be an object',
        'changes[6]: must be an object with one of policy, gremlin, workflow, traffic',
      ],
    })
    untouched()
  })

  it.each([
    ['PUT', '/gremlins/new', { gremlin: 'delay' }, 'on: is missing'],
    ['PUT', '/gremlins/new', { gremlin: 'dealy', on: 'bank' }, "there is no gremlin 'dealy'"],
    ['PUT', '/gremlins/new', { gremlin: 'delay', on: 'bank', enabled: false, ttlMs: 5 }, /^ttlMs: only for a gremlin/],
    ['PUT', '/gremlins/new', { gremlin: 'delay', on: 'bank', ttlMs: 86_400_001 }, 'ttlMs: must be at most 86400000'],
    ['PUT', '/gremlins/new', { gremlin: 'delay', on: 'bank', at: 'after-vote' }, 'at: must be a list'],
    ['PUT', '/gremlins/new', { gremlin: 'delay', on: 'bank', fromMs: 5 }, 'fromMs: is not known here'],
    ['PUT', '/gremlins/..%2fx', { gremlin: 'delay', on: 'bank' }, /^the name in the path: must be 1 to 60/],
    ['PUT', '/gremlins/night', { probabilty: 1 }, 'probabilty: is not known here'],
    ['PUT', '/gremlins/night', [], 'the body: must be an object'],
    ['PUT', '/policies/breaker', { on: true, edge: 'order=>bank' }, /^edge: must be one of order→inventory/],
    ['PUT', '/policies/breaker', undefined, 'the body: is missing'],
    ['PUT', '/traffic', { on: 1 }, 'on: must be true or false'],
    ['PUT', '/workflow', { workflow: 'saga', options: [] }, 'options: must be an object'],
    ['POST', '/changes', { changes: [] }, 'changes: must have at least 1 entries'],
    ['POST', '/changes', { changes: [{ traffic: 'on' }], ttlMs: 5 }, 'ttlMs: none of the changes lets a gremlin loose'],
    ['POST', '/changes', '{"changes": [', /^the body: is not JSON/],
    ['POST', '/changes', '{"changes": [{"__proto__": {}}]}', 'the body: has a key __proto__'],
    ['POST', '/reset', { hard: true }, 'hard: is not known here'],
    ['DELETE', '/gremlins/night', { hard: true }, 'hard: is not known here'],
    ['GET', '/events?only=strikes', undefined, 'the query.only: must be one of snapshot, feed'],
  ])('%s %s %j', async (method, path, body, reason) => {
    const answer = await ask(method, path, body)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({
      error: 'malformed',
      reasons: [typeof reason === 'string' ? reason : expect.stringMatching(reason)],
    })
    untouched()
  })

  it('is a body that is nested without end', async () => {
    const { status, body } = await ask('POST', '/changes', '['.repeat(30_000) + ']'.repeat(30_000))
    expect([status, body.reasons]).toEqual([400, ['the body: has more than 32 levels']])
    const options = `${'{"a":'.repeat(28)}1${'}'.repeat(28)}`
    const fits = `{"changes":[{"workflow":{"workflow":"saga","options":${options}}}]}`
    expect((await ask('POST', '/changes', fits)).status).toBe(200)
  })

  it('has a bound on how much it says', async () => {
    const changes = Array.from({ length: 100 }, () => ({ traffic: 'maybe', [`k${'x'.repeat(500)}`]: 1 }))
    const { body } = await ask('POST', '/changes', { changes })
    expect(body.reasons).toHaveLength(51)
    expect(body.reasons.at(-1)).toBe('and 150 more')
    expect(Math.max(...body.reasons.map((each: string) => each.length))).toBeLessThanOrEqual(300)
  })

  it('is what is not there, too large, of another type, or not allowed now', async () => {
    const asked = async (...[method, path, body, headers]: Parameters<typeof ask>) => {
      const answer = await ask(method, path, body, headers)
      expect(answer.body.reasons.length).toBeGreaterThan(0)
      return [answer.status, answer.body.error]
    }
    for (const [method, path] of [
      ['GET', '/nowhere'],
      ['HEAD ', '/state'],
      ['DELETE', '/state'],
      ['PUT', '/gremlins'],
      ['DELETE', '/gremlins/nobody'],
      ['PUT', '/gremlins/nobody'],
      ['DELETE', `/gremlins/${'x'.repeat(90)}`],
    ] as const) {
      expect(await asked(method.trim() === 'HEAD' ? 'POST' : method, path), path).toEqual([404, 'not_found'])
    }
    expect(await asked('PUT', '/policies/timeout', { on: false })).toEqual([404, 'not_found'])
    expect(await asked('DELETE', `/gremlins/${'x'.repeat(200)}`)).toEqual([414, 'too_large'])
    expect(await asked('GET', '/%zz')).toEqual([400, 'malformed'])
    expect(await asked('POST', '/changes', `"${'x'.repeat(65_536)}"`)).toEqual([413, 'too_large'])
    expect(await asked('POST', '/changes', 'a=b', { 'content-type': 'text/plain' })).toEqual([415, 'unknown_type'])
    untouched()
    control.refuse(['the run is over'])
    for (const [method, path, body] of [
      ['POST', '/changes', { changes: [{ traffic: 'on' }] }],
      ['PUT', '/gremlins/night', {}],
      ['POST', '/reset'],
      ['POST', '/restart'],
      ['POST', '/take-over'],
      ['POST', '/save'],
      ['POST', '/end'],
    ] as const) {
      const answer = await ask(method, path, body)
      expect([answer.status, answer.body], path).toEqual([409, { error: 'refused', reasons: ['the run is over'] }])
    }
  })

  it('is answered in JSON even where it never became a request', async () => {
    const head = [`Host: 127.0.0.1:${port()}`, `Authorization: Bearer ${TOKEN}`]
    expect(await sendBytes('\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*"error":"malformed"/s)
    expect(await raw([...head, `X: ${'x'.repeat(20_000)}`])).toMatch(/^HTTP\/1.1 431 .*"error":"too_large"/s)
    expect(await raw([...head, 'Expect: the-unexpected'])).toMatch(/^HTTP\/1.1 417 .*"error":"malformed"/s)
  })
})

describe('what is done', () => {
  it('shows what is there', async () => {
    const [variant] = control.snapshot().variants
    expect((await ask('GET', '/state')).body).toEqual(control.snapshot())
    expect((await ask('GET', '/gremlins')).body).toEqual({ gremlins: variant?.gremlins })
    expect((await ask('GET', '/policies')).body).toEqual({ policies: variant?.policies })
    expect((await ask('GET', '/catalogue')).body).toEqual(fakeOptions().catalogue)
    const metrics = await ask('GET', '/metrics')
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(metrics.text).toContain('# TYPE faultline_service_up gauge\n')
  })

  const setting = {
    operations: [],
    at: [],
    purchases: [],
    attempts: [],
    probability: 1,
    fromMs: 0,
    toMs: null,
  }
  it.each([
    ['PUT', '/gremlins/night', undefined, { gremlin: 'night', on: true }, undefined],
    [
      'PUT',
      '/gremlins/night',
      { enabled: false, probability: 0.5 },
      { gremlin: 'night', on: false, probability: 0.5 },
      undefined,
    ],
    ['PUT', '/gremlins/night', { ttlMs: 86_400_000 }, { gremlin: 'night', on: true }, 86_400_000],
    ['DELETE', '/gremlins/delay@payment', undefined, { gremlin: 'delay@payment', on: false }, undefined],
    [
      'PUT',
      '/gremlins/slow-bank',
      { gremlin: 'delay', on: 'bank', purchases: ['p-1'], attempts: [1], ttlMs: 1 },
      {
        gremlin: 'slow-bank',
        on: true,
        setting: {
          ...setting,
          name: 'slow-bank',
          gremlin: 'delay',
          on: 'bank',
          options: { ms: 100 },
          purchases: ['p-1'],
          attempts: [1],
        },
      },
      1,
    ],
    ['PUT', '/policies/breaker', { on: false }, { policy: 'breaker', edge: null, on: false }, undefined],
    [
      'PUT',
      '/policies/breaker',
      { on: true, edge: 'order->payment' },
      { policy: 'breaker', edge: 'order→payment', on: true },
      undefined,
    ],
    ['PUT', '/workflow', { workflow: 'saga' }, { workflow: { workflow: 'saga', options: {} } }, undefined],
    ['PUT', '/traffic', { on: false }, { traffic: 'off' }, undefined],
  ])('%s %s %j', async (method, path, body, change, ttlMs) => {
    const answer = await ask(method, path, body)
    expect([answer.status, answer.body]).toEqual([200, { changed: [change], ttlMs: ttlMs ?? null }])
    expect(control.changes).toEqual([{ changes: [change], ttlMs }])
  })

  it('makes several changes in one go', async () => {
    const changes = [
      { traffic: 'off' },
      { gremlin: 'night', on: true, probability: 0.1 },
      {
        gremlin: 'new',
        on: true,
        setting: { ...setting, name: 'new', gremlin: 'crash', on: 'fx', at: ['before-work'], options: {} },
      },
      { policy: 'rate-limit', edge: 'door', on: true },
    ]
    expect((await ask('POST', '/changes', { changes, ttlMs: 500 })).body).toEqual({ changed: changes, ttlMs: 500 })
    expect(control.changes).toEqual([{ changes, ttlMs: 500 }])
  })

  it('resets, restarts, saves and ends', async () => {
    for (const what of ['reset', 'restart', 'take-over', 'end'])
      expect((await ask('POST', `/${what}`)).body).toEqual({ done: what })
    expect((await ask('POST', '/save', {})).body).toEqual({ file: 'reports/prime-day/saved.yaml' })
    expect(control.done).toEqual(['reset', 'restart', 'take-over', 'end', 'save'])
  })
})
