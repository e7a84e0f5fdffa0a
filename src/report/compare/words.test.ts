import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { changedResult } from '../../../test/support/example-changes.ts'
import type { ComparedMetric } from '../../core/measured.ts'
import type { MetricChange, RunComparison } from '../../core/run-comparison.ts'
import { renderComparisonMarkdown } from './markdown.ts'
import { COMPARED_METRICS, measureRun } from './metrics.ts'
import { renderComparison } from './terminal.ts'
import { tellComparison } from './told.ts'
import { changeSentence, endSentence, type Said } from './words.ts'

const side = { place: 'calm/a', mode: 'virtual', seeds: [1], faultline: '0.1.0', cutShort: null } as const
const SAID: Said = {
  baseCurrency: 'USD',
  tolerance: 0.01,
  askedTheSame: true,
  sameSeeds: true,
  before: side,
  after: side,
}
const REAL: Partial<Said> = { before: { ...side, mode: 'real' }, after: { ...side, mode: 'real' } }

function metric(id: string): ComparedMetric {
  const found = COMPARED_METRICS.find((each) => each.id === id)
  if (!found) throw new Error(`no ${id}`)
  return found
}

const CHANGE: MetricChange = {
  metric: 'p99',
  before: 100,
  after: 112,
  change: 12,
  low: null,
  high: null,
  share: 0.12,
  method: 'exact',
  runs: { before: 1, after: 1, others: 0 },
  shows: 'change',
  brokenNow: false,
  direction: 'worse',
  regression: true,
}
const OVER = { low: 8, high: 16, runs: { before: 20, after: 20, others: 0 } }
const ONE = { method: 'single', shows: 'unknown', regression: false } as const
const ROSE = 'p99 rose by 12 ms, from 100 to 112 (+12 %).'

