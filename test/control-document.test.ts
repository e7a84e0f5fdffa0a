/** The control API and docs/openapi-control.yaml, held to each other, both ways. */

import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { makeControlApp } from '../src/control/app.ts'
import { type Events, makeEvents } from '../src/control/events.ts'
import { routesOf } from '../src/control/routes.ts'
import { OPERATIONS } from '../src/core/call.ts'
import { POINTS } from '../src/core/point.ts'
import { VERDICTS } from '../src/core/result.ts'
import { EDGES, SERVICES } from '../src/core/topology.ts'
import { BEARER, type FakeLiveControl, fakeLiveControl, fakeOptions } from './support/fake-live-control.ts'

interface Answer {
  readonly $ref?: string
  readonly content?: Record<string, { readonly schema: object }>
}
interface Operation {
  readonly responses: Record<string, Answer>
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> }
}
const METHODS = ['get', 'put', 'post', 'delete'] as const
const document = parse(readFileSync(new URL('../docs/openapi-control.yaml', import.meta.url), 'utf8')) as {
  paths: Record<string, Partial<Record<(typeof METHODS)[number], Operation>>>
  components: { responses: Record<string, Answer>; schemas: Record<string, object> }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  METHODS.flatMap((method) => {
    const operation = methods[method]
    return operation ? [{ name: `${method.toUpperCase()} ${path}`, operation }] : []
  }),
)

/** Readers must bear what they do not know; the lab's own server says nothing of the kind. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, closed(each)])
  const object = Object.fromEntries(entries) as { properties?: unknown }
  return typeof object.properties === 'object' && 'type' in value ? { additionalProperties: false, ...object } : object
}

const ajv = new Ajv2020({ allErrors: true, strict: false })
ajv.addSchema(closed(document) as object, 'control')
function problemsOf(schema: object, value: unknown): string[] {
  const absolute = JSON.parse(JSON.stringify(closed(schema)).replaceAll('"$ref":"#/', '"$ref":"control#/')) as object
  const validate = ajv.compile(absolute)
  return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const answerOf = (operation: Operation, status: number): Answer | undefined => {
  const answer = operation.responses[String(status)]
  return answer?.$ref ? document.components.responses[answer.$ref.split('/').at(-1) ?? ''] : answer
}

let control: FakeLiveControl
let events: Events
let app: FastifyInstance
const seen = new Set<string>()
beforeEach(() => {
  control = fakeLiveControl()
  events = makeEvents(control)
  app = makeControlApp(control, fakeOptions(), events)
})

const NAMES: Readonly<Record<string, string>> = { gremlins: 'night', policies: 'breaker' }
const pathFor = (path: string) => path.replace(/\/(\w+)\/\{name\}/, (_, what: string) => `/${what}/${NAMES[what]}`)

/** Asks, and holds the answer to the document. */
async function ask(name: string, more: InjectOptions = {}) {
  const [method = '', path = ''] = name.split(' ')
  const operation = operations.find((each) => each.name === name)?.operation
  if (!operation) throw new Error(`${name} is not in the document`)
  const headers = { host: '127.0.0.1:0', ...BEARER, ...more.headers }
  const url = pathFor(path)
  const answer = await app.inject({ method: method as 'GET', url, ...more, headers })
  const type = String(answer.headers['content-type']).split(';')[0] ?? ''
  const content = answerOf(operation, answer.statusCode)?.content?.[type]
  const label = `${name} ${answer.statusCode}`
  expect(content, `${label} as ${type} is not in the document: ${answer.payload}`).toBeDefined()
  if (content) {
    seen.add(label)
    const value: unknown = type === 'application/json' ? answer.json() : answer.payload
    expect(problemsOf(content.schema, value), `${label} ${answer.payload}`).toEqual([])
  }
  return answer
}

const WITH_BODY = operations.filter(({ name }) => !name.startsWith('GET'))
const GOOD: Readonly<Record<string, object>> = {
  'POST /changes': { changes: [{ gremlin: 'new', on: true, setting: { gremlin: 'crash', on: 'fx' } }], ttlMs: 5 },
  'PUT /gremlins/{name}': { gremlin: 'delay', on: 'bank' },
  'PUT /policies/{name}': { on: false, edge: 'door' },
  'PUT /workflow': { workflow: 'saga' },
  'PUT /traffic': { on: true },
}
const good = (name: string): InjectOptions => (GOOD[name] ? { payload: GOOD[name] } : {})

describe('the document', () => {
  it('has every route of the server, and no other', () => {
    const routes = routesOf(control, fakeOptions(), events).map(({ method, url }) => `${method} ${url}`)
    const documented = operations.map(({ name }) => name.replace('{name}', ':name'))
    expect(documented.toSorted()).toEqual(routes.toSorted())
  })

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, path]) => path ?? '')
    const find = (path: string) =>
      path
        .slice(2)
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document)
    expect(references.length).toBeGreaterThan(50)
    expect(references.filter((path) => !path.startsWith('#/') || find(path) === undefined)).toEqual([])
  })

  it('has the words of the code', () => {
    const { schemas } = document.components
    expect(schemas).toMatchObject({
      Service: { enum: SERVICES },
      Operation: { enum: OPERATIONS },
      Point: { enum: POINTS },
      Place: { enum: [...EDGES, 'door'] },
      VariantView: { properties: { verdict: { enum: expect.arrayContaining([...VERDICTS, null]) } } },
    })
  })
})

