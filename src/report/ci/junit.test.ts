import { describe, expect, it } from 'vitest'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import { exampleOutcomes, exampleStories } from '../../../test/support/example-stories.ts'
import { HOSTILE, hostileRun } from '../../../test/support/hostile-run.ts'
import { NO_DETAILS } from '../../core/details.ts'
import type { Result } from '../../core/result.ts'
import { renderJunit } from './junit.ts'

const render = (...results: Result[]) => renderJunit(results.map((result) => ({ result, details: NO_DETAILS })))

const told = (result = exampleResult()) =>
  renderJunit([{ result, details: { stories: exampleStories(), outcomes: exampleOutcomes() } }])

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
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
  expect(xml.isWellFormed()).toBe(true)
}

/** The part of one case, tags included. */
function caseOf(xml: string, className: string, name: string): string {
  const from = xml.indexOf(`<testcase classname="${className}" name="${name}"`)
  expect(from, `${className} ${name}`).toBeGreaterThan(0)
  const end = xml.indexOf('</testcase>', from)
  const alone = xml.indexOf('/>', from)
  const nested = xml.slice(from, xml.indexOf('>', from)).endsWith('/')
  return xml.slice(from, nested ? alone + 2 : end)
}

describe('the suites', () => {
  it('are one for each run, with a case for each verdict and each expectation', () => {
    const xml = render(exampleResult(), emptyResult())
    checkWellFormed(xml)
    expect(xml.match(/<testsuite /g)).toHaveLength(2)
    expect(xml).toContain(
      '<testsuite name="schrodingers-warehouse (seed 42)" tests="12" failures="2" errors="0" skipped="2">',
    )
    expect(caseOf(xml, 'schrodingers-warehouse.retry+key', 'p99 of the latency at most 2500 ms')).toMatch(/\/>$/)
  })

  it('say how to have the run again', () => {
    const xml = render({ ...exampleResult(), mode: 'virtual', flags: ['--virtual'] })
    expect(xml).toContain('<property name="seed" value="42"/>')
    expect(xml).toContain('<property name="mode" value="virtual"/>')
    expect(xml).toContain(
      '<property name="command" value="npx faultline run schrodingers-warehouse --seed 42 --virtual"/>',
    )
  })

  it('have a case for a broken promise that nobody expected to be broken', () => {
    const result = exampleResult()
    const variants = result.variants.map((variant) => ({
      ...variant,
      expectations: variant.expectations.filter(({ expectation }) => !expectation.startsWith('history-complete')),
      reasons: variant.reasons.map((reason) => reason.replace('was expected to hold', 'no expectation names it')),
    }))
    const found = caseOf(told({ ...result, variants }), 'schrodingers-warehouse.retry', 'history-complete holds')
    expect(found).toContain('message="history-complete was violated 3 times, and no expectation names it."')
  })

  it('skip a broken promise that could not be judged', () => {
    const result = exampleResult()
    const open = 'Not decided: history-complete holds (the run did not come to rest; 3 violations so far).'
    const variants = result.variants.map((variant) => ({ ...variant, expectations: [], reasons: [open] }))
    const found = caseOf(told({ ...result, variants }), 'schrodingers-warehouse.retry', 'history-complete holds')
    expect(found).toContain(`<skipped message="${open}"`)
  })
})

describe('a failure', () => {
  const found = caseOf(told(), 'schrodingers-warehouse.retry', 'history-complete holds')

  it('tells the story: the proof, the purchases, what prevents it, how to see it', () => {
    expect(found).toContain('message="history-complete was violated 3 times, and was expected to hold."')
    expect(found).toContain('p-1 was deducted twice (history-complete), 3 times: p-1, p-8, p-15')
    expect(found).toContain('Because: It heard a reset after 0.9 ms and asked again.')
    expect(found).toContain('The ledger says: Inventory has two entries of 1 console each, under two keys.')
    expect(found).toContain('Prevented by retry+key: it sends an idempotency key')
    expect(found).toContain('See it: npx faultline order p-1 schrodingers-warehouse --variant retry')
  })

  it('quotes the first violation, and says so, where no stories were kept', () => {
    const without = caseOf(render(exampleResult()), 'schrodingers-warehouse.retry', 'history-complete holds')
    expect(without).toContain('No stories were kept with this run')
    expect(without).toContain('p-1 was charged 2 times (USD 500.00 each) for one purchase')
  })

  it('about a figure shows the figures', () => {
    const result = exampleResult()
    const expectations = [{ expectation: 'p99 of the latency at most 900 ms', holds: false, inconclusive: null }]
    const variants = result.variants.map((variant) => ({
      ...variant,
      expectations,
      reasons: ['Expected p99 of the latency at most 900 ms, and it was 1,891 ms.'],
    }))
    const late = caseOf(told({ ...result, variants }), 'schrodingers-warehouse.retry', expectations[0]!.expectation)
    expect(late).toContain('message="Expected p99 of the latency at most 900 ms, and it was 1,891 ms."')
    expect(late).toContain('p99 ms 1,891')
  })

  it('is cut where it is too long, and says so', () => {
    const stories = exampleStories()
    const long = stories.variants.map((variant) => ({
      ...variant,
      groups: variant.groups.map((group) => ({ ...group, story: { ...group.story, title: 'x'.repeat(90_000) } })),
    }))
    const xml = renderJunit([
      { result: exampleResult(), details: { stories: { ...stories, variants: long }, outcomes: null } },
    ])
    checkWellFormed(xml)
    expect(caseOf(xml, 'schrodingers-warehouse.retry', 'history-complete holds')).toContain('(cut here; ')
    expect(xml.length).toBeLessThan(60_000)
  })
})

describe('what was not decided', () => {
  it('is skipped, with the reason', () => {
    const xml = told()
    const name = 'charged-at-most-once is violated'
    expect(caseOf(xml, 'schrodingers-warehouse.retry+key-as-taught', name)).toContain(
      '<skipped message="only 7 purchases at risk, and 10 are needed"/>',
    )
    expect(render(emptyResult())).toContain('<skipped message="Cut short: Ctrl-C before the first order"/>')
  })

  it('is an error where the lab itself failed', () => {
    const xml = render({ ...emptyResult(), verdict: 'ERROR', error: 'no port was free' })
    expect(xml).toContain('<error message="The lab failed: no port was free" type="ERROR"')
    expect(xml).toMatch(/<testsuites [^>]*errors="1"/)
  })
})

describe('hostile text', () => {
  it.each(HOSTILE)('stays text: %j', (hostile) => {
    const xml = renderJunit([hostileRun(hostile)])
    checkWellFormed(xml)
    expect(xml.match(/<testsuite /g)).toHaveLength(1)
    expect(xml.match(/<testcase /g)).toHaveLength(14 + 1)
  })
})
