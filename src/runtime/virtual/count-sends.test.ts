import { expect, it } from 'vitest'
import { countSends } from './count-sends.ts'

it('counts each thing by itself, and forgets the oldest beyond its limit', () => {
  const count = countSends(2)
  expect([count('a'), count('a'), count('b'), count('a'), count('c'), count('a'), count('c')]).toEqual([
    1, 2, 1, 3, 1, 1, 2,
  ])
})
