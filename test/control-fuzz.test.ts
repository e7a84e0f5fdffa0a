/** Ten thousand requests of which most are wrong: afterwards the control API serves as before, and nothing was changed by a wrong one. */

import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Dispatcher, errors, Pool } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ControlServer, serveControl } from '../src/control/server.ts'
import { BEARER, type FakeLiveControl, fakeLiveControl, fakeOptions, TOKEN } from './support/fake-live-control.ts'

const BY_CLIENT = 9_600
const BY_SOCKET = 400
const AT_ONCE = 48
/** Memory may have grown by this much, after everything that is not needed is let go. */
const MOST_GROWTH_BYTES = 16 * 1024 * 1024

let control: FakeLiveControl
let server: ControlServer
beforeAll(async () => {
  control = fakeLiveControl()
  server = await serveControl(control, fakeOptions())
})
afterAll(() => server.close())

const JSON_BEARER = { ...BEARER, 'content-type': 'application/json' }

/** The same requests every time: what fails once fails again. */
let state = 20_261_121
function luck(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}
const below = (most: number) => Math.floor(luck() * most)
const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T
const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)))

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'PROPFIND'] as const
const PATHS = [
  '/state',
  '/gremlins',
  '/gremlins/night',
  '/gremlins/new-one',
  '/policies',
  '/policies/breaker',
  '/catalogue',
  '/changes',
  '/workflow',
  '/traffic',
  '/reset',
  '/restart',
  '/take-over',
  '/save',
  '/end',
  '/events',
  '/metrics',
  '/health',
] as const
const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  'x',
] as const

const goodBodies: readonly (() => unknown)[] = [
  () => undefined,
  () => ({}),
  () => ({ on: luck() < 0.5 }),
  () => ({ on: true, edge: pick(['door', 'order->payment', null]) }),
  () => ({ workflow: 'saga', options: { a: luck() } }),
  () => ({ enabled: true, probability: luck(), ttlMs: 1 + below(86_400_000) }),
  () => ({
    gremlin: 'delay',
    on: pick(['bank', 'fx']),
    options: { ms: below(1_000) },
    purchases: [`p-${1 + below(99)}`],
  }),
  () => ({ changes: [{ traffic: 'off' }, { gremlin: 'night', on: true }], ttlMs: 1 + below(1_000) }),
  () => ({ changes: [{ gremlin: 'x', on: true, setting: { gremlin: 'crash', on: 'order', at: ['after-vote'] } }] }),
  () => ({ changes: [{ policy: 'breaker', edge: 'payment→bank', on: false }] }),
]

/** JSON of any shape, with words that mean something here among the rest. */
function anyJson(depth = 0): unknown {
  const leaf = [null, true, 0, -1, 1e308, luck(), '', 'on', 'door', '__proto__', '\u0000\ud800', 'x'.repeat(below(200))]
  if (depth > 3 || luck() < 0.4) return pick(leaf)
  if (luck() < 0.4) return Array.from({ length: below(4) }, () => anyJson(depth + 1))
  const keys = [
    'changes',
    'gremlin',
    'on',
    'setting',
    'policy',
    'ttlMs',
    'options',
    'constructor',
    '__proto__',
    'toString',
  ]
  return Object.fromEntries(Array.from({ length: below(4) }, () => [pick(keys), anyJson(depth + 1)]))
}

function anyBody(): string | Buffer | undefined {
  const good = JSON.stringify(pick(goodBodies)())
  const kind = luck()
  if (kind < 0.45 || good === undefined) return good
  if (kind < 0.7) {
    const at = below(good.length)
    return (
      good.slice(0, at) +
      pick(['', '"', '{', ']', '\u0000', '-', '9', '\\u', String(luck())]) +
      good.slice(at + below(4))
    )
  }
  if (kind < 0.88) return JSON.stringify(anyJson())
  if (kind < 0.97) return bytes(below(300))
  if (kind < 0.99) return '['.repeat(below(40_000))
  return bytes(70_000)
}

