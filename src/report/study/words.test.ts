import { describe, expect, it } from 'vitest'
import { exampleStudy } from '../../../test/support/example-study.ts'
import { comparePaired, type Pair } from '../../core/paired.ts'
import { digitsOf } from './figures.ts'
import { METRICS, type Metric } from './metrics.ts'
import { headline, mainSentences, metricFigures, metricSentence, studyCommand, studyFacts } from './words.ts'

const NAMES = { variant: 'saga', reference: 'naive', currency: 'USD' }

function metric(id: string): Metric {
  return METRICS.find((each) => each.id === id) as Metric
}

const spread = (middle: number, by: number): Pair[] => [-1, 0, 1].map((at) => [1_000 + middle + at * by, 1_000])

function sentence(id: string, pairs: readonly Pair[]): string {
  return metricSentence(metric(id), comparePaired(pairs), NAMES)
}

describe('a sentence', () => {
  it('says how much, in which direction, within which interval and over how many seeds', () => {
    expect(sentence('lost', spread(-41_200, 1_000))).toBe(
      'saga loses $412 less than naive, 95 % interval $387 to $437, over 3 seeds.',
    )
    expect(sentence('confirmed', spread(20, 2))).toBe(
      'saga confirms 20.0 more orders than naive, 95 % interval 15.0 to 25.0, over 3 seeds.',
    )
    expect(sentence('p99', spread(-300, 10))).toBe(
      'saga is 300 ms faster than naive at the 99th percentile, 95 % interval 275 ms to 325 ms, over 3 seeds.',
    )
  })

  it('does not claim what the seeds do not show', () => {
    expect(sentence('violations', spread(1, 5))).toBe(
      'No difference between violations of saga and of naive that 3 seeds can show (95 % interval −11 to +13).',
    )
  })

  it('claims no certainty where nothing varied', () => {
    expect(sentence('lost', spread(0, 0))).toBe('money lost: the same for saga and naive at each of 3 seeds.')
    expect(sentence('messages', spread(-2, 0))).toBe(
      'saga needs 2 fewer messages an order than naive at each of 3 seeds: the seeds do not differ, so there is no interval; others may.',
    )
  })

  it('has no interval for one seed, and no figure for none', () => {
    expect(sentence('lost', [[500, 1_700]])).toBe(
      'saga loses $12.00 less than naive at the only seed that can be compared; one seed shows no interval.',
    )
    expect(sentence('lost', [])).toBe('money lost: there is no seed at which both saga and naive can be compared.')
  })

  it.each(METRICS.map((each) => [each.id, each] as const))('reads well for %s in both directions', (_, each) => {
    for (const middle of [-40, 40]) {
      const said = metricSentence(each, comparePaired(spread(middle, 1)), NAMES)
      expect(said).toMatch(/saga/)
      expect(said).toMatch(/naive/)
      expect(said).toMatch(/ than /)
      expect(said).not.toMatch(/undefined|NaN|null| {2}/)
    }
  })
})

describe('figures', () => {
  it('have as many digits as the interval merits', () => {
    const digits = (half: number) =>
      digitsOf({ ...comparePaired([]), difference: 5, low: 5 - half, high: 5 + half }, 'count')
    expect([32, 3.2, 0.32, 0.032, 0.000_32].map(digits)).toEqual([0, 1, 2, 3, 3])
  })

  it('have signs, and what rounds to nothing has none', () => {
    expect(metricFigures('count', comparePaired(spread(20, 2)), 'USD')).toEqual({
      mean: '1,020.0',
      referenceMean: '1,000.0',
      difference: '+20.0',
      interval: '+15.0 to +25.0',
    })
    expect(metricFigures('count', comparePaired(spread(0, 0)), 'USD')).toMatchObject({
      difference: '0',
      interval: 'no spread',
    })
    expect(metricFigures('ms', comparePaired(spread(0.01, 2)), 'USD').difference).toBe('0.0')
    expect(metricFigures('money', comparePaired(spread(-50, 4)), 'USD').difference).toBe('−$0.50')
    expect(
      metricFigures(
        'share',
        comparePaired([
          [0.5, 0.25],
          [0.55, 0.25],
        ]),
        'USD',
      ).mean,
    ).toBe('53 %')
    expect(metricFigures('ms', comparePaired([]), 'USD')).toMatchObject({ mean: '–', difference: '–', interval: '–' })
  })
})

describe('a study in words', () => {
  const study = exampleStudy()
  const last = study.comparisons.at(-1)

  it('begins with the largest difference in what matters most', () => {
    expect(headline(study)).toMatch(
      /^\S+ loses \$4[\d.]+ less than \S+, 95 % interval \$[\d.]+ to \$[\d.]+, over 1[12] seeds\.$/,
    )
    expect(headline({ ...study, comparisons: [] })).toBe(`No difference to ${study.reference} that 12 seeds can show.`)
  })

  it('says which seeds are left out, and why', () => {
    expect(last && mainSentences(study, last).at(-1)).toBe(
      `1 of 12 seeds is left out: ${last?.variant} INCONCLUSIVE at 1.`,
    )
  })

  it('can be seen again', () => {
    expect(studyCommand(study)).toMatch(/^npx faultline run \S+ --seeds 1\.\.12 .*--reference naive$/)
  })

  it('says when not all seeds were run', () => {
    expect(studyFacts(study)).toMatch(/^seeds 1\.\.12 · \w+ services · against naive$/)
    expect(studyFacts({ ...study, runs: study.runs.slice(0, 4) })).toContain('seeds 1..12, of which 4 were run')
  })
})
