import { expect, test } from 'vitest'
import { exampleResult } from '../../test/support/example-result.ts'
import { cleanResult, cleanText } from './clean-result.ts'

test('escape sequences, control characters, line breaks and direction overrides are gone, words stay', () => {
  expect(cleanText('a\u001b[31mb\u0007\nc\u202ed\u2028e\u009b\ufefff')).toBe('ab cd e f')
  expect(cleanText('Schrödinger’s 🐈 retry+key')).toBe('Schrödinger’s 🐈 retry+key')
  expect(cleanText('half \ud83d')).toBe('half \ufffd')
})

test('a result is cleaned to its depth, keys included, and otherwise the same', () => {
  expect(cleanResult(exampleResult())).toEqual(exampleResult())
  const dirty = {
    ...exampleResult(),
    configuration: { ...exampleResult().configuration, expectations: { 'a\u001b[2Jb': {} } },
  }
  expect(Object.keys(cleanResult(dirty as never).configuration.expectations)).toEqual(['ab'])
})
