/** Everything that can be asked for, as a list: `docs/openapi-control.yaml` has the same one, and a test compares them. */

import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { ZodType } from 'zod'
import type { LiveControl, VariantView } from '../core/live.ts'
import {
  EVENTS_QUERY_FORM,
  GREMLIN_NAME_FORM,
  NO_BODY_FORM,
  POLICY_FORM,
  POLICY_NAME_FORM,
  TRAFFIC_FORM,
  WORKFLOW_FORM,
} from './bodies.ts'
import { check } from './check.ts'
import type { Events } from './events.ts'
import { metricFamilies } from './metrics.ts'
import { METRICS_TYPE, metricsText } from './metrics-text.ts'
import type { ControlOptions } from './options.ts'
import { readChanges, readGremlin, type Wanted } from './read-changes.ts'
import { Refused } from './refused.ts'

export interface Route {
  readonly method: HTTPMethods
  readonly url: string
  handler(request: FastifyRequest, reply: FastifyReply): unknown
}

export function routesOf(control: LiveControl, options: ControlOptions, events: Events): readonly Route[] {
  return [...looks(control, options, events), ...sets(control, options), ...acts(control)]
}

function looks(control: LiveControl, { catalogue }: ControlOptions, events: Events): readonly Route[] {
  const get = (url: string, handler: Route['handler']): Route => ({ method: 'GET', url, handler })
  return [
    get('/health', () => ({ status: 'up' })),
    get('/state', () => control.snapshot()),
    get('/gremlins', () => ({ gremlins: changeable(control)?.gremlins ?? [] })),
    get('/policies', () => ({ policies: changeable(control)?.policies ?? [] })),
    get('/catalogue', () => catalogue),
    get('/metrics', (_request, reply) =>
      reply.type(METRICS_TYPE).send(metricsText(metricFamilies(control.snapshot()))),
    ),
    get('/events', (request, reply) => {
      const { only } = read(EVENTS_QUERY_FORM, request.query, 'the query')
      events.add(reply.raw, only)
      reply.hijack()
    }),
  ]
}

function sets(control: LiveControl, { checkGremlin }: ControlOptions): readonly Route[] {
  const put = (url: string, handler: Route['handler']): Route => ({ method: 'PUT', url, handler })
  const make = ({ changes, ttlMs }: Wanted) => {
    control.change(changes, ttlMs)
    return { changed: changes, ttlMs: ttlMs ?? null }
  }
  const one = (change: Wanted['changes'][number]) => make({ changes: [change], ttlMs: undefined })
  return [
    { method: 'POST', url: '/changes', handler: ({ body }) => make(readChanges(body, checkGremlin)) },
    put('/gremlins/:name', ({ body, params }) => {
      const name = read(GREMLIN_NAME_FORM, nameIn(params), 'the name in the path')
      const wanted = readGremlin(name, body, checkGremlin)
      if (!wanted.changes.some((change) => 'setting' in change)) assertGremlin(control, name)
      return make(wanted)
    }),
    {
      method: 'DELETE',
      url: '/gremlins/:name',
      handler({ body, params }) {
        read(NO_BODY_FORM, body)
        const name = nameIn(params)
        assertGremlin(control, name)
        return one({ gremlin: name, on: false })
      },
    },
    put('/policies/:name', ({ body, params }) => {
      const policy = read(POLICY_NAME_FORM, nameIn(params), 'the name in the path')
      const { on, edge } = read(POLICY_FORM, body)
      assertPolicy(control, policy)
      return one({ policy, edge, on })
    }),
    put('/workflow', ({ body }) => one({ workflow: read(WORKFLOW_FORM, body) })),
    put('/traffic', ({ body }) => one({ traffic: read(TRAFFIC_FORM, body).on ? 'on' : 'off' })),
  ]
}

function acts(control: LiveControl): readonly Route[] {
  const act = (done: string, run: () => void): Route => ({
    method: 'POST',
    url: `/${done}`,
    handler({ body }) {
      read(NO_BODY_FORM, body)
      run()
      return { done }
    },
  })
  return [
    act('reset', () => control.reset()),
    act('restart', () => control.restart()),
    act('take-over', () => control.takeOver()),
    act('end', () => control.end()),
    {
      method: 'POST',
      url: '/save',
      async handler({ body }) {
        read(NO_BODY_FORM, body)
        return { file: await control.save() }
      },
    },
  ]
}

/** @throws Refused with all that is wrong */
function read<T>(form: ZodType<T>, value: unknown, place = ''): T {
  const reasons: string[] = []
  const found = check(form, value, place, reasons)
  if (reasons.length > 0) throw new Refused(400, reasons)
  return found as T
}

function nameIn(params: unknown): string {
  return (params as { readonly name: string }).name
}

/** The variant that changes apply to. */
function changeable(control: LiveControl): VariantView | undefined {
  return control.snapshot().variants[0]
}

function assertGremlin(control: LiveControl, name: string): void {
  const names = changeable(control)?.gremlins.map((each) => each.name) ?? []
  if (!names.includes(name)) throw new Refused(404, [noneOf('gremlin', name, names)])
}

function assertPolicy(control: LiveControl, policy: string): void {
  const names = changeable(control)?.policies.map((each) => each.policy) ?? []
  if (!names.includes(policy)) throw new Refused(404, [noneOf('policy', policy, names)])
}

function noneOf(what: string, name: string, names: readonly string[]): string {
  return `there is no ${what} ${JSON.stringify(name.slice(0, 80))} here; there are: ${names.join(', ') || 'none'}`
}
