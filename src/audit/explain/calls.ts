/**
 * Calls, put together from what both ends wrote down. Lines carry no number of the call that they belong to, so they are paired by
 * who, what and when; what cannot be paired stays a half.
 */

import type { Operation } from '../../core/call.ts'
import type { JournalLine } from '../../core/event.ts'
import { calleeOf, callerOf, EDGES } from '../../core/topology.ts'

export type LineOf<T extends JournalLine['type']> = Extract<JournalLine, { type: T }>

/** One request and what became of it, as far as the journals say. */
export interface Call {
  /** A service, or `traffic` for the buyer. */
  readonly from: string
  readonly to: string
  readonly operation: Operation
  readonly effect: string
  /** At the caller. */
  readonly attempt: number
  readonly key: string | null
  readonly sent: LineOf<'sent'> | LineOf<'asked'> | null
  received: LineOf<'received'> | null
  readonly commits: LineOf<'committed'>[]
  answered: LineOf<'answered'> | null
  heard: LineOf<'heard'> | LineOf<'told'> | LineOf<'left'> | null
  /** The caller's own timeout: from then on nobody waited for the answer. */
  gaveUp: LineOf<'policy'> | null
}

/** Clocks of two processes on one machine agree to about this. */
const CLOCK_MS = 2

export function pairCalls(lines: readonly JournalLine[]): readonly Call[] {
  const calls = lines.flatMap((line) => (line.type === 'sent' || line.type === 'asked' ? [begun(line)] : []))
  for (const line of lines) {
    if (line.type === 'heard') pairHeard(calls, line)
    else if (line.type === 'told' || line.type === 'left') pairTold(calls, line)
    else if (line.type === 'policy' && line.what === 'timeout') pairTimeout(calls, line)
  }
  for (const line of lines) if (line.type === 'received') pairReceived(calls, line)
  const answers = lines.filter((line) => line.type === 'answered')
  pairAnswers(calls, answers)
  for (const line of lines) if (line.type === 'committed') pairCommit(calls, line)
  return calls.sort((a, b) => beginOf(a) - beginOf(b))
}

/** When the call is first heard of. */
export function beginOf({ sent, received }: Call): number {
  return sent?.atMs ?? received?.atMs ?? 0
}

/** When the caller stopped waiting; never: infinity. */
export function waitedUntil({ heard, gaveUp }: Call): number {
  return Math.min(heard?.atMs ?? Number.POSITIVE_INFINITY, gaveUp?.atMs ?? Number.POSITIVE_INFINITY)
}

function begun(line: LineOf<'sent'> | LineOf<'asked'>): Call {
  const { node: from, effect, attempt, key } = line
  const whom = line.type === 'asked' ? ({ to: 'order', operation: 'place' } as const) : line
  const { to, operation } = whom
  const open = { received: null, answered: null, heard: null, gaveUp: null }
  return { from, to, operation, effect, attempt, key, sent: line, commits: [], ...open }
}

/** Nobody wrote down that it was sent: the caller was killed before it could. */
function unsent(line: LineOf<'received'>): Call {
  const { node: to, operation, effect, attempt, key } = line
  const open = { sent: null, answered: null, heard: null, gaveUp: null }
  return { from: likelyCaller(line), to, operation, effect, attempt, key, received: line, commits: [], ...open }
}

/** Whoever has an edge there; of a question about an order, the participant whose effect it is about. */
function likelyCaller({ node, operation, effect }: LineOf<'received'>): string {
  if (operation === 'place') return 'traffic'
  if (operation === 'inquire' && node === 'order') return effect === 'deduct' ? 'inventory' : 'payment'
  const asking = operation === 'inquire'
  const edge = EDGES.find((each) => calleeOf(each) === node && (callerOf(each) === 'bank') === asking)
  return edge ? callerOf(edge) : 'traffic'
}

function isAbout(call: Call, { operation, effect }: { operation: Operation; effect: string }): boolean {
  return call.operation === operation && call.effect === effect
}

