import { expect, it } from 'vitest'
import { countSends } from './count-sends.ts'

it('counts each thing by itself, and forgets the oldest beyond its limit', () => {
  const count = countSends(4)
  expect(['a', 'a', 'b', 'a', 'c', 'a', 'b'].map(count)).toEqual([1, 2, 1, 3, 1, 4, 2])
  // Two more that are new: the older half, with b and c as they were, is gone.
  expect(['d', 'e', 'f', 'g', 'c'].map(count)).toEqual([1, 1, 1, 1, 1])
})