function anyPath(): string {
  const path = pick(PATHS)
  const kind = luck()
  if (kind < 0.7) return path
  if (kind < 0.8) return `${path}?${pick(['only=feed', 'only=x', 'a=b&a=c', '%zz', '__proto__=1', '?'])}`
  if (kind < 0.9)
    return `${pick(['/gremlins/', '/policies/'])}${encodeURIComponent(bytes(below(40)).toString('latin1'))}`
  return pick([
    `/${path}`,
    `${path}/`,
    `/..${path}`,
    `${path}%00`,
    '/%zz',
    `/gremlins/${'x'.repeat(500)}`,
    '/__proto__',
  ])
}

function anyHeaders(): Record<string, string> {
  const kind = luck()
  return {
    ...(kind < 0.85 ? BEARER : kind < 0.92 ? { authorization: `Bearer ${bytes(9).toString('hex')}` } : {}),
    ...(luck() < 0.03 ? { origin: 'http://evil.example' } : {}),
    ...(luck() < 0.03 ? { host: 'evil.example' } : {}),
    ...(luck() < 0.05 ? { 'x-odd': 'ü'.repeat(below(400)), accept: '*/*, ,;q=x' } : {}),
    ...(luck() < 0.8 ? { 'content-type': 'application/json' } : { 'content-type': pick(TYPES) }),
  }
}

interface Counts {
  answered: number
  changed: number
  /** The server may close a connection whose body it does not want to hear to its end. */
  lost: number
}

type Asked = Pick<Dispatcher.RequestOptions, 'method' | 'path' | 'headers'> & { readonly body: string | Buffer | null }

const RIGHT: readonly (readonly [Dispatcher.HttpMethod, string, number])[] = [
  ['POST', '/save', 1],
  ['PUT', '/traffic', 2],
  ['PUT', '/policies/breaker', 3],
  ['PUT', '/workflow', 4],
  ['PUT', '/gremlins/night', 5],
  ['PUT', '/gremlins/another', 6],
  ['POST', '/changes', 7],
  ['POST', '/changes', 8],
]

/** Every sixth is right, so that the others meet a server at work. */
function anyRequest(): Asked {
  const [right, path, good] = pick(RIGHT)
  if (luck() < 1 / 6) return { method: right, path, headers: JSON_BEARER, body: JSON.stringify(goodBodies[good]?.()) }
  const method = pick(METHODS) as Dispatcher.HttpMethod
  const body = method === 'GET' || method === 'HEAD' ? null : (anyBody() ?? null)
  return { method, path: anyPath(), headers: anyHeaders(), body }
}

async function askOnce(pool: Pool, counts: Counts): Promise<void> {
  const options = anyRequest()
  const { method, body } = options
  try {
    const { statusCode, headers, body: answer } = await pool.request(options)
    counts.answered += 1
    if (headers['content-type'] === 'text/event-stream') {
      // Heard long enough.
      answer.on('error', () => undefined).destroy()
      return
    }
    const text = await answer.text()
    const label = `${method} ${options.path} ${body?.toString('latin1').slice(0, 200)} gave ${statusCode} ${text.slice(0, 300)}`
    expect([200, 400, 401, 403, 404, 409, 413, 414, 415, 429], label).toContain(statusCode)
    if (statusCode >= 400 && method !== 'HEAD') {
      const { error, reasons } = JSON.parse(text)
      expect([typeof error, Array.isArray(reasons) && reasons.length > 0], label).toEqual(['string', true])
    }
    if (statusCode === 200 && method !== 'GET') counts.changed += 1
  } catch (error) {
    if (!(error instanceof errors.SocketError) && (error as { code?: string }).code !== 'EPIPE') throw error
    counts.lost += 1
  }
}

