import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import {
  type Call,
  ConnectionLost,
  type JsonObject,
  OPERATIONS,
  type Operation,
  type Reply,
  type Request,
} from '../../core/call.ts'
import type { ServiceName } from '../../core/topology.ts'
import { problem } from '../life/problem.ts'
import { nowMs as machineNowMs } from './clock.ts'
import { listenAgain, listenAnywhere } from './listen.ts'
import { BUYERS_PATHS } from './paths.ts'

const BODY_LIMIT_BYTES = 64 * 1024
/** A mute connection is ended after this long. */
const MOST_SILENT_MS = 60_000
const PURCHASE_PATTERN = /^[\w.-]{1,64}$/
const EFFECT_PATTERN = PURCHASE_PATTERN
/** No exponents: a deadline must stay a finite number wherever it is stored. */
const REMAINING_PATTERN = /^\d{1,15}(\.\d{1,9})?$/
const MOST_KEY_LENGTH = 200
/** Keys further down derive from the buyer's and are longer; one that is too long there would stop an order halfway. */
const MOST_BUYERS_KEY_LENGTH = 180

export interface ServerParts {
  readonly service: ServiceName
  readonly incarnation: number
  /** The call behind gremlins and handlers. Throws nothing but `ConnectionLost`. */
  handle: Call
  ledger(): Iterable<string>
}

export interface Server {
  readonly port: number
  /** Refuses new connections and drops the open ones (false), or listens again (true). */
  listen(on: boolean): Promise<void>
  close(): Promise<void>
}

/**
 * @param port 0: any free one
 * @param untilDue awaited when everything is ready to listen, so that a restarted service listens on time and not a while after
 */
export async function serve(
  parts: () => ServerParts,
  port: number,
  untilDue: () => Promise<void> = async () => {},
): Promise<Server> {
  const app = makeApp(() => parts().handle, machineNowMs)
  addLooks(app, parts)
  await app.ready()
  await untilDue()
  const chosen = port === 0 ? await listenAnywhere(app) : await listenAgain(app, port)

  async function setListening(on: boolean): Promise<void> {
    if (on === app.server.listening) return
    if (on) return listenAgain(app, chosen).then(() => {})
    const closed = new Promise<void>((resolve) => app.server.close(() => resolve()))
    app.server.closeAllConnections()
    await closed
  }

  /** One change after the other: an outage may end while a reset is under way. */
  let lastChange = Promise.resolve()
  return {
    port: chosen,
    listen(on) {
      const change = lastChange.then(() => setListening(on))
      lastChange = change.catch(() => {})
      return change
    },
    async close() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

/**
 * What takes a service's calls from HTTP. Listens nowhere yet: connections may come over a port, or from anywhere else.
 *
 * @param nowMs the clock by which deadlines are read
 */
export function makeApp(handle: () => Call, nowMs: () => number): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
  })
  addCalls(app, handle, nowMs)
  app.setNotFoundHandler((http, reply) =>
    send(reply, problem(404, 'not_found', `there is no ${http.method} ${http.url} here`)),
  )
  app.setErrorHandler((error: Error & { statusCode?: number }, _http, reply) => {
    const status = error.statusCode ?? 500
    return send(reply, problem(status, status < 500 ? 'malformed' : 'internal', error.message))
  })
  return app
}

function addCalls(app: FastifyInstance, handle: () => Call, nowMs: () => number): void {
  const signal = new AbortController().signal

  async function answer(http: FastifyRequest, reply: FastifyReply, operation: Operation, effect: string) {
    const request = readRequest(http, operation, effect, nowMs)
    if ('problem' in request) return send(reply, request.problem)
    try {
      return send(reply, await handle()(request.request, signal))
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw error
      reply.hijack()
      const { socket } = http.raw
      if (error.silent) setTimeout(() => socket.destroy(), MOST_SILENT_MS).unref()
      else socket.destroy()
      return reply
    }
  }

  for (const [kind, path] of Object.entries(BUYERS_PATHS))
    app.post(path, (http, reply) => answer(http, reply, 'place', kind))
  for (const operation of OPERATIONS) {
    if (operation === 'place') continue
    app.post<{ Params: { effect: string } }>(`/${operation}/:effect`, (http, reply) =>
      answer(http, reply, operation, http.params.effect),
    )
  }
}

/** What people and the lab look at. */
function addLooks(app: FastifyInstance, parts: () => ServerParts): void {
  app.get('/health', async () => {
    const { service, incarnation } = parts()
    return { service, status: 'up', incarnation }
  })
  app.get('/ledger', async (_http, reply) => {
    const { Readable } = await import('node:stream')
    return reply.type('application/x-ndjson').send(Readable.from(parts().ledger()))
  })
}

function send(reply: FastifyReply, { status, body, retryAfterMs }: Reply): FastifyReply {
  reply.code(status)
  // RFC 9110, 10.2.3: whole seconds. The body says it in milliseconds, as a second is long here.
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)))
  // An order that came to nothing is answered with 4xx or 5xx and is an order all the same: its status is a word.
  const isProblem = status >= 400 && typeof body.status === 'number'
  reply.type(isProblem ? 'application/problem+json' : 'application/json')
  return reply.send(JSON.stringify(retryAfterMs === undefined ? body : { ...body, retryAfterMs }))
}

/** Requests without a purchase come from people with curl: each is a purchase of its own. */
let strangers = 0

function readRequest(
  http: FastifyRequest,
  operation: Operation,
  effect: string,
  nowMs: () => number,
): { request: Request } | { problem: Reply } {
  const { headers } = http
  let purchase = headers['faultline-purchase']
  if (purchase === undefined && operation === 'place') {
    strangers += 1
    purchase = `stranger-${process.pid}-${strangers}`
  }
  if (typeof purchase !== 'string' || !PURCHASE_PATTERN.test(purchase)) {
    return {
      problem: problem(400, 'malformed', 'header Faultline-Purchase: give 1 to 64 letters, digits, dots or dashes'),
    }
  }
  const key = headers['idempotency-key']
  const longest = operation === 'place' ? MOST_BUYERS_KEY_LENGTH : MOST_KEY_LENGTH
  if (key !== undefined && (typeof key !== 'string' || key.length === 0 || key.length > longest)) {
    return { problem: problem(400, 'malformed', `header Idempotency-Key: give 1 to ${longest} characters`) }
  }
  const remaining = headers['faultline-remaining-ms']
  if (remaining !== undefined && !(typeof remaining === 'string' && REMAINING_PATTERN.test(remaining))) {
    return { problem: problem(400, 'malformed', 'header Faultline-Remaining-Ms: give a number of milliseconds') }
  }
  if (!EFFECT_PATTERN.test(effect)) {
    return {
      problem: problem(400, 'malformed', 'the effect in the path: give 1 to 64 letters, digits, dots or dashes'),
    }
  }
  const body = http.body === undefined ? {} : http.body
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { problem: problem(400, 'malformed', 'the body must be a JSON object') }
  const request: Request = {
    operation,
    purchase,
    effect,
    attempt: 0,
    body: body as JsonObject,
    ...(key === undefined ? {} : { key }),
    ...(remaining === undefined ? {} : { deadlineAtMs: nowMs() + Number(remaining) }),
  }
  return { request }
}
