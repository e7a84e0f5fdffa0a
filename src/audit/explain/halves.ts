/** Half done, or told otherwise than it is: how the orders ended, what the ledgers hold, and why the two differ. */

import type { LedgerEntry } from '../../core/ledger.ts'
import type { Cite, Claim } from '../../core/story.ts'
import type { ServiceName } from '../../core/topology.ts'
import { chargeRows, deductionRows, effectsOf } from '../effects.ts'
import { kindOf, lastWord } from '../other-kinds.ts'
import { causesOf } from './cause.ts'
import { because, believed, fact, ofLine, ofLines, ofRow, ofRows, ofTold, therefore } from './claims.ts'
import { type OrderEnd, orderEnds, tellEnds } from './ends.ts'
import { whatHadHappened, whatWasHeard } from './heard.ts'
import { type HalfWay, lackOfWhole } from './lacks.ts'
import { originOf, type Reading } from './reading.ts'
import { ledgerText, rowsText } from './rows.ts'
import { saidOf, undoTold } from './undone.ts'
import { effectName, NameOf, nameOf, numeral, quoted, workName } from './words.ts'

/** Rows whose origin is told. */
const MOST_ORIGINS = 3

export function tellHalves(reading: Reading): Claim[] {
  const { violation, facts } = reading
  const ends = orderEnds(reading)
  const sides = sidesOf(reading)
  const toldClaims = violation.invariant === 'buyer-told-the-truth' ? tellBuyer(reading) : []
  const untilMs = wrongBy(reading, ends)
  const where: Cite[] = facts.rows.order.slice(-1).map((row) => ofRow('order', row))
  return [
    ...(kindOf(facts) === 'order' ? tellEnds(reading, ends) : []),
    ...toldClaims,
    ...ledgerFacts(reading, sides),
    ...whyLeft(reading, sides),
    ...whyLacking(reading),
    therefore(violation.sentence),
    ...causesOf(reading, {
      untilMs,
      where: where.length > 0 ? where : facts.told.slice(-1).map(ofTold),
      unstruck: 'No gremlin struck this purchase before that: none was needed',
    }),
    ...waysOf(reading, ends, sides).map((way) => lackOfWhole(reading, way)),
  ]
}

interface Side {
  readonly service: ServiceName
  readonly rows: readonly LedgerEntry[]
  /** Effects that no reversal took back. */
  readonly open: readonly LedgerEntry[]
}

function sidesOf({ facts }: Reading): Side[] {
  const sides: readonly (readonly [ServiceName, readonly LedgerEntry[]])[] = [
    ['inventory', deductionRows(facts)],
    ['bank', chargeRows(facts)],
  ]
  return sides.map(([service, rows]) => ({ service, rows, open: openRows(rows) }))
}

function openRows(rows: readonly LedgerEntry[]): LedgerEntry[] {
  const open: LedgerEntry[] = []
  for (const row of rows) {
    if (row.kind !== 'reversal') open.push(row)
    else {
      const undone = open.findIndex(({ key }) => key === row.key)
      open.splice(Math.max(0, undone), 1)
    }
  }
  return open
}

/** What both ledgers say. Where one has no effect: what it held meanwhile, or the row of the order that it should go with. */
function ledgerFacts(reading: Reading, sides: readonly Side[]): Claim[] {
  const { facts } = reading
  const last = facts.rows.order.at(-1)
  const beside = last ? `; the order service's has ${quoted(last.account)} as ${last.kind} (entry ${last.seq})` : ''
  const cites = last ? [ofRow('order', last)] : saidToBuyer(reading)
  return sides.map(({ service, rows }) => {
    if (rows.length > 0) return fact(ledgerText(reading, service, rows), ...ofRows(service, rows))
    const what = service === 'bank' ? 'charge' : 'deduction'
    const held = facts.rows[service].filter(({ kind }) => kind === 'hold' || kind === 'release')
    const none = `${NameOf(service)}'s ledger has no ${what} for it`
    if (held.length > 0) return fact(`${none}; it has ${rowsText(reading, held)}`, ...ofRows(service, held))
    return fact(`${none}${beside}`, ...cites)
  })
}

function saidToBuyer({ facts, lines }: Reading): Cite[] {
  const told = facts.told.at(-1)
  if (told) return [ofTold(told)]
  return lines.slice(0, 1).map(ofLine)
}

function tellBuyer({ facts, at }: Reading): Claim[] {
  const said = facts.told.find(({ status }) => status === 'confirmed') ?? lastWord(facts)
  if (!said) return []
  const reason = said.reason === null ? '' : ` (${quoted(said.reason)})`
  const means =
    said.status === 'confirmed' || said.status === 'answered'
      ? 'takes it to be done'
      : 'takes it to have come to nothing'
  return [believed(`The buyer was told '${quoted(said.status)}'${reason} ${at(said.atMs)}, and ${means}`, ofTold(said))]
}

/** Why something is there that should not be: who asked for it, what became of the answer, and of taking it back. */
function whyLeft(reading: Reading, sides: readonly Side[]): Claim[] {
  if (reading.facts.class === 'confirmed') return []
  const claims: Claim[] = []
  for (const { service, open } of sides) {
    for (const row of open.slice(0, MOST_ORIGINS)) claims.push(...tellOrigin(reading, service, row))
    const [first] = open
    if (!first || kindOf(reading.facts) !== 'order') continue
    const { claim } = undoTold(reading, first.effect)
    const nobody = because(
      `No journal tells that anybody asked to take ${effectName(first.effect)} back`,
      ofRow(service, first),
    )
    claims.push(claim ?? nobody)
  }
  return claims
}

