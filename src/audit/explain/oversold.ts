/** Sold what was not there; records that do not agree. */

import type { Claim } from '../../core/story.ts'
import { causesOf } from './cause.ts'
import { because, believed, missing, ofLine, ofLines, ofRow, ofTold, therefore } from './claims.ts'
import { factsOf, UNSTRUCK } from './fact-claims.ts'
import { nothingMissing } from './lacks.ts'
import { originOf, type Reading } from './reading.ts'
import { duration, quoted } from './words.ts'
/** Sold what was not there: what was known of the stock when it was taken. */
export function tellOversold(reading: Reading): Claim[] {
  const { violation, variant, calls, at } = reading
  const [wrong] = violation.rows
  const call = wrong && originOf(reading, wrong.service, wrong.entry)
  const untilMs = wrong?.entry.atMs ?? Number.POSITIVE_INFINITY
  const asked = calls.findLast(
    ({ operation, effect, heard }) =>
      operation === 'query' &&
      effect === 'stock' &&
      heard?.type === 'heard' &&
      heard.status === 200 &&
      heard.atMs <= untilMs,
  )
  const vote = calls.findLast(
    ({ operation, effect, commits }) => operation === 'prepare' && effect === 'deduct' && commits.length > 0,
  )
  const claims: Claim[] = []
  if (wrong && asked?.heard && asked.sent && !vote) {
    const sent = call?.sent ? `, and asked for the deduction ${at(call.sent.atMs)}` : ''
    claims.push(
      believed(
        `The order service asked for the stock ${at(asked.sent.atMs)}, heard ${at(asked.heard.atMs)} that there was enough${sent}`,
        ...ofLines(asked.sent, asked.heard, call?.sent),
      ),
    )
    const told = asked.answered ?? asked.heard
    claims.push(
      because(
        `Inventory had said so ${at(told.atMs)} and deducted ${at(wrong.entry.atMs)}: in the ${duration(wrong.entry.atMs - told.atMs)} between, others took what was left`,
        ofLine(told),
        ofRow(wrong.service, wrong.entry),
      ),
    )
  }
  const voted = vote?.commits[0]
  if (wrong && voted) {
    claims.push(
      believed(`Inventory voted yes ${at(voted.atMs)}: it took the stock to be enough for this order`, ofLine(voted)),
    )
    claims.push(
      because(
        `It committed ${at(wrong.entry.atMs)}; others who had voted in the meantime took the same units`,
        ofRow(wrong.service, wrong.entry),
      ),
    )
  }
  const lack =
    variant.participants.holds === 'ignored' && voted
      ? missing(
          `A vote in ${variant.name} does not count what others hold: two prepared orders can take the same last unit`,
        )
      : asked
        ? missing(
            `The variant ${variant.name} asks for the stock and then deducts blindly: nothing makes the deduction depend on what is there at that moment`,
          )
        : nothingMissing(reading, 'a deduction is conditional, and cannot take what is not there')
  const where = violation.rows.map(({ service, entry }) => ofRow(service, entry))
  const causes = causesOf(reading, {
    untilMs,
    where,
    unstruck: 'No gremlin struck this purchase before that: two buyers who want the last unit at once are enough',
  })
  return [...claims, ...factsOf(reading), therefore(violation.sentence), ...causes, lack]
}

/** Counts and records that do not agree: a service broke its contract, and the rows and answers are all there is. */
export function tellUnconserved(reading: Reading): Claim[] {
  const { violation, facts, at } = reading
  const told = facts.told.map((one) =>
    believed(
      `The buyer was told '${quoted(one.status)}'${one.orderId === null ? '' : ` about ${quoted(one.orderId)}`} ${at(one.atMs)}`,
      ofTold(one),
    ),
  )
  const where = violation.rows.slice(0, 1).map(({ service, entry }) => ofRow(service, entry))
  const causes = causesOf(reading, { untilMs: Number.POSITIVE_INFINITY, where, unstruck: UNSTRUCK })
  return [
    ...told.slice(0, 4),
    ...factsOf(reading),
    therefore(violation.sentence),
    ...causes,
    nothingMissing(reading, 'requests, records and answers agree'),
  ]
}
