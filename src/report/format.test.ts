import { expect, test } from 'vitest'
import * as format from './format.ts'

test('money is cents with two digits and grouping, in any currency', () => {
  expect(format.formatMoney(1_150_000, 'USD')).toBe('$11,500.00')
  expect(format.formatMoney(0, 'USD')).toBe('$0.00')
  expect(format.formatMoney(-0, 'USD')).toBe('$0.00')
  expect(format.formatMoney(-5, 'EUR')).toBe('-€0.05')
  expect(format.formatMoney(123_456, 'JPY')).toBe('¥1,234.56')
})

test('money that Intl does not know is printed with its name', () => {
  expect(format.formatMoney(1_150_000, 'credits')).toBe('11,500.00 credits')
})

test('milliseconds have one decimal below ten and none above, without a jump at ten', () => {
  expect([0.04, 4.25, 9.94, 9.96, 10.4, 2_950.2].map(format.formatMsFigure)).toEqual([
    '0.0',
    '4.3',
    '9.9',
    '10',
    '10',
    '2,950',
  ])
  expect(format.formatMs(12.4)).toBe('12 ms')
})

test('what was not measured is a dash, never a zero', () => {
  expect(format.formatMs(null)).toBe('–')
  expect(format.formatMsFigure(null)).toBe('–')
  expect(format.formatPerOrder(null)).toBe('–')
})

test('counted things agree with their count', () => {
  expect(format.formatCounted(1, 'strike')).toBe('1 strike')
  expect(format.formatCounted(0, 'strike')).toBe('0 strikes')
  expect(format.formatCounted(1_200, 'toss', 'tosses')).toBe('1,200 tosses')
})

test('amounts of ledger rows carry sign and unit', () => {
  expect(format.formatAmount(-50_000, 'USD')).toBe('−$500.00')
  expect(format.formatAmount(2, 'piece')).toBe('+2 pieces')
  expect(format.formatAmount(-1, 'piece')).toBe('−1 piece')
  expect(format.formatAmount(3, 'entry')).toBe('+3 entries')
  expect(format.formatAmount(920_000, 'micro')).toBe('+0.92')
})
