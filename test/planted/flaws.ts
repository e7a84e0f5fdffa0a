/** Small mistakes in what the hardened variants rest on: keys, claims, holds, outboxes, recovery, undoing, stand-ins. */

import { CallError, type Request } from '../../src/core/call.ts'
import type { Env, Statement } from '../../src/core/env.ts'
import type { Layer } from '../../src/core/layer.ts'
import { query } from '../../src/core/statement.ts'
import type { ServiceName } from '../../src/core/topology.ts'
import type { NodeParts } from '../../src/runtime/life/life-state.ts'
import { MUTANTS } from './mutants.ts'
import {
  type Bug,
  isInto,
  startWith,
  withCalls,
  withExchange,
  withOptions,
  withStatements,
  withWorkflow,
} from './plant.ts'

/** A mistake in one service, or in what stands around it. */
export interface Flaw {
  readonly in: ServiceName
  /** What somebody got wrong. */
  readonly about: string
  alter(parts: NodeParts): NodeParts
}

function flawOf({ in: service, about, plant }: Omit<Bug, 'alsoViolates' | 'inWarmUp'>): Flaw {
  return { in: service, about, alter: (parts) => ({ ...parts, service: plant(parts.service) }) }
}

const DONE = { status: 200, body: {} }

const KEYS = {
  'key-after-the-work': flawOf({
    in: 'inventory',
    about: 'inventory works first, and notes the key in a commit of its own when the work is done',
    plant: (service) =>
      startWith(service, (start, env, setup) => {
        const running = start(env, setup)
        async function once(request: Request) {
          const key = String(request.key)
          const [known] = await query(env.store, 'SELECT answer FROM taught_keys WHERE key = ?', key)
          if (known) return { status: 200, body: JSON.parse(String(known.answer)) }
          const reply = await running.handle({ ...request, key: `${key}#${env.incarnation}.${request.attempt}` })
          const noted = 'INSERT OR REPLACE INTO taught_keys VALUES (?, ?, ?)'
          await query(env.store, noted, key, reply.status, JSON.stringify(reply.body))
          return reply
        }
        const handle = (request: Request) => (request.operation === 'do' ? once(request) : running.handle(request))
        return { ...running, handle }
      }),
  }),
  'key-not-checked': flawOf({
    in: 'inventory',
    about: 'inventory takes keys, and does not look whether it had them before',
    plant: (service) => withOptions(service, { keys: 'ignored' }),
  }),
  'new-key-each-try': {
    in: 'order',
    about: 'the order service makes a new key for each try of a call, and not one for the call',
    alter(parts: NodeParts): NodeParts {
      let tries = 0
      const rename: Layer = (next) => (request, signal) => {
        tries += 1
        return next({ ...request, key: `${request.key}#${tries}` }, signal)
      }
      return { ...parts, edges: new Map([...parts.edges].map(([edge, layers]) => [edge, [...layers, rename]])) }
    },
  },
  'pending-under-a-new-key': flawOf({
    in: 'order',
    about: 'an order that is pending is tried again under new keys, as if it were another one',
    plant: (service) =>
      withWorkflow(service, ({ postponing }) =>
        postponing
          ? {
              postponing: {
                ...postponing,
                again: (order) => postponing.again({ ...order, key: `${order.key}/again` }),
              },
            }
          : {},
      ),
  }),
  'resumed-under-a-new-key': flawOf({
    in: 'payment',
    about: 'payment asks the bank under a key of its present life, so that a payment that is resumed is another one',
    plant: (service) =>
      startWith(service, (start, env, setup) => {
        const call: Env['call'] = (edge, request) =>
          env.call(edge, edge === 'payment→bank' ? { ...request, key: `${request.key}@${env.incarnation}` } : request)
        return start({ ...env, call }, setup)
      }),
  }),
} satisfies Record<string, Flaw>

