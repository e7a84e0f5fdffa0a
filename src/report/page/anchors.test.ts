import { expect, test } from 'vitest'
import { createAnchors } from './anchors.ts'

test('the same parts have the same id, whoever asks', () => {
  const anchors = createAnchors()
  expect(anchors('story', 'retry+key', 'books-balance', '1')).toBe('story-retry+key-books-balance-1')
  expect(anchors('story', 'retry+key', 'books-balance', '1')).toBe('story-retry+key-books-balance-1')
})

test('names that differ in punctuation alone share no id', () => {
  const anchors = createAnchors()
  const ids = ['a b', 'a/b', 'a"b', 'a-b'].map((name) => anchors('story', name))
  expect(ids).toEqual(['story-a-b', 'story-a-b-2', 'story-a-b-3', 'story-a-b-4'])
  expect(anchors('story', 'a-b-2')).toBe('story-a-b-2-2')
  expect(anchors('story', 'a/b')).toBe('story-a-b-2')
})

test('parts that only look alike when they are joined share no id', () => {
  const anchors = createAnchors()
  expect(anchors('a', 'b-c')).not.toBe(anchors('a-b', 'c'))
})

test('nothing of a name can end an attribute', () => {
  expect(createAnchors()('x', '"><script>')).toMatch(/^[\w+.-]+$/)
})
