/** The control API as a fastify app that listens nowhere yet. */

import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { LiveControl } from '../core/live.ts'
import { trapIn } from './check.ts'
import type { Events } from './events.ts'
import { guard } from './guard.ts'
import { MOST_BODY_BYTES, MOST_HEADER_BYTES, REQUEST_WITHIN_MS } from './limits.ts'
import type { ControlOptions } from './options.ts'
import { Refused, refusalBody, refusalOf, refuseSocket } from './refused.ts'
import { routesOf } from './routes.ts'

export function makeControlApp(control: LiveControl, options: ControlOptions, events: Events): FastifyInstance {
  const portOf = () => {
    const address = app.server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
  const assertMayAsk = (request: FastifyRequest) => guard(request.raw, options.token, portOf())
  const app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    // What waits for a next request is cut off when the server closes; what is under way may end.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    http: { maxHeaderSize: MOST_HEADER_BYTES, requireHostHeader: false },
    clientErrorHandler: refuseSocket,
    frameworkErrors(error, request, reply) {
      // A path that cannot be read comes by no hook.
      const asked = attempt(() => assertMayAsk(request))
      return refuse(reply, asked ?? error)
    },
  })
  app.addHook('onRequest', async (request) => assertMayAsk(request))
  takeJsonOnly(app)
  app.setNotFoundHandler(({ method, url }) => {
    throw new Refused(404, [`there is no ${method} ${url} here`])
  })
  app.setErrorHandler((error: Error, _request, reply) => refuse(reply, error))
  app.server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, { 'content-type': 'application/json', connection: 'close' })
    response.end(JSON.stringify(refusalBody(417, ['nothing can be expected here but 100-continue'])))
  })
  for (const route of routesOf(control, options, events)) app.route(route)
  return app
}

/** A form on a web page can send other types without asking first, JSON it cannot: one more reason to take nothing else. */
function takeJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, text: string) => {
      if (text.trim() === '') return undefined
      const body = parse(text)
      const trap = trapIn(body)
      if (trap) throw new Refused(400, [`the body: ${trap}`])
      return body
    },
  )
  app.addContentTypeParser('*', (_request, _payload, done) =>
    done(new Refused(415, ["a body must be application/json; curl sends it with --json '{…}'"])),
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refused(400, [`the body: is not JSON (${error.message})`])
    throw error
  }
}

function attempt(run: () => void): Error | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

function refuse(reply: FastifyReply, error: Error): FastifyReply {
  const { status, body } = refusalOf(error)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(status).type('application/json').send(JSON.stringify(body))
}
