/** Orders without an end, and what is locked without one. */

import type { Claim } from '../../core/story.ts'
import { beginOf } from './calls.ts'
import { causesOf } from './cause.ts'
import { because, believed, missing, ofLine, ofLines, ofRow, therefore } from './claims.ts'
import { orderEnds, tellEnds, tellOpen } from './ends.ts'
import { factsOf, UNSTRUCK } from './fact-claims.ts'
import { whatWasHeard } from './heard.ts'
import { logText, nothingMissing } from './lacks.ts'
import { originOf, type Reading } from './reading.ts'
import { effectName, NameOf, nameOf } from './words.ts'
/** Accepted, and never ended. */
export function tellLostOrder(reading: Reading): Claim[] {
  const { violation, variant, deaths, calls } = reading
  const blamed = new Set(violation.rows.map(({ entry }) => entry.account))
  const ends = orderEnds(reading).filter(({ id }) => blamed.has(id))
  const told =
    ends.length > 0
      ? ends.flatMap((end) => (end.end ? tellEnds(reading, [end]) : tellOpen(reading, end)))
      : tellEnds(reading, [])
  const died = deaths.some(({ node }) => node === 'order')
  const waiting = calls.some((call) => call.from === 'order' && !call.heard && !call.gaveUp)
  const lack = died
    ? missing(logText(variant.workflow.workflow, variant.name))
    : waiting &&
        !Object.values(variant.edges)
          .flat()
          .some(({ policy }) => policy === 'timeout')
      ? missing(`Nobody in ${variant.name} has a timeout: who waits for an answer that never comes waits for ever`)
      : nothingMissing(reading, 'every accepted order comes to an end')
  const where = violation.rows.map(({ service, entry }) => ofRow(service, entry))
  const causes = causesOf(reading, { untilMs: Number.POSITIVE_INFINITY, where, unstruck: UNSTRUCK })
  return [...told, ...factsOf(reading), therefore(violation.sentence), ...causes, lack]
}

/** Something is held for ever. */
export function tellLocked(reading: Reading): Claim[] {
  const { violation, calls, variant, at, deaths } = reading
  const [row] = violation.rows
  const claims: Claim[] = []
  const vote = row && originOf(reading, row.service, row.entry)
  const voted = vote?.commits[0] ?? vote?.received
  if (row && voted)
    claims.push(
      believed(
        `${NameOf(row.service)} voted yes ${at(voted.atMs)}, and holds until it is told the decision`,
        ofLine(voted),
      ),
    )
  const told = row
    ? calls.filter(
        ({ to, effect, operation }) =>
          to === row.service && effect === row.entry.effect && (operation === 'commit' || operation === 'abort'),
      )
    : []
  const last = told.at(-1)
  const heard = last && whatWasHeard(last)
  if (last && heard)
    claims.push(
      because(
        `It was told last ${at(beginOf(last))} (${last.operation}), and ${nameOf(last.from)} heard ${heard.text}`,
        ...ofLines(last.sent),
        ...heard.cites,
      ),
    )
  else if (row && !last)
    claims.push(
      because(
        `No journal tells that anybody told ${nameOf(row.service)} to commit or to abort ${effectName(row.entry.effect)}`,
        ofRow(row.service, row.entry),
      ),
    )
  const died = deaths.some(({ node }) => node === 'order')
  const lack =
    died && variant.workflow.workflow === '2pc-as-taught'
      ? missing(logText('2pc-as-taught', variant.name))
      : nothingMissing(reading, 'who holds is told the decision in the end')
  const where = violation.rows.map(({ service, entry }) => ofRow(service, entry))
  const causes = causesOf(reading, { untilMs: Number.POSITIVE_INFINITY, where, unstruck: UNSTRUCK })
  return [...claims, ...factsOf(reading), therefore(violation.sentence), ...causes, lack]
}
