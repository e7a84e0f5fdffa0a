import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutToFit, fitLines } from './poster-text.ts'

/** Every sign is one wide, as in a terminal. */
const measure = (text: string) => Array.from(text).length

test('what fits stays as it is; what does not is cut, and says so', () => {
  expect(cutToFit('warehouse', 9, measure)).toBe('warehouse')
  expect(cutToFit('warehouse', 6, measure)).toBe('wareh…')
  expect(cutToFit('ware house', 6, measure)).toBe('ware…')
})

test('a letter of several signs is not cut in two', () => {
  const family = '👨‍👩‍👧'
  expect(cutToFit(`a${family}b`, 6, measure)).toBe('a…')
})

test('lines break at spaces, never within an amount', () => {
  expect(fitLines('off (2.7\u00a0s); on', 8, 3, measure)).toEqual(['off', '(2.7\u00a0s);', 'on'])
  expect(fitLines('retry cost $11,500.00 in all', 12, 3, measure)).toEqual(['retry cost', '$11,500.00', 'in all'])
  expect(fitLines('retry cost $11,500.00 in all', 12, 2, measure)).toEqual(['retry cost', '$11,500.00…'])
})

test('a script without spaces breaks wherever it must', () => {
  expect(fitLines('倉庫は発送した', 4, 2, measure)).toEqual(['倉庫は発', '送した'])
})

test('no line is too long and there are never too many', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 1, max: 4 }), (text, most) => {
      const lines = fitLines(text, 20, most, measure)
      expect(lines.length).toBeLessThanOrEqual(most)
      for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(20)
    }),
  )
})
