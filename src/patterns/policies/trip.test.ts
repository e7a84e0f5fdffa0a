import { expect, it } from 'vitest'
import { tripOnConsecutiveFailures } from './trip.ts'

it('trips when the threshold is reached, not after it', () => {
  const trip = tripOnConsecutiveFailures(3)
  expect([true, true, true].map(trip)).toEqual([false, false, true])
})

it('begins again at a success', () => {
  const trip = tripOnConsecutiveFailures(2)
  expect([true, false, true, false, true, true].map(trip)).toEqual([false, false, false, false, false, true])
})
