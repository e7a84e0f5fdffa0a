/** What happened at one place of a sequence diagram. */

import type { JournalLine, WorkflowStep } from '../../core/event.ts'
import type { PurchaseFacts } from '../../core/invariant.ts'
import type { LedgerEntry } from '../../core/ledger.ts'
import type { DiagramMark, MarkKind } from '../../core/story.ts'
import { SERVICES } from '../../core/topology.ts'
import { formatAmount } from '../format.ts'
import { laneOf, type Scene } from './diagram-messages.ts'
import { duration, effectName, numeral, quoted } from './words.ts'

export function marksOf(scene: Scene, lines: readonly JournalLine[], facts: PurchaseFacts | null): DiagramMark[] {
  const marks = lines.flatMap((line) => markOf(line, scene.startMs) ?? [])
  const atMs = (ms: number) => Math.max(0, ms - scene.startMs)
  for (const { node, atMs: struckMs, gremlin, fatal } of scene.strikes) {
    const kind: MarkKind = fatal ? 'crash' : 'strike'
    const text = fatal ? `${quoted(gremlin)} kills ${node}` : `${quoted(gremlin)} strikes`
    marks.push({ lane: laneOf(node), kind, atMs: atMs(struckMs), text })
  }
  for (const { node, back, strike, atMs: diedMs } of scene.deaths) {
    if (!strike) marks.push({ lane: laneOf(node), kind: 'crash', atMs: atMs(diedMs), text: 'its journal breaks off' })
    if (!back) continue
    const text = `life ${back.incarnation}${back.type === 'started' ? '' : ' is heard of'}`
    marks.push({ lane: laneOf(node), kind: 'restart', atMs: atMs(back.atMs), text })
  }
  marks.push(...factsOf(facts, endOf(scene, marks)))
  return marks.sort((a, b) => a.atMs - b.atMs)
}

/** The last moment of the diagram: what ledgers say at the end stands there. */
function endOf({ startMs, calls }: Scene, marks: readonly DiagramMark[]): number {
  let endMs = 0
  for (const { atMs } of marks) endMs = Math.max(endMs, atMs)
  for (const { sent, received, answered, heard } of calls) {
    for (const line of [sent, received, answered, heard]) endMs = Math.max(endMs, (line?.atMs ?? startMs) - startMs)
  }
  return endMs
}

/** Null: it is drawn as a message, or not at all. */
function markOf(line: JournalLine, startMs: number): DiagramMark | null {
  const at = (kind: MarkKind, text: string) => ({
    lane: laneOf(line.node),
    kind,
    atMs: line.atMs - startMs,
    text: quoted(text),
  })
  switch (line.type) {
    case 'committed':
      return at('commit', `${line.operation} ${line.effect} is durable`)
    case 'heard': {
      if (line.reason === null) return null
      const sure = line.definite ? 'it did not happen' : 'perhaps it happened'
      return at('belief', `${sure} (${line.reason})`)
    }
    case 'order':
      return at('belief', `${line.order} is ${line.state}${line.reason === null ? '' : ` (${line.reason})`}`)
    case 'left':
      return at('belief', 'waits no longer')
    case 'workflow':
      return at(line.what === 'decided' ? 'commit' : 'belief', stepText(line.what, line.effect, line.detail))
    case 'policy': {
      if (line.what === 'timeout') return at('belief', `perhaps it happened (${line.detail})`)
      const amount = line.what === 'retry' && line.amount !== undefined ? ` in ${duration(line.amount)}` : ''
      return at('policy', `${line.policy}: ${line.what}${amount}${line.detail === '' ? '' : ` (${line.detail})`}`)
    }
    default:
      return null
  }
}

function stepText(what: WorkflowStep, effect: string, detail: string): string {
  switch (what) {
    case 'decided':
      return `decided to ${detail}, durably`
    case 'delivered':
      return 'everybody has heard the decision'
    case 'compensated':
      return `${effectName(effect)} is undone`
    case 'raised':
      return `calls for a human (${detail})`
    case 'forgotten':
      return `cannot undo ${effectName(effect)}, forgets it`
    case 'recovered':
      return `takes up what it left open: ${detail}`
    case 'answered':
      return `answers '${detail}'`
    case 'heuristic':
      return 'decides by itself'
    default:
      // A journal of a later version may hold more.
      return String(what)
  }
}

/** What the ledgers say at the end, one mark for each service that has rows. */
function factsOf(facts: PurchaseFacts | null, endMs: number): DiagramMark[] {
  if (!facts) return []
  return SERVICES.flatMap((service): DiagramMark[] => {
    const rows = facts.rows[service]
    return rows.length === 0 ? [] : [{ lane: service, kind: 'fact', atMs: endMs, text: quoted(summaryOf(rows)) }]
  })
}

/** Most different kinds of rows of one service that are named. */
const MOST_KINDS = 6

/** `2 rows: deduct -1 piece, twice`. Of a transfer only the merchant's side: the other says the same. */
function summaryOf(rows: readonly LedgerEntry[]): string {
  const merchants = rows.filter(({ account }) => account.startsWith('merchant-'))
  const told = merchants.length > 0 ? merchants : rows
  const counts = new Map<string, number>()
  for (const row of told) counts.set(rowText(row), (counts.get(rowText(row)) ?? 0) + 1)
  const texts = [...counts].map(([text, many]) => (many === 1 ? text : `${numeral(many)} times ${text}`))
  const more = texts.length > MOST_KINDS ? [`${texts.length - MOST_KINDS} more`] : []
  return [...texts.slice(0, MOST_KINDS), ...more].join('; ')
}

function rowText({ effect, kind, account, amount, unit }: LedgerEntry): string {
  if (unit === 'order') return `${account} ${kind}`
  const what = kind === 'effect' ? effect : `${kind} of ${effect}`
  return unit === 'message' || unit === 'entry' ? what : `${what} ${formatAmount(amount, unit)}`
}
