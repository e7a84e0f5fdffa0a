import { expect, it } from 'vitest'
import { VARIANTS } from '../../test/support/scenarios.ts'
import type { OutcomeNotes } from '../audit/outcomes.ts'
import { INVARIANTS } from '../core/invariant.ts'
import type { Variant } from '../core/pattern.ts'
import { type Broken, type Finished, nearestClean } from './nearest-clean.ts'

const CONFIRMED = 1
const REFUSED = 3
const NO_ORDER = 6
/** Confirmed, and it broke the first invariant. */
const BROKEN = 1 + (1 << 3)
const NEVER = 0xffff_ffff

function outcomes(end: number, latency = 5): OutcomeNotes {
  return {
    ends: Uint16Array.of(0, end),
    strikes: new Uint16Array(2),
    latencies: Uint32Array.of(NEVER, latency),
  }
}

const finished = (variant: Variant, end: number, latency?: number): Finished => ({
  variant,
  outcomes: outcomes(end, latency),
})
const DOUBLE: Broken = { purchase: 'p-2', invariant: 'charged-at-most-once' }
const nearest = (of: Finished, others: readonly Finished[], invariant = DOUBLE.invariant) =>
  nearestClean({ ...DOUBLE, invariant }, of, [of, ...others])?.other.variant.name
const { naive, retry, keyAsTaught, key } = VARIANTS
const broken = finished(retry, BROKEN)

it('is the one with the smallest change, whatever their order', () => {
  const clean = [finished(key, CONFIRMED), finished(keyAsTaught, CONFIRMED), finished(naive, CONFIRMED)]
  expect(nearest(broken, clean)).toBe('naive')
  expect(nearest(broken, clean.toReversed())).toBe('naive')
})

it('is the first one of the scenario, where two are as near', () => {
  const clean = [finished(key, CONFIRMED), finished(keyAsTaught, CONFIRMED)]
  expect(nearest(broken, clean)).toBe('retry+key')
  expect(nearest(broken, clean.toReversed())).toBe('retry+key-as-taught')
})

it('is none in which this purchase broke something', () => {
  expect(nearest(broken, [finished(naive, BROKEN), finished(key, CONFIRMED)])).toBe('retry+key')
  expect(nearest(broken, [finished(naive, BROKEN)])).toBeUndefined()
})

it('is rather one in which it was confirmed; one in which it broke nothing will do', () => {
  expect(nearest(broken, [finished(naive, REFUSED), finished(key, CONFIRMED)])).toBe('retry+key')
  expect(nearest(broken, [finished(naive, REFUSED)])).toBe('naive')
})

it('is one in which nobody was sold what was not there, and the purchase may have been refused', () => {
  const oversold = 1 << (3 + INVARIANTS.indexOf('never-oversold'))
  const elsewhere: Finished = {
    variant: naive,
    outcomes: { ...outcomes(CONFIRMED), ends: Uint16Array.of(CONFIRMED + oversold, CONFIRMED) },
  }
  const of = finished(retry, CONFIRMED + oversold)
  expect(nearest(of, [elsewhere, finished(key, REFUSED)], 'never-oversold')).toBe('retry+key')
  expect(nearest(of, [elsewhere, finished(key, REFUSED)])).toBe('naive')
  // Where only somebody else was harmed in its place nothing was prevented.
  expect(nearest(of, [elsewhere], 'never-oversold')).toBeUndefined()
})

it('is rather one in which it was answered, where it is no order', () => {
  expect(nearest(broken, [finished(naive, NO_ORDER, NEVER), finished(key, NO_ORDER)])).toBe('retry+key')
})

it('is none in which it never arrived, and no control arm: that has another luck', () => {
  expect(nearest(broken, [finished(naive, 0)])).toBeUndefined()
  expect(nearest(broken, [finished({ ...naive, gremlins: 'none' }, CONFIRMED)])).toBeUndefined()
})

it('is none for a purchase that the traffic never made', () => {
  expect(nearestClean({ ...DOUBLE, purchase: 'a-stranger' }, broken, [finished(key, CONFIRMED)])).toBeUndefined()
})

it('says what the change is', () => {
  expect(nearestClean(DOUBLE, broken, [finished(key, CONFIRMED)])?.change).toContain('the same key with each refresh')
})

it('says so where the purchase came to nothing there', () => {
  const changeTo = (notes: number) => nearestClean(DOUBLE, broken, [finished(key, notes)])?.change
  expect(changeTo(REFUSED)).toBe(`${changeTo(CONFIRMED)}; there it ended as refused`)
  expect(changeTo(NO_ORDER)).toBe(changeTo(CONFIRMED))
})
