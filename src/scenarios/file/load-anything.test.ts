import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { changed, GOOD, mistakesIn } from '../../../test/support/scenario-text.ts'
import { loadScenarios } from './load.ts'

/** A load costs milliseconds, and this must be quick on a busy machine as well. */
const RUNS = { numRuns: 100 }

describe('whatever is in the file', () => {
  it('is scenarios or mistakes, never an exception (any text)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => isAnswer(text)),
      RUNS,
    )
  })

  it('is scenarios or mistakes, never an exception (any JSON)', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => isAnswer(JSON.stringify(value))),
      RUNS,
    )
  })

  it('is scenarios or mistakes, never an exception (anything in any place)', () => {
    const good = parseDocument(GOOD).toJS() as object
    fc.assert(
      fc.property(fc.constantFrom(...pathsIn(good)), fc.jsonValue({ maxDepth: 3 }), (path, value) => {
        isAnswer(changed(path, value))
      }),
      RUNS,
    )
  })

  it('is refused when it is nested without end, or multiplies by aliases', () => {
    expect(mistakesIn('['.repeat(50_000))).toEqual([expect.stringContaining('nested too deeply')])
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]}, `.repeat(9)}]`),
    ]
    expect(mistakesIn(bomb.join('\n'))).toEqual([expect.stringContaining('cannot be read as YAML')])
  })

  it('cannot reach what every object inherits', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const text = changed(['scenarios', 'one', 'gremlins'], [{ [name]: { on: 'fx' } }])
      expect(mistakesIn(text).join('\n')).toMatch(/unknown gremlin|must be the name of a gremlin/)
      expect(mistakesIn(changed(['scenarios', 'one', 'variants'], [name])).join('\n')).toContain('unknown variant')
    }
  })
})

function isAnswer(text: string): void {
  const loaded = loadScenarios(text, 'my.yaml')
  if (!loaded.ok) expect(loaded.mistakes.length).toBeGreaterThan(0)
}

function pathsIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, each]) =>
    pathsIn(each, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return path.length === 0 ? inner : [path, ...inner]
}