/** Bytes that are no request, or not all of one. None of them may have anything done. */
function anyBytes(): Buffer {
  const host = new URL(server.address).host
  const body = JSON.stringify({ changes: [{ traffic: 'off' }] })
  const head = (more: string) => `POST /changes HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${more}`
  const bearer = `Authorization: Bearer ${TOKEN}\r\n`
  const whole = Buffer.from(`${head(bearer)}Content-Length: ${body.length}\r\n\r\n${body}`)
  switch (below(7)) {
    case 0:
      return bytes(1 + below(2_000))
    case 1:
      return whole.subarray(0, 1 + below(whole.length - 1))
    case 2: {
      const mutated = Buffer.from(`${head('')}Content-Length: ${body.length}\r\n\r\n${body}`)
      for (let n = 0; n < 5; n++) mutated[below(mutated.length)] = below(256)
      return mutated
    }
    case 3:
      return Buffer.from(`${head(bearer)}X-Huge: ${'x'.repeat(16_384 + below(30_000))}\r\n\r\n`)
    case 4:
      return Buffer.from(`${head(bearer)}${'X: y\r\n'.repeat(4_000)}Content-Length: 5\r\n\r\n`)
    case 5:
      return Buffer.from(`${head(bearer)}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)
    default:
      return Buffer.from(
        `${head(bearer)}Transfer-Encoding: chunked\r\n\r\n${pick(['zz', '-1', 'ffffffffffffffff'])}\r\n${body}`,
      )
  }
}

/** @returns once the connection is closed, by whomever */
function sendBytes(sent: Buffer): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  let heard = ''
  const socket = connect(Number(new URL(server.address).port), '127.0.0.1', () => socket.end(sent))
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text
  })
  // A server that closes early resets the connection; that it closes is all that is wanted.
  socket.on('error', () => undefined).on('close', () => resolve(heard))
  return promise
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

async function askMany(times: number, counts: Counts): Promise<void> {
  const pool = new Pool(server.address, { connections: AT_ONCE })
  for (let n = 0; n < times; n += AT_ONCE) {
    const wanted = Math.min(AT_ONCE, times - n)
    const before = { done: control.done.length, changed: counts.changed, lost: counts.lost }
    await Promise.all(Array.from({ length: wanted }, () => askOnce(pool, counts)))
    const done = control.done.length - before.done
    // What was answered with 200 was done, and nothing else; of what was lost nobody knows.
    expect(done).toBeGreaterThanOrEqual(counts.changed - before.changed)
    expect(done).toBeLessThanOrEqual(counts.changed - before.changed + counts.lost - before.lost)
    control.done.length = 0
    control.changes.length = 0
  }
  await pool.destroy()
}

describe('ten thousand requests', () => {
  it('leave it serving, and leave nothing behind', { timeout: 120_000 }, async () => {
    const counts: Counts = { answered: 0, changed: 0, lost: 0 }
    await askMany(480, counts)
    const before = usedBytes()
    await askMany(BY_CLIENT - 480, counts)
    expect(counts.answered + counts.lost).toBe(BY_CLIENT)
    expect(counts.lost).toBeLessThan(BY_CLIENT / 50)
    // It would prove little if nearly all of them were turned away at the door.
    expect(counts.changed).toBeGreaterThan(300)

    for (let n = 0; n < BY_SOCKET; n += 40) {
      const heard = await Promise.all(Array.from({ length: 40 }, () => sendBytes(anyBytes())))
      for (const text of heard) expect(text).not.toMatch(/^HTTP\/1\.1 (?:2|5)/)
    }
    expect(control.done).toEqual([])

    expect((await fetch(`${server.address}/health`)).status).toBe(200)
    const snapshot = await fetch(`${server.address}/state`, { headers: BEARER })
    expect(await snapshot.json()).toEqual(control.snapshot())
    while (control.watchers() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(usedBytes() - before).toBeLessThan(MOST_GROWTH_BYTES)
  })
})
