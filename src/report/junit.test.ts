import { expect, test } from 'vitest'
import { emptyResult, exampleResult } from '../../test/support/example-result.ts'
import { NO_DETAILS } from '../core/details.ts'
import type { Result } from '../core/result.ts'
import { renderJunit } from './junit.ts'

const render = (...results: Result[]) => renderJunit(results.map((result) => ({ result, details: NO_DETAILS })))

/** Fails where tags do not nest, or text holds what XML does not allow. Enough of a parser for what is written here. */
function checkWellFormed(xml: string): void {
  const open: string[] = []
  const rest = xml.replace(/^<\?xml[^>]*\?>\s*/, '').replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '')
  for (const [, closing, name, attributes, alone] of rest.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g,
  )) {
    if (closing) expect(open.pop()).toBe(name)
    else if (!alone) open.push(name!)
    expect(attributes).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos|#\w+);)/)
  }
  expect(open).toEqual([])
  expect(rest.replace(/<(?:"[^"]*"|[^<>"])*>/g, '')).not.toMatch(/[<>]/)
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
}

test('a suite for each run, with a case for each expectation and for each verdict', () => {
  const xml = render(exampleResult(), emptyResult())
  checkWellFormed(xml)
  expect(xml.match(/<testsuite /g)).toHaveLength(2)
  expect(xml).toContain('<testsuite name="schrodingers-warehouse (seed 42)" tests="12" failures="2" errors="2"')
  expect(xml).toContain(
    '<testcase classname="schrodingers-warehouse.retry+key" name="p99 of the latency at most 2500 ms"/>',
  )
})

test('a failure says why and quotes the violations', () => {
  const xml = render(exampleResult())
  expect(xml).toContain('message="history-complete was violated 3 times, and was expected to hold."')
  expect(xml).toContain('charged-at-most-once: 23, first 20')
  expect(xml).toContain('p-1 was charged 2 times (USD 500.00 each) for one purchase')
})

test('what was not decided is not passed', () => {
  expect(render(exampleResult())).toContain(
    '<error message="only 7 purchases at risk, and 10 are needed" type="INCONCLUSIVE"',
  )
  expect(render(emptyResult())).toContain('Cut short: Ctrl-C before the first order')
})

test('hostile text stays text', () => {
  const hostile = '"]]><x>&\u0000\u001b[31m\u0008'
  const result = exampleResult()
  const variants = result.variants.map((variant) => ({
    ...variant,
    name: `${variant.name}${hostile}`,
    reasons: [hostile],
    expectations: [{ expectation: hostile, holds: false, inconclusive: null }],
    invariants: variant.invariants.map((invariant) => ({
      ...invariant,
      samples: invariant.samples.map((sample) => ({ ...sample, sentence: hostile })),
    })),
  }))
  const dirty: Result = { ...result, scenario: hostile, variants, error: hostile, interrupted: hostile }
  checkWellFormed(render(dirty))
})