describe('every path', () => {
  it.each(operations.map(({ name }) => name).filter((name) => name !== 'GET /events'))(
    '%s answers 200',
    async (name) => {
      expect((await ask(name, good(name))).statusCode).toBe(200)
    },
  )

  it.each(operations.map(({ name }) => name))('%s says who may not ask', async (name) => {
    expect((await ask(name, { headers: { host: 'evil.example' } })).statusCode).toBe(403)
    if (name === 'GET /health') return
    const { statusCode, headers } = await ask(name, { headers: { authorization: 'Bearer no' } })
    expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer'])
  })

  it.each(WITH_BODY.map(({ name }) => name))('%s refuses bodies', async (name) => {
    const json = { 'content-type': 'application/json' }
    expect((await ask(name, { payload: '{', headers: json })).statusCode).toBe(400)
    expect((await ask(name, { payload: { unknown: 1 } })).statusCode).toBe(400)
    expect((await ask(name, { payload: `"${'x'.repeat(70_000)}"`, headers: json })).statusCode).toBe(413)
    expect((await ask(name, { payload: 'a=1', headers: { 'content-type': 'text/plain' } })).statusCode).toBe(415)
    expect([control.done, control.changes]).toEqual([[], []])
    control.refuse(['not now'])
    expect((await ask(name, good(name))).statusCode).toBe(409)
  })

  it('says what is not there', async () => {
    expect((await ask('DELETE /gremlins/{name}', { url: '/gremlins/nobody' })).statusCode).toBe(404)
    expect((await ask('PUT /gremlins/{name}', { url: '/gremlins/nobody' })).statusCode).toBe(404)
    const away = { url: '/policies/nothing', ...good('PUT /policies/{name}') }
    expect((await ask('PUT /policies/{name}', away)).statusCode).toBe(404)
  })

  it('says so when saving fails', async () => {
    control.save = () => Promise.reject(new Error('no space left'))
    const answer = await ask('POST /save')
    expect([answer.statusCode, answer.json()]).toEqual([500, { error: 'internal', reasons: ['no space left'] }])
  })

  it('sends events', async () => {
    expect((await ask('GET /events', { query: { only: 'x' } })).statusCode).toBe(400)
    const all = Array.from({ length: 16 }, () => ask('GET /events'))
    while (events.count() < 16) await new Promise((resolve) => setImmediate(resolve))
    expect((await ask('GET /events')).statusCode).toBe(429)
    events.close()
    const [first] = await Promise.all(all)
    expect(first?.payload).toMatch(/^: still here\n\nevent: snapshot\ndata: \{.*\}\n\nevent: end\n/s)
  })
})

describe('bodies', () => {
  const setting = { gremlin: 'crash', on: 'fx' }
  const change = (value: unknown) => ['POST /changes', { changes: [value] }] as const
  const gremlin = (value: unknown) => ['PUT /gremlins/{name}', value] as const
  it.each([
    change({ policy: 'breaker', on: true }),
    change({ policy: 'breaker', on: true, edge: null }),
    change({ policy: 'breaker', on: true, edge: 'order->bank' }),
    change({ policy: 'Breaker', on: true }),
    change({ gremlin: 'a@bank-2', on: true }),
    change({ gremlin: 'a@nobody', on: true }),
    change({ gremlin: 'a', on: true, setting }),
    change({ gremlin: 'a', on: true, setting: { ...setting, fromMs: 5, toMs: null } }),
    change({ gremlin: 'a', on: true, setting: { ...setting, fromMs: -5 } }),
    change({ gremlin: 'a', on: true, setting: { ...setting, attempts: [0] } }),
    change({ gremlin: 'a', on: true, traffic: 'on' }),
    change({ workflow: { workflow: 'saga', options: { a: [1] } } }),
    change({ workflow: { options: {} } }),
    change({ traffic: 'on' }),
    change({ traffic: true }),
    change(null),
    change([]),
    ['POST /changes', { changes: [] }],
    ['POST /changes', { changes: Array(101).fill({ traffic: 'on' }) }],
    gremlin({}),
    gremlin({ enabled: true, probability: 1, ttlMs: 86_400_000 }),
    gremlin({ ttlMs: 0.5 }),
    gremlin({ ttlMs: 86_400_001 }),
    gremlin({ ...setting, at: ['before-work'], operations: ['do'], purchases: ['p-1'], options: {} }),
    gremlin({ ...setting, purchases: ['p-0'] }),
    gremlin({ ...setting, probability: -0.1 }),
    gremlin({ ...setting, on: 'nobody' }),
    gremlin({ ...setting, ttl: 5 }),
    gremlin({ gremlin: 'crash' }),
    gremlin([]),
    ['PUT /policies/{name}', { on: true, edge: 'order->payment' }],
    ['PUT /policies/{name}', { on: 'true' }],
    ['PUT /workflow', { workflow: '' }],
    ['PUT /traffic', { on: false, x: 1 }],
  ] as const)('%s %j is a body for both or for neither', async (name, payload) => {
    const schema = operations.find((each) => each.name === name)?.operation.requestBody?.content['application/json']
    if (!schema) throw new Error(`${name} takes no body`)
    const answer = await ask(name, { payload: payload as object })
    expect(answer.statusCode === 200, answer.payload).toBe(problemsOf(schema.schema, payload).length === 0)
  })
})

afterAll(() => {
  const all = operations.flatMap(({ name, operation }) => Object.keys(operation.responses).map((s) => `${name} ${s}`))
  // Everything that is documented has been had.
  expect(all.filter((each) => !seen.has(each))).toEqual([])
})