describe('the sentence about a change', () => {
  it.each<[string, Partial<MetricChange>, Partial<Said>, string]>([
    ['virtual', {}, {}, `${ROSE} The same seed in the virtual world: this is a change, not noise. A regression.`],
    [
      'virtual, and not asked the same',
      {},
      { askedTheSame: false },
      `${ROSE} The same seed in the virtual world, so it is no noise. But the two were not asked the same. A regression.`,
    ],
    [
      'within the tolerance',
      { regression: false },
      { tolerance: 0.15 },
      `${ROSE} The same seed in the virtual world: this is a change, not noise. It is within the tolerance of 15 %.`,
    ],
    [
      'paired',
      { ...OVER, method: 'paired' },
      {},
      `p99 rose by 12.0 ms, from 100.0 to 112.0 (+12 %). The 95 % interval is +8.0 to +16.0, paired over 20 seeds: this is a change, not noise. A regression.`,
    ],
    [
      'paired noise',
      { ...OVER, low: -4, high: 28, method: 'paired', shows: 'noise', regression: false },
      {},
      `${ROSE} The 95 % interval is −4 to +28, paired over 20 seeds: noise, as far as these runs can show.`,
    ],
    [
      'the same at each seed',
      { ...OVER, low: 12, high: 12, method: 'paired' },
      {},
      `${ROSE} By as much at each of 20 seeds, which leaves no interval: a change, not noise; other seeds may differ. A regression.`,
    ],
    [
      'Welch',
      { ...OVER, method: 'welch', runs: { before: 20, after: 12, others: 0 } },
      {},
      `p99 rose by 12.0 ms, from 100.0 to 112.0 (+12 %). The 95 % interval is +8.0 to +16.0, by Welch's t over 20 seeds before and 12 after: this is a change, not noise. A regression.`,
    ],
    [
      'one of many',
      { ...OVER, method: 'one-of-many', runs: { before: 20, after: 1, others: 0 } },
      {},
      `p99 rose by 12.0 ms, from 100.0 to 112.0 (+12 %). The 95 % interval is +8.0 to +16.0, of one run beside 20: this is a change, not noise. A regression.`,
    ],
    [
      'beside others',
      {
        low: -20,
        high: 44,
        method: 'beside',
        shows: 'noise',
        regression: false,
        runs: { before: 1, after: 1, others: 3 },
      },
      REAL,
      `${ROSE} The 95 % interval is −20 to +44, by what 3 other real runs of this seed differ by: noise, as far as these runs can show.`,
    ],
    [
      'beside others that do not differ',
      {
        low: 12,
        high: 12,
        method: 'beside',
        shows: 'unknown',
        regression: false,
        runs: { before: 1, after: 1, others: 2 },
      },
      REAL,
      `${ROSE} Weighed by what 2 other real runs of this seed differ by, which do not differ among themselves: too little to tell noise from change.`,
    ],
    [
      'one real run each',
      ONE,
      REAL,
      `${ROSE} One real run each cannot tell change from noise; more seeds on both sides can (--seeds 1..10).`,
    ],
    [
      'one real run each, beyond the tolerance',
      { ...ONE, regression: true },
      { ...REAL, tolerance: 0.1 },
      `${ROSE} One real run each cannot tell change from noise; more seeds on both sides can (--seeds 1..10). It is beyond the tolerance of 10 %: a regression.`,
    ],
    [
      'seeds of their own',
      ONE,
      { sameSeeds: false },
      `${ROSE} One run each, at seeds of their own, cannot tell change from luck; more seeds on both sides can (--seeds 1..10).`,
    ],
    [
      'two worlds',
      ONE,
      { after: { ...side, mode: 'real' } },
      `${ROSE} One run in each world: noise and change cannot be told apart.`,
    ],
    ['no more', { change: null, after: null }, {}, 'p99: measured before, and not now.'],
    ['new', { change: null, before: null }, {}, 'p99: measured now, and not before.'],
    ['the same', { change: 0, after: 100, shows: 'same' }, {}, 'p99: the same in both.'],
    [
      'the same at each',
      { change: 0, shows: 'same', method: 'paired', runs: { before: 9, after: 9, others: 0 } },
      {},
      'p99: the same at each of 9 seeds.',
    ],
  ])('%s', (_, change, said, sentence) => {
    expect(changeSentence(metric('p99'), { ...CHANGE, ...change }, { ...SAID, ...said })).toBe(sentence)
  })

  it('says that no luck breaks a promise that was kept', () => {
    const broken = {
      ...CHANGE,
      ...ONE,
      before: 0,
      after: 2,
      change: 2,
      share: null,
      shows: 'change',
      brokenNow: true,
    } as const
    const sentence = changeSentence(
      metric('charged-at-most-once'),
      { ...broken, regression: true },
      { ...SAID, ...REAL },
    )
    expect(sentence).toBe(
      'violations of charged-at-most-once rose by 2, from 0 to 2. There was none before, under the same coins: no luck explains that. A regression.',
    )
  })

  it('has money as money', () => {
    const lost = {
      ...CHANGE,
      before: 1_000,
      after: 500,
      change: -500,
      share: -0.5,
      direction: 'better',
      regression: false,
    } as const
    expect(changeSentence(metric('lost'), lost, SAID)).toContain(
      'money lost fell by $5.00, from $10.00 to $5.00 (−50 %).',
    )
  })
})

function comparison(changes: Partial<RunComparison> = {}): RunComparison {
  const verdict = { before: 'PASS', after: 'FAIL', direction: 'worse', regression: true } as const
  return {
    schemaVersion: 1,
    scenario: 'calm',
    title: 'Calm',
    confidence: 0.95,
    ...SAID,
    differences: [],
    moreDifferences: 0,
    onlyBefore: [],
    onlyAfter: [],
    metrics: [metric('p99')],
    variants: [{ name: 'retry', verdict, leftOut: { before: 0, after: 0 }, metrics: [CHANGE] }],
    afterCutShort: false,
    regressions: 2,
    ...changes,
  }
}