/** The caller wrote down how long it waited, so the request is known to the fraction of a millisecond. */
function pairHeard(calls: readonly Call[], line: LineOf<'heard'>): void {
  const sentAtMs = line.atMs - line.afterMs
  const open = calls.filter(
    (call) =>
      !call.heard &&
      isAbout(call, line) &&
      call.to === line.from &&
      call.attempt === line.attempt &&
      call.sent?.node === line.node &&
      call.sent.incarnation === line.incarnation &&
      call.sent.atMs <= line.atMs,
  )
  const best = nearest(open, (call) => Math.abs((call.sent?.atMs ?? 0) - sentAtMs))
  if (best) best.heard = line
}

function pairTold(calls: readonly Call[], line: LineOf<'told'> | LineOf<'left'>): void {
  const open = calls.find(
    (call) => call.from === line.node && call.operation === 'place' && call.attempt === line.attempt && !call.heard,
  )
  if (open) open.heard = line
}

function pairTimeout(calls: readonly Call[], line: LineOf<'policy'>): void {
  const open = calls.filter(
    (call) =>
      !call.gaveUp &&
      `${call.from}→${call.to}` === line.edge &&
      call.effect === line.effect &&
      call.sent?.incarnation === line.incarnation &&
      call.sent.atMs <= line.atMs &&
      waitedUntil(call) >= line.atMs,
  )
  const last = open.at(-1)
  if (last) last.gaveUp = line
}

/** First one whose caller was still waiting; else the last one, which arrived late. */
function pairReceived(calls: Call[], line: LineOf<'received'>): void {
  const open = calls.filter(
    (call) =>
      !call.received &&
      isAbout(call, line) &&
      call.to === line.node &&
      call.key === line.key &&
      call.sent !== null &&
      call.sent.atMs <= line.atMs + CLOCK_MS &&
      !neverArrived(call),
  )
  const waiting = open.filter((call) => waitedUntil(call) >= line.atMs - CLOCK_MS)
  const match = waiting[0] ?? open.at(-1)
  if (match) match.received = line
  else calls.push(unsent(line))
}

/** Whether its caller knows that nobody listened. */
function neverArrived({ heard }: Call): boolean {
  return heard?.type === 'heard' && heard.reason?.startsWith('connection-refused') === true
}

/** Answers whose hearing is on record first, each the last that fits; the others in the order of their requests. */
function pairAnswers(calls: readonly Call[], answers: readonly LineOf<'answered'>[]): void {
  const left = new Set(answers)
  function take(call: Call, fits: (line: LineOf<'answered'>) => boolean, last: boolean): void {
    const { received } = call
    if (!received || call.answered) return
    const possible = [...left].filter(
      (line) =>
        isAbout(call, line) &&
        line.node === received.node &&
        line.incarnation === received.incarnation &&
        line.atMs >= received.atMs &&
        fits(line),
    )
    const match = last ? possible.at(-1) : possible[0]
    if (!match) return
    call.answered = match
    left.delete(match)
  }
  const heard = [...calls].sort((a, b) => (a.heard?.atMs ?? 0) - (b.heard?.atMs ?? 0))
  for (const call of heard) {
    const { heard: line } = call
    if (line?.type !== 'heard' || line.status === 0) continue
    take(call, ({ status, atMs }) => status === line.status && atMs <= line.atMs + CLOCK_MS, true)
  }
  for (const call of calls) take(call, () => true, false)
}

function pairCommit(calls: readonly Call[], line: LineOf<'committed'>): void {
  const open = calls.filter(
    ({ received, answered, ...call }) =>
      call.operation === line.operation &&
      call.effect === line.effect &&
      received?.node === line.node &&
      received.incarnation === line.incarnation &&
      received.atMs <= line.atMs &&
      (answered?.atMs ?? Number.POSITIVE_INFINITY) >= line.atMs,
  )
  // Whoever commits answers next; requests that are held back meanwhile came earlier and answer later.
  const match = nearest(open, ({ answered }) => answered?.atMs ?? Number.POSITIVE_INFINITY)
  match?.commits.push(line)
}

function nearest(calls: readonly Call[], distance: (call: Call) => number): Call | undefined {
  let best: Call | undefined
  for (const call of calls) if (!best || distance(call) < distance(best)) best = call
  return best
}
