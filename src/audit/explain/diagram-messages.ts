/** The messages of a sequence diagram: what was sent, whether it arrived, and why it did not. */

import type { Strike } from '../../core/invariant.ts'
import type { DiagramMessage } from '../../core/story.ts'
import { beginOf, type Call, waitedUntil } from './calls.ts'
import type { Death } from './lives.ts'
import { duration, quoted } from './words.ts'

export interface Scene {
  readonly startMs: number
  readonly calls: readonly Call[]
  readonly deaths: readonly Death[]
  readonly strikes: readonly Strike[]
}

/** Gremlins that end a connection and leave the process alive. */
const ENDS_CONNECTION: ReadonlySet<string> = new Set(['dropped-answer', 'dropped-request'])

/** `traffic` stands on the buyer's lane. */
export function laneOf(node: string): string {
  return node === 'traffic' ? 'buyer' : node
}

export function messagesOf(scene: Scene): DiagramMessage[] {
  return scene.calls
    .flatMap((call) => {
      const answer = answerOf(call, scene)
      return answer ? [requestOf(call, scene), answer] : [requestOf(call, scene)]
    })
    .sort((a, b) => a.sentMs - b.sentMs)
}

function requestOf(call: Call, scene: Scene): DiagramMessage {
  const { from, to, operation, effect, attempt, key, sent, received } = call
  const again = attempt > 1 ? `, try ${attempt}` : ''
  // Only the buyer's key is short enough, and it says whether a second click is a second order.
  const under = operation === 'place' && key !== null ? `, key ${quoted(key)}` : ''
  const arrivedMs = received ? received.atMs - scene.startMs : null
  // Where only the receiver wrote of it, it left at that moment at the latest.
  const sentMs = Math.min(sent?.atMs ?? Number.POSITIVE_INFINITY, received?.atMs ?? Number.POSITIVE_INFINITY)
  return {
    from: laneOf(from),
    to: laneOf(to),
    kind: 'request',
    label: `${operation} ${quoted(effect)}${again}${under}`,
    sentMs: sentMs - scene.startMs,
    arrivedMs,
    lost: arrivedMs === null ? whyRequestLost(call, scene) : null,
  }
}

function whyRequestLost(call: Call, { deaths }: Scene): string {
  const { from, to, heard, sent } = call
  if (heard?.type === 'heard' && heard.reason?.startsWith('connection-refused')) return `connection refused by ${to}`
  const untilMs = waitedUntil(call)
  const died = deathWithin(deaths, to, beginOf(call), untilMs)
  if (died) return `${to} died`
  if (heard?.type === 'heard' && heard.reason?.startsWith('reset')) return 'the connection ended'
  if (sent && deathWithin(deaths, from, sent.atMs, untilMs)) return `${from} died`
  return 'nobody wrote that it arrived'
}

function deathWithin(deaths: readonly Death[], node: string, fromMs: number, toMs: number): Death | undefined {
  return deaths.find((death) => death.node === node && death.atMs >= fromMs && death.atMs <= toMs)
}

/** Null where there is nothing to draw: no answer was given, and nobody says why. */
function answerOf(call: Call, scene: Scene): DiagramMessage | null {
  const { from, to, received, answered, heard } = call
  const ends = { from: laneOf(to), to: laneOf(from), kind: 'answer' } as const
  const { startMs } = scene
  if (answered && answered.status > 0) {
    const sentMs = answered.atMs - startMs
    const why = whyAnswerLost(call, scene)
    const arrivedMs = why === null ? Math.max(sentMs, (heard?.atMs ?? answered.atMs) - startMs) : null
    return { ...ends, label: labelOf(call), sentMs, arrivedMs, lost: why }
  }
  if (answered) {
    const lost = strikeOn(call, scene) ?? 'connection lost'
    return { ...ends, label: 'no answer', sentMs: answered.atMs - startMs, arrivedMs: null, lost }
  }
  if (received) {
    const died = scene.deaths.find(({ node, incarnation }) => node === to && incarnation === received.incarnation)
    if (died) {
      const sentMs = Math.max(died.atMs, received.atMs) - startMs
      return { ...ends, label: 'no answer', sentMs, arrivedMs: null, lost: `${to} died` }
    }
  }
  if (heard?.type === 'heard' && heard.status > 0) {
    // Heard, and whoever said it did not live to write it down.
    const sentMs = heard.atMs - startMs
    return { ...ends, label: labelOf(call), sentMs, arrivedMs: sentMs, lost: null }
  }
  return null
}

function labelOf({ answered, heard }: Call): string {
  const status = answered?.status ?? (heard?.type === 'heard' ? heard.status : 0)
  const said = answered?.reason ?? (heard?.type === 'heard' ? heard.reason : null)
  const told = heard?.type === 'told' ? heard.status : null
  return [String(status), told, said === told || said === null || said === '' ? null : quoted(said)]
    .filter((part) => part !== null)
    .join(' ')
}

/** Null: it was heard while its caller was waiting. */
function whyAnswerLost(call: Call, { deaths }: Scene): string | null {
  const { from, sent, gaveUp, heard, answered } = call
  if (heard?.type === 'left' && heard.atMs <= (answered?.atMs ?? 0)) return 'the buyer had left'
  if (gaveUp && (heard === null || heard.atMs >= gaveUp.atMs)) {
    return `too late: ${laneOf(from)} gave up after ${duration(gaveUp.atMs - (sent?.atMs ?? gaveUp.atMs))}`
  }
  if (heard?.type === 'heard') return heard.status > 0 ? null : 'the connection ended'
  if (heard?.type === 'told') return heard.status === 'no-answer' ? 'the connection ended' : null
  if (heard?.type === 'left') return 'the buyer had left'
  const died = sent && deaths.find(({ node, incarnation }) => node === from && incarnation === sent.incarnation)
  return died ? `${laneOf(from)} had died` : 'nobody wrote that it arrived'
}

function strikeOn({ to, effect, received }: Call, { strikes }: Scene): string | undefined {
  return strikes.find(
    (strike) =>
      ENDS_CONNECTION.has(strike.kind) &&
      strike.node === to &&
      strike.effect === effect &&
      strike.attempt === received?.attempt &&
      strike.atMs >= received.atMs,
  )?.gremlin
}
