/** The evidence of one telling, put in order once. */

import type { Operation } from '../../core/call.ts'
import type { JournalLine } from '../../core/event.ts'
import type { PurchaseFacts, Strike } from '../../core/invariant.ts'
import type { EntryKind, LedgerEntry } from '../../core/ledger.ts'
import { EDGES, type ServiceName } from '../../core/topology.ts'
import { beginOf, type Call, pairCalls, waitedUntil } from './calls.ts'
import { type Death, deathsOf, strikesOf } from './lives.ts'
import type { Telling } from './telling.ts'
import { duration } from './words.ts'

export interface Reading extends Telling {
  readonly facts: PurchaseFacts
  readonly calls: readonly Call[]
  readonly deaths: readonly Death[]
  /** On the purchase's path, or taking one of its calls along; by time. */
  readonly strikes: readonly Strike[]
  /** A moment, counted from the purchase's beginning: `at 30.9 ms`. */
  at(atMs: number): string
}

export function readTelling(telling: Telling, facts: PurchaseFacts): Reading {
  const { lines, violation } = telling
  const strikes = strikesOf(lines, [...facts.strikes, ...violation.strikes])
  const startMs = lines[0]?.atMs ?? earliest(facts)
  return {
    ...telling,
    facts,
    calls: pairCalls(lines),
    deaths: deathsOf(lines, strikes),
    strikes,
    at: (atMs) => `at ${duration(Math.max(0, atMs - startMs))}`,
  }
}

/** Where no journal says when it began. */
function earliest({ rows, told }: PurchaseFacts): number {
  const times = [...Object.values(rows).flat(), ...told].map(({ atMs }) => atMs)
  return times.reduce((least, atMs) => Math.min(least, atMs), times[0] ?? 0)
}

/** Which operations write rows of a kind. */
const WRITTEN_BY: Readonly<Partial<Record<EntryKind, readonly Operation[]>>> = {
  effect: ['do', 'commit', 'query'],
  reversal: ['undo', 'abort'],
  hold: ['prepare'],
  release: ['commit', 'abort', 'undo'],
}

/** Row and journal line are written one after the other, not at the same moment. */
const CLOSE_MS = 5

/** The call that wrote a row; undefined: none that is known (a service did it by itself, or the journal has a hole). */
export function originOf(
  { calls, deaths }: Pick<Reading, 'calls' | 'deaths'>,
  service: ServiceName,
  row: LedgerEntry,
): Call | undefined {
  const possible = calls.filter(({ to, effect, operation, key, received }) => {
    if (to !== service || effect !== row.effect || !WRITTEN_BY[row.kind]?.includes(operation)) return false
    // A key that the caller sent is the row's, unless keys are ignored: then the row's is made up.
    if (key !== null && key !== row.key && calls.some((other) => other.to === service && other.key === row.key))
      return false
    return received !== null && received.atMs <= row.atMs + CLOSE_MS
  })
  const counted = possible.find((call) => isCounted(call, row))
  if (counted) return counted
  let best: Call | undefined
  let least = CLOSE_MS
  for (const call of possible) {
    for (const { atMs } of call.commits) {
      if (Math.abs(atMs - row.atMs) >= least) continue
      least = Math.abs(atMs - row.atMs)
      best = call
    }
  }
  if (best) return best
  // Killed between its commit and its line: then the row lies within a call that nobody answered.
  return possible.findLast((call) => {
    const { received, answered } = call
    const died = deaths.find(({ node, incarnation }) => node === service && incarnation === received?.incarnation)
    const untilMs = answered?.atMs ?? died?.atMs ?? row.atMs
    return call.commits.length === 0 && row.atMs <= untilMs + CLOSE_MS
  })
}

/** Where no key came, the service made one up out of the arrival that it counted: `p-7/deduct#2.1.9` is the second one, in life 1. */
function isCounted({ received, key }: Call, row: LedgerEntry): boolean {
  const [, attempt, incarnation] = /#(\d{1,9})\.(\d{1,9})\.\d+$/.exec(row.key) ?? []
  return key === null && received?.attempt === Number(attempt) && received.incarnation === Number(incarnation)
}

/** Whether `received` of a parent can have led to a call that its service made. */
function belongsTo(parent: Call, call: Call): boolean {
  if (parent.to !== call.from) return false
  if (call.from === 'order') return parent.operation === 'place'
  return parent.effect === call.effect || call.effect === 'history' || call.effect === 'quote'
}

/** The call in whose course another one was made; undefined where that is not certain. */
export function parentOf({ calls }: Pick<Reading, 'calls'>, call: Call): Call | undefined {
  const { sent } = call
  if (!sent) return undefined
  const open = calls.filter(
    (parent) =>
      belongsTo(parent, call) &&
      parent.received?.incarnation === sent.incarnation &&
      parent.received.atMs <= sent.atMs &&
      (parent.answered?.atMs ?? Number.POSITIVE_INFINITY) >= sent.atMs,
  )
  const byKey = open.filter(({ key }) => key !== null && call.key?.startsWith(`${key}/`))
  const candidates = byKey.length > 0 ? byKey : open
  if (candidates.length < 2) return candidates[0]
  // Several were open: the one that went on as soon as this call had its answer.
  const { heard } = call
  const wentOn = candidates.filter(({ commits, answered }) =>
    [...commits, answered].some((line) => line && heard && line.atMs >= heard.atMs && line.atMs - heard.atMs < 1),
  )
  return wentOn.length === 1 ? wentOn[0] : undefined
}

/** The try before this one, of the same caller about the same thing. */
export function tryBefore({ calls }: Pick<Reading, 'calls'>, call: Call): Call | undefined {
  if (call.attempt < 2) return undefined
  const fromBuyer = call.from === 'traffic'
  const possible = calls.filter(
    (other) =>
      other.from === call.from &&
      other.to === call.to &&
      other.operation === call.operation &&
      other.effect === call.effect &&
      other.attempt === call.attempt - 1 &&
      other.sent?.incarnation === call.sent?.incarnation &&
      beginOf(other) <= beginOf(call) &&
      // Only buyers take another key for another try.
      (fromBuyer || (other.key === call.key && waitedUntil(other) <= beginOf(call))),
  )
  return possible.reduce<Call | undefined>(
    (last, other) => (last && waitedUntil(last) > waitedUntil(other) ? last : other),
    undefined,
  )
}

/** The tries before this one, the latest first. */
export function triesBefore(reading: Pick<Reading, 'calls'>, call: Call): readonly Call[] {
  const tries: Call[] = []
  for (let before = tryBefore(reading, call); before; before = tryBefore(reading, before)) tries.push(before)
  return tries
}

export type OrderLine = Extract<JournalLine, { type: 'order' }>

/** What the order service wrote of each order of the purchase, by order, in time. */
export function ordersTold(lines: readonly JournalLine[]): Map<string, OrderLine[]> {
  const orders = new Map<string, OrderLine[]>()
  for (const line of lines) if (line.type === 'order') orders.set(line.order, [...(orders.get(line.order) ?? []), line])
  return orders
}

/** `order→payment`, where services are asked along a path that variants can have policies on. */
export function edgeOf({ from, to }: Call) {
  return EDGES.find((edge) => edge === `${from}→${to}`)
}
