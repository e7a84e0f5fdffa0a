/** Small wrong changes of two-phase commit, of sagas and of their participants, as people make them. */

import type { JsonObject } from '../../src/core/call.ts'
import type { Statement } from '../../src/core/env.ts'
import { query } from '../../src/core/statement.ts'
import {
  type Bug,
  startWith,
  withCalls,
  withExchange,
  withOptions,
  withoutInquiries,
  withStatements,
  withWorkflow,
} from './plant.ts'

/** A line of the saga's log. */
function isStep({ sql, values }: Statement, states: readonly string[], effects = ['deduct', 'charge']): boolean {
  const [, effect, state] = values.map(String)
  return sql.includes('INTO saga_steps') && effects.includes(effect ?? '') && states.includes(state ?? '')
}

const NOTHING = { status: 200, body: {} }

const COORDINATORS: Readonly<Record<string, Bug>> = {
  'registered-late': {
    in: 'order',
    about: 'the saga registers a step when it has answered, not before it is asked for',
    plant: (service) =>
      withStatements(service, (statement) => (isStep(statement, ['begun'], ['deduct']) ? undefined : statement)),
  },
  'decided-late': {
    in: 'order',
    about: 'the coordinator sends COMMIT first, and writes the decision down together with the end of the order',
    plant: (service) =>
      withStatements(service, (statement) => {
        const [first, wish] = statement.values
        if (statement.sql.startsWith('INSERT INTO decisions') && wish === 'commit') return undefined
        if (!statement.sql.startsWith('UPDATE decisions SET delivered')) return statement
        return { sql: "INSERT INTO decisions VALUES (?, 'commit', '{}', 1)", values: [first ?? null] }
      }),
  },
  'presumes-too-soon': {
    in: 'order',
    about: 'who asks about an order that is not decided yet is told "abort", and nobody writes that down',
    plant: (service) =>
      withWorkflow(service, (workflow) => ({
        async inquire(orderId) {
          const decision = await workflow.inquire?.(orderId, true)
          return decision === 'commit' ? 'commit' : 'abort'
        },
      })),
  },
  'pivot-taken-for-done': {
    in: 'order',
    about: 'a restarted saga takes a charge that was begun for one that was done',
    plant: (service) =>
      withWorkflow(service, (workflow, env) => ({
        async recover(order) {
          const wanted = "SELECT 1 FROM saga_steps WHERE order_id = ? AND effect = 'charge' AND state = 'begun'"
          const begun = await query(env.store, wanted, order.id)
          return begun.length > 0 ? { state: 'confirmed', reason: null } : workflow.recover(order)
        },
      })),
  },
  'turned-in-memory': {
    in: 'order',
    about: 'a saga that turns back keeps the direction in memory, so that a restarted one tries the charge again',
    plant: (service) =>
      withStatements(service, (statement) => (isStep(statement, ['compensating', 'refused']) ? undefined : statement)),
  },
  'calls-it-cancelled': {
    in: 'order',
    about: 'an order with a compensation that cannot be done is called cancelled',
    plant: (service) =>
      withWorkflow(service, (workflow) => ({
        async place(order) {
          const outcome = await workflow.place(order)
          return outcome.state === 'failed' ? { ...outcome, state: 'cancelled' } : outcome
        },
      })),
  },
}

const PARTICIPANTS: Readonly<Record<string, Bug>> = {
  'blind-vote': {
    in: 'inventory',
    about: 'inventory votes by what is on the shelf, and does not look at what others hold of it',
    plant: (service) => withOptions(service, { holds: 'ignored' }),
  },
  'no-tombstone': {
    in: 'inventory',
    about: 'inventory leaves no tombstone where there is nothing to undo, so that a late request takes the goods',
    plant: (service) =>
      withStatements(service, (statement) => {
        const buries = statement.sql.includes("'undone'") || statement.values.includes('tombstone')
        return statement.sql.startsWith('INSERT') && buries ? undefined : statement
      }),
  },
  'never-asks': {
    in: 'inventory',
    about: 'inventory waits to be told what has become of its vote, and never asks',
    plant: withoutInquiries,
  },
  'takes-silence-for-yes': {
    in: 'inventory',
    about: 'inventory commits by itself when nobody can tell it the decision',
    plant: (service) =>
      withCalls(service, (call) => async (edge, request) => {
        const reply = await call(edge, request)
        return reply.body.decision === 'undecided' ? { status: 200, body: { decision: 'commit' } } : reply
      }),
  },
  'votes-in-memory': {
    in: 'inventory',
    about: 'inventory forgets its votes when it is restarted: they were in memory',
    plant: (service) =>
      startWith(service, (start, env, setup) => {
        const running = start(env, setup)
        async function forget(): Promise<void> {
          const rows = await query(env.store, "SELECT key, purchase, effect FROM claims WHERE state = 'prepared'")
          for (const { key, purchase, effect } of rows) {
            const about = { key: String(key), purchase: String(purchase), effect: String(effect) }
            await running.handle({ operation: 'abort', ...about, attempt: 1, body: {} })
          }
        }
        return { ...running, recover: () => env.background('forget votes', forget) }
      }),
  },
  'commits-again': {
    in: 'inventory',
    about: 'inventory does not look whether it has committed already, and a second COMMIT takes the goods again',
    plant: (service) =>
      withExchange(service, function* (statement) {
        const rows = yield statement
        if (!statement.sql.startsWith('SELECT * FROM claims')) return rows
        return rows.map((row) => (row.state === 'done' ? { ...row, state: 'prepared' } : row))
      }),
  },
  'lets-go-of-the-money': {
    in: 'payment',
    about: 'payment releases what the bank holds when it is to commit, and captures nothing',
    plant: (service) =>
      withCalls(service, (call) => async (edge, request) => {
        if (edge !== 'payment→bank' || request.operation !== 'commit') return call(edge, request)
        await call(edge, { ...request, operation: 'abort' })
        return NOTHING
      }),
  },
  'captures-twice': {
    in: 'payment',
    about: 'payment captures what the bank holds, and charges it besides',
    plant: (service) => {
      const held = new Map<string, JsonObject>()
      return withCalls(service, (call) => async (edge, request) => {
        const key = String(request.key)
        if (edge === 'payment→bank' && request.operation === 'prepare') held.set(key, request.body)
        if (edge === 'payment→bank' && request.operation === 'commit') {
          const body = held.get(key)
          if (body) await call(edge, { ...request, operation: 'do', key: `${key}/again`, body })
        }
        return call(edge, request)
      })
    },
  },
}

export const MUTANTS: Readonly<Record<string, Bug>> = { ...COORDINATORS, ...PARTICIPANTS }

/** Mistakes that cost something and break no promise: something else of the protocol makes up for them. */
export const FORGIVEN: Readonly<Record<string, Bug>> = {
  'aborts-the-living': {
    in: 'order',
    about:
      'an order that is being worked on is aborted when somebody asks about it: durably, so that its own commit comes too late',
    plant: (service) =>
      withWorkflow(service, (workflow) => ({
        inquire: async (orderId) => (await workflow.inquire?.(orderId, false)) ?? 'undecided',
      })),
  },
  'keeps-it-from-the-bank': {
    in: 'payment',
    about: 'payment does not tell the bank to commit: the bank is in doubt, and asks',
    plant: (service) =>
      withCalls(service, (call) => async (edge, request) => {
        const silent = edge === 'payment→bank' && request.operation === 'commit'
        return silent ? NOTHING : call(edge, request)
      }),
  },
}