function tellOrigin(reading: Reading, service: ServiceName, row: LedgerEntry): Claim[] {
  const call = originOf(reading, service, row)
  if (!call)
    return [because(`No journal says which request made entry ${row.seq} of ${nameOf(service)}`, ofRow(service, row))]
  const lost = whatHadHappened(reading, call)
  if (lost.length > 0) return lost
  if (call.heard?.type !== 'heard') return []
  const text = `${NameOf(service)} had done ${workName(call)} ${reading.at(row.atMs)}, and ${nameOf(call.from)} had heard ${call.heard.status} about it`
  return [because(text, ofLine(call.heard), ofRow(service, row))]
}

/** Why something is not there that should be. */
function whyLacking(reading: Reading): Claim[] {
  const { lines, calls, at, facts } = reading
  const claims: Claim[] = []
  for (const line of lines) {
    if (line.type !== 'workflow' || line.what !== 'heuristic') continue
    const text = `${NameOf(line.node)} let ${effectName(line.effect)} go by itself ${at(line.atMs)}, without its coordinator's decision`
    claims.push(because(text, ofLine(line)))
  }
  if (facts.class !== 'confirmed') return claims.slice(0, MOST_ORIGINS)
  for (const to of ['inventory', 'payment']) {
    const asked = calls.filter((call) => call.from === 'order' && call.to === to && call.operation === 'commit')
    const [first] = asked
    const last = asked.at(-1)
    const heard = last && whatWasHeard(last)
    if (!first?.sent || !last || !heard) continue
    const times =
      asked.length === 1 ? 'once, and heard' : `${numeral(asked.length)} times from there on, and in the end heard`
    const text = `${NameOf('order')} asked ${nameOf(to)} for ${workName(last)} ${at(first.sent.atMs)}, ${times} ${heard.text}`
    claims.unshift(because(text, ...ofLines(first.sent, last.sent), ...heard.cites))
  }
  return claims
}

/** When it was wrong for good: the last end of an order, or the last word to the buyer. */
function wrongBy({ facts, lines }: Reading, ends: readonly OrderEnd[]): number {
  const times = ends.map(({ end }) => end?.atMs ?? Number.POSITIVE_INFINITY)
  const alone = lines.filter((line) => line.type === 'workflow' && line.what === 'heuristic').map(({ atMs }) => atMs)
  const told = kindOf(facts) === 'order' ? [] : facts.told.map(({ atMs }) => atMs)
  const all = [...times, ...alone, ...told]
  return all.length > 0
    ? all.reduce((most, atMs) => Math.max(most, atMs), Number.NEGATIVE_INFINITY)
    : Number.POSITIVE_INFINITY
}

/** A heuristic decision may come on top of what left it without one. */
function waysOf(reading: Reading, ends: readonly OrderEnd[], sides: readonly Side[]): readonly HalfWay[] {
  const way = wayOf(reading, ends, sides)
  const alone = reading.lines.some((line) => line.type === 'workflow' && line.what === 'heuristic')
  if (!alone) return [way]
  return way === 'died' || way === 'abort-after-commit' ? [way, 'heuristic'] : ['heuristic']
}

function wayOf(reading: Reading, ends: readonly OrderEnd[], sides: readonly Side[]): HalfWay {
  const { lines, calls, facts, variant, scenario } = reading
  const steps = new Set(lines.flatMap((line) => (line.type === 'workflow' ? [line.what] : [])))
  if (steps.has('forgotten')) return 'stuck-forgotten'
  const refusedAbort = calls.some((call) => call.operation === 'abort' && saidOf(call, 'refused'))
  const failedCommit = calls.some((call) => call.operation === 'commit' && whatWasHeard(call) !== undefined)
  if (variant.workflow.workflow === '2pc-as-taught' && (refusedAbort || failedCommit)) return 'abort-after-commit'
  if (
    lines.some((line) => line.type === 'policy' && line.what === 'fallback' && line.detail === 'pending') &&
    facts.class === 'confirmed'
  )
    return 'stand-in'
  const leftOpen = ends.filter(({ end }) => end === undefined)
  if (leftOpen.length > 0 && reading.deaths.some(({ node }) => node === 'order')) return 'died'
  const { failed } = ends.findLast(({ end }) => end?.state !== 'confirmed') ?? {}
  if (failed && failed.attempt > 1 && saidOf(failed, 'refused') && failed.key === null) return 'own-retry-refused'
  const unasked = sides.some(({ open: [row] }) => row !== undefined && undoTold(reading, row.effect).asked.length === 0)
  if (variant.workflow.workflow === 'saga-as-taught' && unasked && facts.class !== 'confirmed') return 'never-resolved'
  const effects = effectsOf(facts, scenario)
  if (ends.length > 1 && (facts.class === 'confirmed' || (effects.moneyMoved && effects.unitsMoved)))
    return 'several-orders'
  const own = sides.some(({ open }) => open.some(({ effect }) => effect === failed?.effect))
  if (failed && whatWasHeard(failed)?.perhaps && own) return 'never-resolved'
  if (sides.some(({ open }) => open.length > 0) && facts.class !== 'confirmed') return 'no-undo'
  return 'unknown'
}
