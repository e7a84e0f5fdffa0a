import { expect, test } from 'vitest'
import { relativePath } from './relative.ts'

test('each step says how far it goes, and the first where it begins', () => {
  expect(relativePath('M10 20L15 18M30 40H36V35h-2v1')).toBe('M10 20l5-2m15 22h6v-5h-2v1')
})

test('a closed shape ends where it began', () => {
  expect(relativePath('M10 20L15 18L12 30zM11 21H5')).toBe('M10 20l5-2l-3 12zm1 1h-6')
})

test('steps that go on, and arcs, stay as they are and are gone along with', () => {
  expect(relativePath('M0 0l5 5-5 5-5-5M0 20H1')).toBe('M0 0l5 5-5 5-5-5m5 15h1')
  expect(relativePath('M6 4a4 4 0 1 0 8 0a4 4 0 1 0-8 0M6 5V9')).toBe('M6 4a4 4 0 1 0 8 0a4 4 0 1 0-8 0m0 1v4')
})

test('shapes of one form are written alike wherever they stand', () => {
  const [, second = '', third = ''] = relativePath('M0 0L7 6M0 50L7 56M0 100L7 106M0 150L7 156').split('m')
  expect(second).toBe('-7 44l7 6')
  expect(third).toBe(second)
})

test('nothing stays nothing', () => {
  expect(relativePath('')).toBe('')
})
