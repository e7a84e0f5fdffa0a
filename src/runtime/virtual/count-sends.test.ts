import { expect, it } from 'vitest'
import { countSends } from './count-sends.ts'

it('counts each thing by itself', () => {
  const count = countSends()
  const sends = [
    ['order', 'p-1'],
    ['order', 'p-1'],
    ['charge', 'p-1'],
    ['order', 'p-2'],
    ['order', 'p-1'],
  ] as const
  expect(sends.map(([kind, purchase]) => count(kind, purchase))).toEqual([1, 2, 1, 1, 3])
})

it('forgets the oldest beyond its limit', () => {
  const counter = countSends(4)
  const count = (purchase: string) => counter('order', purchase)
  expect(['a', 'a', 'b', 'a', 'c', 'a', 'b'].map(count)).toEqual([1, 2, 1, 3, 1, 4, 2])
  // Two more that are new: the older half, with b and c as they were, is gone.
  expect(['d', 'e', 'f', 'g', 'c'].map(count)).toEqual([1, 1, 1, 1, 1])
})
