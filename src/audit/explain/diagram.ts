/** One purchase's sequence diagram, as data. */

import type { JournalLine } from '../../core/event.ts'
import type { PurchaseFacts, Strike } from '../../core/invariant.ts'
import type { Diagram, DiagramMark, DiagramMessage, MarkKind } from '../../core/story.ts'
import { MOST_DRAWN } from '../../core/story.ts'
import { SERVICES } from '../../core/topology.ts'
import { pairCalls } from './calls.ts'
import { marksOf } from './diagram-marks.ts'
import { laneOf, messagesOf, type Scene } from './diagram-messages.ts'
import { deathsOf, strikesOf } from './lives.ts'

/** Never left out: without these a diagram says something else. */
const KEPT: ReadonlySet<MarkKind> = new Set(['strike', 'crash', 'restart', 'fact'])

/** Null when there is nothing to draw. */
export function diagramOf(lines: readonly JournalLine[], facts: PurchaseFacts | null): Diagram | null {
  const [first] = lines
  if (!first) return null
  const strikes = strikesOf(lines, facts?.strikes ?? [])
  const deaths = deathsOf(lines, strikes)
  const scene: Scene = { startMs: first.atMs, calls: pairCalls(lines), deaths, strikes }
  const drawn = bound(messagesOf(scene), marksOf(scene, lines, facts))
  const absences = deaths.map(({ node, atMs, back }) => ({
    lane: laneOf(node),
    fromMs: Math.max(0, atMs - scene.startMs),
    toMs: back ? back.atMs - scene.startMs : null,
  }))
  return rounded({ lanes: lanesOf(drawn, strikes, absences), ...drawn, absences })
}

/** Clocks are no finer than a microsecond; more digits are noise of the subtraction, and most of a file's bytes. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

/** Last of all: what was found by comparing times was found with all their digits. */
function rounded({ messages, marks, absences, ...diagram }: Diagram): Diagram {
  const near = (ms: number | null) => (ms === null ? null : toMicroseconds(ms))
  return {
    ...diagram,
    messages: messages.map((each) => ({
      ...each,
      sentMs: toMicroseconds(each.sentMs),
      arrivedMs: near(each.arrivedMs),
    })),
    marks: marks.map((each) => ({ ...each, atMs: toMicroseconds(each.atMs) })),
    absences: absences.map((each) => ({ ...each, fromMs: toMicroseconds(each.fromMs), toMs: near(each.toMs) })),
  }
}

function lanesOf(
  { messages, marks }: Pick<Diagram, 'messages' | 'marks'>,
  strikes: readonly Strike[],
  absences: Diagram['absences'],
): string[] {
  const took = new Set([
    ...messages.flatMap(({ from, to }) => [from, to]),
    ...marks.map(({ lane }) => lane),
    ...strikes.map(({ node }) => laneOf(node)),
    ...absences.map(({ lane }) => lane),
  ])
  const known = ['buyer', ...SERVICES].filter((lane) => took.has(lane))
  return [...known, ...[...took].filter((lane) => !known.includes(lane)).sort()]
}

/** Beyond `MOST_DRAWN` the middle is left out: how it began and how it ended say most. */
function bound(
  messages: readonly DiagramMessage[],
  marks: readonly DiagramMark[],
): Pick<Diagram, 'messages' | 'marks' | 'leftOut'> {
  const total = messages.length + marks.length
  if (total <= MOST_DRAWN) return { messages, marks, leftOut: 0 }
  const kept = marks.filter(({ kind }) => KEPT.has(kind)).slice(0, MOST_DRAWN)
  const others = [
    ...messages.map((message) => ({ atMs: message.sentMs, message, mark: null })),
    ...marks.filter(({ kind }) => !KEPT.has(kind)).map((mark) => ({ atMs: mark.atMs, message: null, mark })),
  ].sort((a, b) => a.atMs - b.atMs)
  const room = MOST_DRAWN - kept.length
  const atStart = Math.ceil(room / 2)
  const atEnd = room - atStart
  const chosen = [...others.slice(0, atStart), ...(atEnd > 0 ? others.slice(-atEnd) : [])]
  return {
    messages: chosen.flatMap(({ message }) => message ?? []),
    marks: [...kept, ...chosen.flatMap(({ mark }) => mark ?? [])].sort((a, b) => a.atMs - b.atMs),
    leftOut: total - MOST_DRAWN,
  }
}
