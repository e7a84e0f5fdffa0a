import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import type { Result } from '../../core/result.ts'
import { renderTable } from './table.ts'
import { displayWidth } from './terminal-text.ts'

function widest(text: string): number {
  return Math.max(...text.split('\n').map(displayWidth))
}

/** The words of the line that begins with this name, and of the lines below that belong to it. */
function wordsOf(text: string, name: string): string[] {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`${name} `) || line.startsWith(`${name}:`))
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => !line.startsWith('  '))
  return [lines[at] ?? '', ...rest.slice(0, end)]
    .join(' ')
    .split(/[\s:,]+/)
    .filter(Boolean)
}

describe.each([160, 120, 80, 60, 40])('at %i columns', (width) => {
  const text = renderTable(exampleResult(), { width, color: false })

  test('no line is wider than the terminal', () => {
    expect(widest(text)).toBeLessThanOrEqual(width)
  })

  test('every figure of the comparison is that of the result', () => {
    const expected: Record<string, string[]> = {
      naive: ['226', '0', '9', '61', '4', '18', '2950', '22.6', '$9120.00', 'PASS'],
      retry: ['289', '0', '9', '2', '0', '20', '1891', '28.9', '$11500.00', 'FAIL'],
      'retry+key-as-taught': ['290', '0', '9', '1', '0', '20', '1750', '29.0', '$1000.00', 'INCONCLUSIVE'],
      'retry+key': ['291', '0', '9', '0', '0', '20', '1702', '29.1', '$0.00', 'PASS'],
    }
    const grouped = text.replace(/(\d),(?=\d{3})/g, '$1')
    for (const [name, figures] of Object.entries(expected)) {
      expect(wordsOf(grouped, name)).toEqual(expect.arrayContaining(figures))
    }
  })

  test('violations are listed by kind, and whether they were expected is said in words', () => {
    const words = wordsOf(text, 'retry').join(' ')
    expect(words).toContain('charged-at-most-once 23 (expected)')
    expect(words).toContain('history-complete 3 (NOT EXPECTED)')
    expect(wordsOf(text, 'retry+key').join(' ')).toContain('violations none')
  })

  test('headline, strikes of tosses, reasons and verdict are told', () => {
    const flat = text.replace(/\s+/g, ' ')
    expect(flat).toContain('cost $11,500.00; retry+key, with the same luck,')
    expect(flat).toContain('warehouse-dies (crash-after-commit on inventory): naive 34 of 290, retry 34 of 352')
    expect(flat).toContain('retry: history-complete was violated 3 times, and was expected to hold.')
    expect(flat).toContain('only 7 purchases at risk, and 10 are needed')
    expect(flat).toMatch(/FAIL: Not every variant did .* \(retry\)\.$/)
  })

  test('colour adds nothing but colour', () => {
    expect(stripVTControlCharacters(renderTable(exampleResult(), { width, color: true }))).toBe(text)
  })
})

test('at 120 columns everything that is counted has a column', () => {
  const header = renderTable(exampleResult(), { width: 120, color: false }).split('\n')[3]
  expect(
    header
      ?.trim()
      .split(/ {2,}| (?=[a-z]+\b)/)
      .join(' '),
  ).toBe('variant confirmed cancelled refused failed in doubt p50 ms p99 ms goodput/s money lost verdict')
})

test('a run in which nothing happened has dashes for what was not measured, and says that it was cut short', () => {
  const text = renderTable(emptyResult(), { width: 80, color: false })
  expect(text).toMatch(/^naive +0 +– +– +0\.0 +\$0\.00 +INCONCLUSIVE$/m)
  expect(text).toContain('Gremlins: none')
  expect(text).toContain('Cut short: Ctrl-C before the first order')
})

test('a lab that failed says why, and a run without variants renders', () => {
  const failed: Result = {
    ...emptyResult(),
    verdict: 'ERROR',
    error: 'inventory died in a loop',
    interrupted: null,
    variants: [],
  }
  const text = renderTable(failed, { width: 80, color: false })
  expect(text).toContain('The lab failed: inventory died in a loop')
  expect(text).toMatch(/ERROR: The lab itself failed/)
})

test('names of any kind neither steer the terminal nor break the lines', () => {
  const [first] = exampleResult().variants
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      fc.integer({ min: 40, max: 200 }),
      (name, width) => {
        const result = exampleResult()
        const text = renderTable(
          { ...result, title: name, scenario: name, variants: [{ ...first!, name }, ...result.variants.slice(1)] },
          { width, color: false },
        )
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
        expect(widest(text)).toBeLessThanOrEqual(width)
      },
    ),
    { numRuns: 60 },
  )
})

test('large figures and wide characters keep their columns', () => {
  const result = exampleResult()
  const variants = result.variants.map((variant) => ({
    ...variant,
    name: `倉庫${variant.name}`,
    lossCents: 123_456_789_012,
  }))
  const text = renderTable({ ...result, variants }, { width: 120, color: false })
  expect(text).toContain('$1,234,567,890.12')
  expect(widest(text)).toBeLessThanOrEqual(120)
})
