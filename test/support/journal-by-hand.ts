/** A variant, and a journal about p-1, in a line or two. */

import { invariantCatalogue } from '../../src/audit/catalogue.ts'
import { explain } from '../../src/audit/explain/explain.ts'
import type { Event, JournalLine } from '../../src/core/event.ts'
import type { InvariantName, PurchaseFacts } from '../../src/core/invariant.ts'
import type { LedgerEntry } from '../../src/core/ledger.ts'
import type { Variant } from '../../src/core/pattern.ts'
import { EDGES, type ServiceName } from '../../src/core/topology.ts'
import { type RunBuilder, START_MS } from './build-facts.ts'

const NO_POLICIES = Object.fromEntries(EDGES.map((edge) => [edge, []])) as unknown as Variant['edges']
const KEYED = Object.fromEntries(EDGES.map((edge) => [edge, [{ policy: 'idempotency-key', options: {} }]]))

export function variantOf(changes: Partial<Variant> = {}): Variant {
  return {
    name: 'retry',
    summary: '',
    workflow: { workflow: 'sequential', options: {} },
    edges: NO_POLICIES,
    door: [],
    participants: { keys: 'ignored', history: 'inline', holds: 'counted', reservationMs: null },
    buyer: { key: 'none' },
    gremlins: 'all',
    ...changes,
  }
}

export const keyed = (keys: 'as-taught' | 'required', key: Variant['buyer']['key']): Partial<Variant> => ({
  edges: KEYED as unknown as Variant['edges'],
  participants: { keys, history: 'outbox', holds: 'counted', reservationMs: null },
  buyer: { key },
})

/** A journal in a line or two: who, when after the start, and what; about p-1. */
export function line(node: string, afterMs: number, event: Record<string, unknown>, incarnation = 1): JournalLine {
  const about = { purchase: 'p-1', effect: 'deduct', ...event }
  return { node, incarnation, atMs: START_MS + afterMs, ...about } as JournalLine
}

export const asked = (afterMs: number, attempt = 1, key: string | null = null) =>
  line('traffic', afterMs, { type: 'asked', effect: 'order', attempt, key } satisfies Partial<Event>)
export const place = (afterMs: number, attempt = 1, key: string | null = null) =>
  line('order', afterMs, { type: 'received', effect: 'order', operation: 'place', attempt, key })
export const sent = (afterMs: number, more: Record<string, unknown> = {}) =>
  line('order', afterMs, { type: 'sent', to: 'inventory', operation: 'do', attempt: 1, key: null, ...more })
export const received = (node: string, afterMs: number, more: Record<string, unknown> = {}) =>
  line(node, afterMs, { type: 'received', operation: 'do', attempt: 1, key: null, ...more })
export const committed = (node: string, afterMs: number, more: Record<string, unknown> = {}) =>
  line(node, afterMs, { type: 'committed', operation: 'do', ...more })
export const answered = (node: string, afterMs: number, status: number, more: Record<string, unknown> = {}) =>
  line(node, afterMs, {
    type: 'answered',
    operation: 'do',
    status,
    reason: status === 0 ? 'connection lost' : null,
    ...more,
  })
export const heard = (afterMs: number, took: number, more: Record<string, unknown> = {}) =>
  line('order', afterMs, {
    ...{ type: 'heard', from: 'inventory', operation: 'do', attempt: 1, status: 200, reason: null, definite: true },
    ...{ afterMs: took, ...more },
  })
export const RESET = { status: 0, reason: 'reset', definite: false }
export const order = (afterMs: number, state: string, reason: string | null = null, id = 'o-1') =>
  line('order', afterMs, { type: 'order', effect: 'order', order: id, state, reason })

/** The rows get the times of a journal: those of `build-facts` all have the start's. */
function timed(facts: PurchaseFacts, times: Partial<Record<ServiceName, readonly number[]>>): PurchaseFacts {
  const rows = Object.entries(facts.rows).map(([service, entries]: [string, readonly LedgerEntry[]]) => [
    service,
    entries.map((entry, index) => ({ ...entry, atMs: START_MS + (times[service as ServiceName]?.[index] ?? 0) })),
  ])
  return { ...facts, rows: Object.fromEntries(rows) }
}

interface Told {
  readonly run: RunBuilder
  readonly lines: readonly JournalLine[]
  readonly invariant: InvariantName
  readonly variant?: Partial<Variant>
  readonly times?: Partial<Record<ServiceName, readonly number[]>>
}

/** The story of the first violation of an invariant that the journal and the rows make. */
export function tell({ run, lines, invariant, variant = {}, times = {} }: Told) {
  const [found] = run.classified()
  if (!found) throw new Error('there is no purchase')
  const facts = timed(found, times)
  const check = invariantCatalogue[invariant].begin(run.facts())
  const rows = Object.entries(facts.rows).flatMap(([service, entries]) => entries.map((entry) => ({ service, entry })))
  const violations = [
    ...rows.flatMap(({ service, entry }) => [...(check.entry?.(service as ServiceName, entry) ?? [])]),
    ...(check.purchase?.(facts) ?? []),
    ...(check.end?.() ?? []),
  ]
  const [violation] = violations
  if (!violation) throw new Error(`${invariant} holds`)
  return explain({ scenario: run.scenario, variant: variantOf(variant), violation, facts, lines })
}

export const sentences = (story: ReturnType<typeof tell>) =>
  story.proof.map(({ role, sentence }) => `${role}: ${sentence}`)
