/** What set a violation off: the strikes on the purchase's path before the wrong effect. */

import type { JournalLine } from '../../core/event.ts'
import type { Strike } from '../../core/invariant.ts'
import type { Point } from '../../core/point.ts'
import type { Cite, Claim } from '../../core/story.ts'
import { count } from '../format.ts'
import type { Call } from './calls.ts'
import { cause, ofLine, ofStrike } from './claims.ts'
import type { Reading } from './reading.ts'
import { duration, effectName, NameOf, nameOf, ordinal, quoted } from './words.ts'

/** Strikes beyond these are counted. */
const MOST_TOLD = 4

/** Gremlins that strike for a while, whatever is called: their strikes are about no purchase. */
const WINDOWS: ReadonlySet<string> = new Set(['outage', 'partition'])

/** A service that is due again may take so much longer to listen. */
const RESTART_MS = 2_000

/** From a moment until another, both included. */
export interface Span {
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * @param untilMs when the wrong effect happened: what struck later did not set it off
 * @param decisive where it is known when the wrong was set off; what struck outside is told only where nothing struck inside
 * @param where where the wrong is written, for a story without a strike
 * @param unstruck what a story without a strike says
 */
export function causesOf(
  reading: Reading,
  {
    untilMs,
    decisive,
    where,
    unstruck,
  }: {
    readonly untilMs: number
    readonly decisive?: Span | undefined
    readonly where: readonly Cite[]
    readonly unstruck: string
  },
): Claim[] {
  const inside = decisive ? causesWithin(reading, decisive, true) : []
  const all = inside.length > 0 ? inside : causesWithin(reading, { fromMs: Number.NEGATIVE_INFINITY, untilMs }, false)
  if (all.length > 0 || where.length === 0) return all
  return [cause(isExplained(reading, untilMs) ? unstruck : NOT_ON_RECORD, ...where)]
}

/** @param sure leaves out that somebody could not be reached where nothing says why */
function causesWithin(reading: Reading, span: Span, sure: boolean): Claim[] {
  const before = reading.strikes.filter(({ atMs }) => isWithin(atMs, span))
  const told = before.slice(0, MOST_TOLD).map((strike) => cause(strikeText(reading, strike), ofStrike(strike)))
  const more = before.slice(MOST_TOLD)
  const rest =
    more.length > 0 ? [cause(`${count(more.length, 'more strike')} came before that`, ...more.map(ofStrike))] : []
  return [...told, ...rest, ...unreachableFor(reading, span, sure || told.length > 0)]
}

function isWithin(atMs: number, { fromMs, untilMs }: Span): boolean {
  return atMs >= fromMs && atMs <= untilMs
}

const NOT_ON_RECORD = "No strike on this purchase's path is on record before that"

/** Whether all went well on the way as far as the journals say, so that no gremlin can have had a hand in it. */
function isExplained({ lines, deaths }: Reading, untilMs: number): boolean {
  if (lines.length === 0 || deaths.some(({ strike }) => strike === null)) return false
  return !lines.some((line) => {
    if (line.atMs > untilMs) return false
    if (line.type === 'heard') return !line.definite || line.reason?.startsWith('connection-refused') === true
    return (line.type === 'policy' && line.what === 'timeout') || (line.type === 'told' && line.status === 'no-answer')
  })
}

function strikeText({ at, facts, lines }: Reading, strike: Strike): string {
  const { gremlin, node, atMs, purchase, effect, takes } = strike
  const about = effectName(effect)
  const name = `${at(atMs)} ${quoted(gremlin)} struck ${nameOf(node)}`
  if (purchase !== facts.id) {
    const taken = takes.filter((call) => call.purchase === facts.id).map((call) => effectName(call.effect))
    const along = taken.length > 0 ? `, and took ${[...new Set(taken)].join(' and ')} of ${facts.id} along` : ''
    // One that goes by the clock is about nobody, and took whoever was there.
    return purchase === '' ? `${name}: it killed ${nameOf(node)}${along}` : `${name} over ${quoted(purchase)}${along}`
  }
  const moment = momentOf(lines, strike)
  return `${name}: it ${moment === undefined ? whatItDid(strike, about) : atMoment(strike, about, moment)}`
}

/** The named moment, which only the journal's own line has. */
function momentOf(lines: readonly JournalLine[], { gremlin, node, atMs }: Strike): Point | undefined {
  const line = lines.find(
    (each) => each.type === 'strike' && each.gremlin === gremlin && each.node === node && each.atMs === atMs,
  )
  return line?.type === 'strike' ? line.at : undefined
}

const MOMENTS: Readonly<Record<Point, string>> = {
  'before-work': 'before any work',
  'after-commit': 'after the commit',
  'after-vote': 'after it had heard a vote',
  'before-decision': 'when all had answered and nothing of the outcome was durable',
  'after-decision': 'when the decision was durable and nobody had heard of it',
  'between-commits': 'between two commits',
  'between-steps': 'between two steps',
  'while-compensating': 'while it compensated',
  'while-recovering': 'while it recovered',
}

function atMoment({ kind, node }: Strike, about: string, moment: Point): string {
  const when = Object.hasOwn(MOMENTS, moment) ? MOMENTS[moment] : quoted(moment)
  if (kind === 'crash') return `killed ${nameOf(node)} ${when}`
  if (kind === 'pause') return `held the work up ${when}`
  return `was '${quoted(kind)}', ${when}, at ${about}`
}

function whatItDid({ kind, node, attempt }: Strike, about: string): string {
  const nth = attempt > 1 ? `, the ${ordinal(attempt)} time it arrived` : ''
  switch (kind) {
    case 'crash-after-commit':
      return `killed ${nameOf(node)} after the commit of ${about} and before the answer`
    case 'crash-before-work':
      return `killed ${nameOf(node)} before it did anything about ${about}`
    case 'crash':
      return `killed ${nameOf(node)} in the middle of ${about}`
    case 'dropped-answer':
      return `took away the answer about ${about}${nth}`
    case 'dropped-request':
      return `took away the request about ${about}${nth}`
    case 'error-answer':
      return `had ${about} answered with an error${nth}`
    case 'duplicate-delivery':
      return `delivered the request about ${about} twice at once${nth}`
    case 'latency':
      return `held the request about ${about} back${nth}`
    case 'pause':
      return `held the work on ${about} up`
    default:
      return `was '${quoted(kind)}', at ${about}${nth}`
  }
}

/**
 * Nobody could be reached, and no strike of this purchase says why: it was made unreachable before, or for a while.
 * @param explained strikes of this purchase are told already, or nothing is to be said without one
 */
function unreachableFor(reading: Reading, span: Span, explained: boolean): Claim[] {
  const { scenario, lines, calls, deaths, others = [], at } = reading
  const unheard = lines.find((line) => isWithin(line.atMs, span) && unreachableAt(line, calls) !== undefined)
  const node = unheard && unreachableAt(unheard, calls)
  if (!unheard || node === undefined) return []
  if (deaths.some((death) => death.strike && death.node === node && death.atMs <= unheard.atMs)) return []
  const ends = [node, unheard.node]
  const reset = unheard.type === 'heard' && unheard.reason?.startsWith('reset')
  const seen = `${NameOf(unheard.node)} ${reset ? 'lost the connection to' : 'could not reach'} ${nameOf(node)} ${at(unheard.atMs)}`
  const strike = others.findLast(
    ({ kind, fatal, atMs, node: struck }) =>
      atMs <= unheard.atMs &&
      ((fatal && struck === node && unheard.atMs - atMs <= scenario.restartAfterMs + RESTART_MS) ||
        (WINDOWS.has(kind) && ends.includes(struck))),
  )
  if (strike) {
    const did = strike.fatal ? 'had killed it before' : `had cut ${nameOf(strike.node)} off`
    return [cause(`${seen}: ${quoted(strike.gremlin)} ${did}`, ofStrike(strike), ofLine(unheard))]
  }
  const setting = scenario.gremlins.find(({ gremlin, on }) => WINDOWS.has(gremlin) && ends.includes(on))
  if (setting) {
    const until = setting.toMs === null ? '' : ` to ${duration(setting.toMs)}`
    const when = `from ${duration(setting.fromMs)}${until} after the traffic's start`
    const text = `${seen}. The scenario lets ${quoted(setting.name)} cut ${nameOf(setting.on)} off ${when}; such a strike is about no purchase`
    return [cause(text, ofLine(unheard))]
  }
  return explained ? [] : [cause(`${seen}; this purchase's journal does not say why`, ofLine(unheard))]
}

/** The service that could not be reached. An outage that begins ends the connections that are open: then nothing arrived. */
function unreachableAt(line: JournalLine, calls: readonly Call[]): string | undefined {
  if (line.type === 'heard') {
    if (line.reason?.startsWith('connection-refused')) return line.from
    const call = line.reason?.startsWith('reset') ? calls.find(({ heard }) => heard === line) : undefined
    return call && !call.received ? line.from : undefined
  }
  if (line.type !== 'policy' || line.detail !== 'connection-refused') return undefined
  return line.edge.slice(line.edge.indexOf('→') + 1)
}
