/**
 * A search that finds nothing proves nothing: builds with a mistake planted in a hardened variant, each of which the virtual world
 * must find, by the invariant that the mistake breaks. The same search of the build as it is finds nothing.
 */

import { describe, expect, it } from 'vitest'
import type { InvariantName } from '../src/core/invariant.ts'
import { FLAWS } from './planted/flaws.ts'
import { groundOf } from './support/grounds.ts'
import { hunt } from './support/hunt.ts'

/** So many seeds at most, after every single fault of a few orders. */
const SEARCH = { firstSeed: 1, seeds: 32 }

const DYING = 'coordinator-crash'
const FALLBACKS = 'bulkhead+breaker+fallback'

/** What is planted, in which hardened variant, where it is looked for, and the invariant that it must break. */
const TABLE: readonly (readonly [flaw: string, variant: string, ground: string, InvariantName])[] = [
  ['key-after-the-work', 'retry+key', 'schrodingers-warehouse', 'deducted-at-most-once'],
  ['key-not-checked', 'retry+key', 'double-deduction', 'deducted-at-most-once'],
  ['new-key-each-try', 'retry+key', 'double-deduction', 'deducted-at-most-once'],
  ['resumed-under-a-new-key', 'retry+key', 'schrodingers-warehouse', 'charged-at-most-once'],
  ['answers-first', 'retry+key', 'schrodingers-warehouse', 'all-or-nothing'],
  ['history-apart', 'retry+key', 'schrodingers-warehouse', 'history-complete'],
  ['marked-before-it-is-sent', 'breaker+fallback', 'payment-gateway', 'history-complete'],
  ['notices-apart', 'degradation', 'vanishing-response, and the order service dies', 'notified-exactly-once'],
  ['takes-a-stand-in', 'degradation', 'vanishing-response', 'all-or-nothing'],
  ['pending-under-a-new-key', 'degradation', 'vanishing-response', 'deducted-at-most-once'],
  ['tries-left-behind', 'degradation', 'vanishing-response, and the coordinator dies', 'no-order-lost'],
  ['open-breaker-says-yes', FALLBACKS, 'prime-day', 'all-or-nothing'],
  ['recovery-forgets', '2pc', DYING, 'no-order-lost'],
  ['decided-late', '2pc', DYING, 'all-or-nothing'],
  ['locks-nothing', '2pc', 'last-console', 'never-oversold'],
  ['blind-vote', '2pc', 'last-console', 'never-oversold'],
  ['keeps-the-lock', '2pc', 'refused-halfway', 'nothing-left-locked'],
  ['lets-go-of-the-money', '2pc', 'refused-halfway', 'all-or-nothing'],
  ['captures-twice', '2pc', 'refused-halfway', 'charged-at-most-once'],
  ['commits-again', '2pc', 'double-deduction', 'deducted-at-most-once'],
  ['never-asks', '2pc', 'compensation-fails', 'nothing-left-locked'],
  ['presumes-too-soon', '2pc', 'slow-coordinator', 'all-or-nothing'],
  ['takes-silence-for-yes', '2pc', 'slow-coordinator', 'all-or-nothing'],
  ['votes-in-memory', '2pc', 'slow-coordinator, and inventory dies', 'all-or-nothing'],
  ['registered-late', 'saga', DYING, 'all-or-nothing'],
  ['charge-not-awaited', 'saga', 'refused-halfway', 'all-or-nothing'],
  ['pivot-taken-for-done', 'saga', 'refused-halfway, and the coordinator dies', 'all-or-nothing'],
  ['undo-asked-once', 'saga', 'compensation-fails', 'all-or-nothing'],
  ['calls-it-cancelled', 'saga', 'compensation-fails', 'buyer-told-the-truth'],
  ['no-tombstone', 'saga', 'vanishing-response, and a short deadline', 'all-or-nothing'],
  ['turned-in-memory', 'saga', 'partition, and the coordinator dies', 'all-or-nothing'],
]

const PLACES = [...new Set(TABLE.map(([, variant, ground]) => `${variant} in ${ground}`))].map(
  (place) => place.split(' in ') as [variant: string, ground: string],
)

it('plants every flaw once', () => {
  expect(TABLE.map(([flaw]) => flaw).sort()).toEqual(Object.keys(FLAWS).sort())
})

describe.each(TABLE)('%s', (name, variant, ground, invariant) => {
  it(`is caught by ${invariant} in ${variant}, ${ground}: ${FLAWS[name]?.about}`, async () => {
    const flaw = FLAWS[name]!
    const { violated } = await hunt({ scenario: groundOf(ground), variant, flaw, invariant, ...SEARCH })
    expect(violated).toContain(invariant)
  })
})

describe('the build as it is', () => {
  it.each(PLACES)('%s survives the same search of %s, every invariant', async (variant, ground) => {
    const { violated, trials } = await hunt({ scenario: groundOf(ground), variant, ...SEARCH })
    expect(violated).toEqual([])
    expect(trials).toBeGreaterThanOrEqual(SEARCH.seeds)
  })
})
