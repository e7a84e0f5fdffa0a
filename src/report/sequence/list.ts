/** A sequence diagram in words: the same events in the same order, for who cannot see it, or wants exact times and whole texts. */

import type { Diagram, DiagramMark, DiagramMessage, MarkKind } from '../../core/story.ts'
import { formatCounted, formatMs } from '../format.ts'
import { arrivalOf, pointsOf } from './points.ts'

const KIND_WORDS: Record<MarkKind, string> = {
  commit: 'commits: ',
  strike: 'strike: ',
  crash: 'crashes: ',
  restart: 'restarts: ',
  belief: 'believes: ',
  fact: 'ledger, at the end: ',
  policy: 'policy: ',
}

function messageInWords(message: DiagramMessage): string {
  const { from, to, kind, label, lost } = message
  const arrived = arrivalOf(message)
  const end =
    arrived === null
      ? `never arrives${lost === null ? '' : ` (${lost})`}`
      : `arrives at ${formatMs(arrived)}${lost === null ? '' : `, in vain (${lost})`}`
  return `${formatMs(message.sentMs)}, ${from} ${kind === 'answer' ? 'answers' : 'asks'} ${to}: ${label}; ${end}`
}

function markInWords({ lane, kind, atMs, text }: DiagramMark): string {
  return `${kind === 'fact' ? '' : `${formatMs(atMs)}, `}${lane} ${KIND_WORDS[kind]}${text}`
}

/** One text for each message, mark and absence. The numbers that the diagram's labels refer to count them from 1. */
export function eventsInWords(diagram: Diagram): string[] {
  const timed = pointsOf(diagram).flatMap((point) => {
    if (point.what === 'send') return [messageInWords(point.message)]
    if (point.what === 'mark') return [markInWords(point.mark)]
    if (point.what !== 'gone') return []
    const toMs = diagram.absences[point.index]?.toMs ?? null
    const until = toMs === null ? 'to the end' : `until ${formatMs(toMs)}`
    return [`${formatMs(point.atMs)}, ${point.lane} is away ${until}`]
  })
  return [...timed, ...diagram.marks.filter(({ kind }) => kind === 'fact').map(markInWords)]
}

/** Null when everything is drawn. */
export function leftOutInWords({ leftOut }: Diagram): string | null {
  return leftOut === 0
    ? null
    : `${formatCounted(leftOut, 'more message or mark', 'more messages and marks')} not drawn.`
}

/** What the picture shows, in one sentence. */
export function summaryOf(diagram: Diagram): string {
  const lost = diagram.messages.filter(({ arrivedMs }) => arrivedMs === null).length
  const strikes = diagram.marks.filter(({ kind }) => kind === 'strike').length
  return `${formatCounted(diagram.messages.length, 'message')}, ${lost} of them lost, ${formatCounted(strikes, 'strike')}`
}
