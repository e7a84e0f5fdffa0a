/** Which promise of a pattern was missing, from the variant's configuration and from how the wrong came about. */

import type { Variant } from '../../core/pattern.ts'
import type { Claim } from '../../core/story.ts'
import type { Again } from './again.ts'
import type { Call } from './calls.ts'
import { missing } from './claims.ts'
import { edgeOf, type Reading } from './reading.ts'
import { duration, nameOf } from './words.ts'

/** Whether a key travels on the edge of a call, as the variant is set up. */
function keyTravels({ participants, edges }: Variant, call: Call): boolean {
  const edge = edgeOf(call)
  return (
    participants.keys !== 'ignored' &&
    edge !== undefined &&
    edges[edge].some(({ policy }) => policy === 'idempotency-key')
  )
}

/** Where nothing in the configuration explains it, that is what there is to say. */
export function nothingMissing({ variant }: Pick<Reading, 'variant'>, promise: string): Claim {
  return missing(
    `The configuration of ${variant.name} lacks nothing here: ${promise}, and a service did not keep to it`,
  )
}

/** Why a second request had a second effect. */
export function lackOfOnce(reading: Reading, again: Again): Claim {
  const { variant } = reading
  const { buyer, participants } = variant
  switch (again.why) {
    case 'delivered-twice':
      return lackOfKey(reading, again.call, again.call, 'delivery')
    case 'retry':
      return lackOfKey(reading, again.first, again.second, 'request')
    case 'refresh':
      if (buyer.key === 'none')
        return missing(`Buyers send no key in ${variant.name}, so the second click is a second order`)
      if (buyer.key === 'per-attempt')
        return missing(
          `In ${variant.name} each click brings a key of its own, so no key says that the second click is the same purchase`,
        )
      if (participants.keys === 'ignored')
        return missing(`The buyer's key is the same both times, and nobody in ${variant.name} looks at it`)
      if (participants.keys === 'as-taught') return missing(NOT_CLAIMED)
      return nothingMissing(reading, 'one key for the purchase, claimed with the effect')
    case 'recovery':
      if (participants.keys === 'ignored')
        return missing(`No idempotency key travels in ${variant.name}, so what a new life asks for again is done again`)
      return nothingMissing(reading, 'a new life asks under the keys of the one before')
    case 'unknown':
      if (participants.keys === 'ignored')
        return missing(`No idempotency key travels in ${variant.name}: each request is taken for a new one`)
      return nothingMissing(reading, 'the same key has one effect')
  }
}

const NOT_CLAIMED =
  'Keys are looked up here and not claimed: while the first request with a key still works, a second one finds nothing under it and works as well'

function lackOfKey(reading: Reading, first: Call, second: Call, what: string): Claim {
  const { variant } = reading
  const { participants } = variant
  const callee = nameOf(second.to)
  if (!keyTravels(variant, second)) {
    return missing(
      `No idempotency key travels to ${callee} in ${variant.name}, so it takes a second ${what} for a second purchase`,
    )
  }
  if (first.key !== second.key)
    return missing(`The second ${what} came under another key, so ${callee} could not know it for the same`)
  if (participants.keys === 'as-taught') return missing(NOT_CLAIMED)
  return nothingMissing(reading, 'the same key has one effect')
}

/** Ways in which an order can end half done. */
export type HalfWay =
  | 'heuristic'
  | 'abort-after-commit'
  | 'died'
  | 'stuck-forgotten'
  | 'own-retry-refused'
  | 'never-resolved'
  | 'no-undo'
  | 'stand-in'
  | 'several-orders'
  | 'unknown'

export function lackOfWhole(reading: Reading, way: HalfWay): Claim {
  const { variant } = reading
  const { workflow } = variant.workflow
  const { name, participants } = variant
  const undoes = !workflow.startsWith('sequential') || workflow === 'sequential-with-pending'
  switch (way) {
    case 'heuristic':
      return missing(
        `Who has voted must wait for the decision. In ${name} a participant lets go by itself${participants.reservationMs === null ? '' : ` after ${duration(participants.reservationMs)}`} (a heuristic decision), and may end differently from everybody else`,
      )
    case 'abort-after-commit':
      return missing(
        `The decision to commit is written down nowhere in ${name}: when one commit fails it aborts everybody, and who has committed cannot be aborted any more`,
      )
    case 'died':
      return missing(logText(workflow, name))
    case 'stuck-forgotten':
      return missing(
        `In ${name} a compensation that fails is written to a log and forgotten: it is neither tried again nor raised to anybody`,
      )
    case 'own-retry-refused':
      return missing(
        `No idempotency key travels in ${name}: the second try was judged as a second purchase, and refused because of what the first had taken`,
      )
    case 'never-resolved':
      if (workflow === 'saga-as-taught')
        return missing(
          `In ${name} a compensation is registered only after its step has answered: where the answer is lost, or the order service dies first, nothing undoes the step`,
        )
      if (!undoes)
        return missing(
          `A step without an answer is taken for one that did not happen in ${name}: it is neither resolved nor undone`,
        )
      return nothingMissing(reading, 'a step with an unknown outcome is undone')
    case 'no-undo':
      if (!undoes)
        return missing(`The variant ${name} has no undo: what an earlier step did stays done when a later one fails`)
      return nothingMissing(reading, 'what was done is undone when a later step fails')
    case 'stand-in':
      return missing(
        `A fallback stood in for an answer in ${name}, and its workflow (${workflow}) took that for a success`,
      )
    case 'several-orders':
      return missing(
        variant.buyer.key === 'per-purchase'
          ? `The buyer asked under one key, and ${name} made several orders of it`
          : `In ${name} no key says that two requests of a buyer are the same purchase, so each ends in its own way`,
      )
    case 'unknown':
      return nothingMissing(reading, 'confirmed means charged and deducted, anything else means neither')
  }
}

/** What a restart of the order service remembers. */
export function logText(workflow: string, name: string): string {
  if (workflow === 'sequential')
    return `The variant ${name} keeps no log of an order's steps, so a restart forgets what it was doing`
  if (workflow === '2pc-as-taught')
    return `The variant ${name} keeps no decision log: what was decided was only in memory, and nobody takes the order up after a restart`
  return `The configuration of ${name} lacks nothing here: its log survives a restart, and the order was not carried to its end all the same`
}