/** The order in which things become durable. */
const DURABILITY = {
  'answers-first': flawOf({
    in: 'inventory',
    about: 'inventory answers at once, and writes 20 ms later',
    plant: (service) =>
      startWith(service, (start, env, setup) => {
        const running = start(env, setup)
        async function later(request: Request) {
          await env.clock.sleep(20)
          await running.handle(request)
        }
        return {
          ...running,
          async handle(request) {
            if (request.operation !== 'do') return running.handle(request)
            env.background('write behind', () => later(request))
            return DONE
          },
        }
      }),
  }),
  'charge-not-awaited': flawOf({
    in: 'payment',
    about: 'payment says yes as soon as it has asked the bank',
    plant: (service) =>
      startWith(service, (start, env, setup) => {
        const call: Env['call'] = async (edge, request) => {
          if (edge !== 'payment→bank' || request.operation !== 'do') return env.call(edge, request)
          env.background('charge', () => env.call(edge, request).then(ignore, ignore))
          return DONE
        }
        return start({ ...env, call }, setup)
      }),
  }),
  'history-apart': flawOf({
    in: 'payment',
    about: 'payment writes what logging must hear in a commit of its own, after that of the charge',
    plant: outboxApart,
  }),
  'notices-apart': flawOf({
    in: 'order',
    about: 'the order service writes what the buyer must hear in a commit of its own, after that of the order',
    plant: outboxApart,
  }),
  'marked-before-it-is-sent': flawOf({
    in: 'payment',
    about: 'payment takes an entry out of its outbox before it is sent',
    plant: (service) =>
      withExchange(service, function* (statement) {
        const rows = yield statement
        if (!statement.sql.startsWith('SELECT * FROM outbox')) return rows
        for (const { id } of rows) yield { sql: 'DELETE FROM outbox WHERE id = ?', values: [id ?? null] }
        return rows
      }),
  }),
  'recovery-forgets': flawOf({
    in: 'order',
    about: 'a restarted order service takes up no order that was open',
    plant: (service) =>
      withExchange(service, function* (statement) {
        return statement.sql.includes("FROM orders WHERE state = 'accepted'") ? [] : yield statement
      }),
  }),
  'tries-left-behind': flawOf({
    in: 'order',
    about: 'a restarted order service does not take up the pending orders that were being tried',
    plant: (service) =>
      withStatements(service, (statement) =>
        statement.sql.includes('WHERE next_at_ms IS NULL') ? undefined : statement,
      ),
  }),
} satisfies Record<string, Flaw>

function ignore(): void {}

/** Entries wait in memory until the relay looks: a life that ends before takes them along. */
function outboxApart(service: Parameters<Bug['plant']>[0]): ReturnType<Bug['plant']> {
  return startWith(service, (start, env, setup) => {
    const waiting: Statement[] = []
    const standing = withExchange({ ...service, start }, function* (statement) {
      if (isInto('outbox', statement)) {
        waiting.push(statement)
        return []
      }
      if (statement.sql.startsWith('SELECT * FROM outbox')) yield* writeAll(waiting)
      return yield statement
    })
    return standing.start(env, setup)
  })
}

function* writeAll(waiting: Statement[]) {
  for (const entry of waiting.splice(0)) yield entry
}

const AGREEMENT = {
  'locks-nothing': flawOf({
    in: 'inventory',
    about: 'inventory votes for what is on the shelf, and puts nothing aside',
    plant: (service) =>
      withExchange(service, function* (statement) {
        const [, account, , floor] = statement.values
        if (!statement.sql.startsWith('UPDATE balances SET held')) return yield statement
        if (floor === undefined) return []
        const enough = 'SELECT account FROM balances WHERE account = ? AND balance + ? >= ?'
        return yield { sql: enough, values: [account ?? null, ...statement.values.slice(2)] }
      }),
  }),
  'keeps-the-lock': flawOf({
    in: 'inventory',
    about: 'inventory notes an abort, and does not let go of what it has put aside',
    plant: (service) =>
      startWith(service, (start, env, setup) => {
        const running = start(env, setup)
        const noted = "UPDATE claims SET state = 'undone' WHERE key = ? AND state = 'prepared' RETURNING key"
        return {
          ...running,
          async handle(request) {
            const aborts = request.operation === 'abort'
            const [row] = aborts ? await query(env.store, noted, request.key ?? null) : []
            return row ? DONE : running.handle(request)
          },
        }
      }),
  }),
  'undo-asked-once': flawOf({
    in: 'order',
    about: 'the order service asks for an undo once, and takes it for done',
    plant: (service) =>
      withCalls(service, (call) => async (edge, request) => {
        if (request.operation !== 'undo') return call(edge, request)
        return call(edge, request).catch(() => DONE)
      }),
  }),
  'takes-a-stand-in': flawOf({
    in: 'order',
    about: 'the order service takes the answer of a fallback for that of the participant',
    plant: (service) =>
      withCalls(service, (call) => async (edge, request) => {
        const { status, body } = await call(edge, request)
        return { status: status === 202 ? 200 : status, body }
      }),
  }),
  'open-breaker-says-yes': {
    in: 'order',
    about: 'an open breaker in front of payment answers by itself, and does not refuse',
    alter(parts: NodeParts): NodeParts {
      const says: Layer = (next) => (request, signal) =>
        next(request, signal).catch((error: unknown) => {
          if (error instanceof CallError && error.reason === 'breaker-open') return DONE
          throw error
        })
      const edges = [...parts.edges].map(([edge, layers]) => [edge, layers.toSpliced(1, 0, says)] as const)
      return { ...parts, edges: new Map(edges) }
    },
  },
} satisfies Record<string, Flaw>

const PROTOCOL = Object.fromEntries(Object.entries(MUTANTS).map(([name, bug]) => [name, flawOf(bug)]))

export const FLAWS: Readonly<Record<string, Flaw>> = { ...KEYS, ...DURABILITY, ...AGREEMENT, ...PROTOCOL }
