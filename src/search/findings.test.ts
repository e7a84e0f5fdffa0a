import { describe, expect, it } from 'vitest'
import { gremlin } from '../../test/support/scenarios.ts'
import type { Decision } from '../core/decision.ts'
import type { TrialSummary, TrialViolation } from '../scenarios/trial-summary.ts'
import { collectFindings } from './findings.ts'

const gremlins = [gremlin('crash', 'bank'), gremlin('outage', 'bank'), gremlin('latency', 'bank')]

function strike(name: string): Decision {
  return { gremlin: `${name}@bank`, purchase: 'p-1', operation: 'do', effect: 'charge', attempt: 1 }
}

function violation(kinds: readonly string[], changes: Partial<TrialViolation> = {}): TrialViolation {
  const sentence = `with ${kinds.join()}`
  return { what: 'all-or-nothing', expected: 'holds', times: 1, sentence, purchase: 'p-1', kinds, ...changes }
}

const summary = (violations: TrialViolation[], struck: readonly string[]): TrialSummary => ({
  violations,
  orders: null,
  requests: null,
  strikes: struck.map(strike),
})

function collect(...trials: readonly TrialSummary[]) {
  const findings = collectFindings()
  for (const [index, each] of trials.entries()) findings.add({ variant: 'v', seed: index + 1 }, each, gremlins)
  return findings.all().map(({ what, kinds, seed, seeds }) => [what, kinds.join('+'), seed, seeds])
}

describe('violations are distinct', () => {
  it('by the kinds of strikes on whom they are about', () => {
    expect(
      collect(
        summary([violation(['crash'])], ['crash', 'latency']),
        summary([violation(['latency'])], ['crash', 'latency']),
        summary([violation(['crash'])], ['crash']),
      ),
    ).toEqual([
      ['all-or-nothing', 'crash', 1, 2],
      ['all-or-nothing', 'latency', 2, 1],
    ])
  })

  it('and one with more is the same as one with fewer, whichever comes first', () => {
    const few = summary([violation(['crash'])], ['crash'])
    const many = summary([violation(['crash', 'latency'])], ['crash', 'latency'])
    expect(collect(few, many)).toEqual([['all-or-nothing', 'crash', 1, 2]])
    expect(collect(many, few)).toEqual([['all-or-nothing', 'crash', 2, 2]])
  })

  it('an outage is involved wherever there was one, and so is all that struck where nothing struck the purchase', () => {
    expect(collect(summary([violation(['crash'])], ['crash', 'outage']))).toEqual([
      ['all-or-nothing', 'crash+outage', 1, 1],
    ])
    expect(collect(summary([violation([])], ['crash', 'latency']))).toEqual([['all-or-nothing', 'crash+latency', 1, 1]])
    expect(collect(summary([violation([])], []))).toEqual([['all-or-nothing', '', 1, 1]])
  })

  it('by what is violated, of which nothing counts that is allowed', () => {
    const allowed = violation(['crash'], { what: 'history-complete', expected: 'allowed' })
    const expected = violation(['crash'], { what: 'no-order-lost', expected: 'violated' })
    expect(collect(summary([violation(['crash']), allowed, expected], ['crash']))).toEqual([
      ['all-or-nothing', 'crash', 1, 1],
      ['no-order-lost', 'crash', 1, 1],
    ])
  })
})