describe('a comparison as text', () => {
  it('has a table, the sentences and an end', () => {
    const text = renderComparison(comparison(), { width: 100, color: false })
    expect(text).toContain('p99 ms     100  112     +12              –  REGRESSION')
    expect(text).toContain('verdict: FAIL, and PASS before. A regression.')
    expect(text.split('\n').at(-1)).toBe('2 regressions: retry (verdict, p99 ms).')
  })

  it.each([200, 100, 60, 40, 30, 10])('fits into %i columns, or 30 at least', (width) => {
    const lines = renderComparison(comparison({ onlyBefore: ['naive'] }), { width, color: false }).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(30, width))
  })

  it('says first in what the two were not asked the same', () => {
    const differences = [{ what: 'traffic.orders', before: '300', after: '50' }]
    const after = { ...side, faultline: '0.2.0', cutShort: 'stopped by SIGINT' }
    const text = renderComparison(
      comparison({
        askedTheSame: false,
        differences,
        moreDifferences: 3,
        after,
        onlyBefore: ['old'],
        onlyAfter: ['new'],
      }),
      { width: 100, color: false },
    )
    expect(text.slice(0, text.indexOf('\nretry'))).toContain(
      [
        'These two were not asked the same:',
        '  traffic.orders: 300 before, 50 now',
        '  and 3 more differences',
        'Faultline 0.1.0 before, 0.2.0 now.',
        'The later run did not come to its end: stopped by SIGINT.',
        'Only before: old.',
        'Only now: new.',
      ].join('\n'),
    )
  })

  it('says of a run that it was changed by hand', () => {
    const text = renderComparison(comparison({ after: { ...side, changedByHand: 3 } }), { width: 100, color: false })
    expect(text).toContain('\nThe later run was changed by hand while it went on: 3 changes.\n')
    expect(text).not.toContain('The earlier run')
    expect(renderComparisonMarkdown(comparison({ before: { ...side, changedByHand: 1 } }))).toContain(
      'The earlier run was changed by hand while it went on: 1 change.',
    )
    expect(renderComparison(comparison(), { width: 100, color: false })).not.toContain('by hand')
  })

  it('colours say nothing that words do not', () => {
    const [plain, painted] = [false, true].map((color) => renderComparison(comparison(), { width: 90, color }))
    expect(painted).not.toBe(plain)
    expect(stripVTControlCharacters(painted ?? '')).toBe(plain)
  })

  it('names in it steer neither terminal nor Markdown', () => {
    const evil = '\u001b[31m<script>|`x`\n@you'
    const raw = comparison({ title: evil, onlyAfter: [evil], after: { ...side, place: evil } })
    const text = renderComparison(raw, { width: 100, color: false })
    expect(text).not.toContain('\u001b')
    const markdown = renderComparisonMarkdown(raw)
    expect(markdown).not.toContain('\u001b')
    expect(markdown.replace(/```[\s\S]*?```/g, '')).not.toContain('<script>')
    expect(JSON.stringify(tellComparison(raw))).not.toContain('\\u001b')
  })

  it('as Markdown has the same figures', () => {
    const markdown = renderComparisonMarkdown(comparison())
    expect(markdown).toContain('| p99 ms | 100 | 112 | +12 | – | REGRESSION |')
    expect(markdown).toContain('**2 regressions: retry (verdict, p99 ms).**')
  })

  it('does not promise what one real run cannot show', () => {
    expect(endSentence(comparison({ regressions: 0, variants: [] }))).toBe('No regression.')
    const [variant] = comparison().variants
    if (!variant) throw new Error('no variant')
    const unknown = { ...variant, metrics: [{ ...CHANGE, ...ONE }] }
    expect(endSentence(comparison({ regressions: 0, variants: [unknown] }))).toBe(
      'No regression that these runs can show.',
    )
  })
})

describe('what is measured', () => {
  it('has what was changed by hand, in words with its time', () => {
    const [naive, retry, other] = measureRun(changedResult()).variants
    expect(naive?.changedByHand).toEqual(['1,230 ms: till-dies let loose, with probability 0.5'])
    expect(retry?.changedByHand).toHaveLength(6)
    expect(other).not.toHaveProperty('changedByHand')
  })

  it('has ids that occur once, and a gate for each promise', () => {
    const ids = COMPARED_METRICS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(COMPARED_METRICS.filter(({ gate }) => gate === 'promise')).toHaveLength(15)
    for (const id of ['p50', 'p90', 'p99', 'goodput']) expect(metric(id).gate).toBe('speed')
    for (const id of ['confirmed', 'failed', 'in-doubt']) expect(metric(id).gate).toBe('count')
  })
})
