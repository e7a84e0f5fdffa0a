import { describe, expect, it } from 'vitest'
import { exampleResult } from '../../../test/support/example-result.ts'
import type { OrderEnds } from '../../core/order-ends.ts'
import type { Result, VariantResult } from '../../core/result.ts'
import { beginStudy, countLost } from './collect.ts'
import type { Comparison, Study } from './study.ts'

const [NAIVE, RETRY] = exampleResult().variants as [VariantResult, VariantResult]
const PLAN = { seeds: { first: 1, last: 3 }, variants: ['naive', 'retry'], reference: 'naive' }

function ends(confirmed: string, arrived = '1'.repeat(confirmed.length)): OrderEnds {
  const bits = (text: string) => {
    const bytes = new Uint8Array(Math.ceil(text.length / 8))
    for (const [index, bit] of [...text].entries()) {
      if (bit === '1') bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7))
    }
    return bytes
  }
  return { arrived: bits(arrived), confirmed: bits(confirmed) }
}

function variant(name: string, lossCents: number, changes: Partial<VariantResult> = {}): VariantResult {
  return { ...(name === 'naive' ? NAIVE : RETRY), name, verdict: 'PASS', lossCents, ...changes }
}

function resultOf(seed: number, variants: readonly VariantResult[], changes: Partial<Result> = {}): Result {
  return { ...exampleResult(), seed, verdict: 'PASS', variants, ...changes }
}

function study(results: readonly Result[], endsOf = () => ends('11'), plan = PLAN): Study {
  const begun = beginStudy(plan)
  for (const result of results) begun.add(result, endsOf)
  return begun.end() as Study
}

function first({ comparisons }: Study): Comparison {
  return comparisons[0] as Comparison
}

const lossOf = (found: Study) => first(found).metrics.find(({ metric }) => metric === 'lost')

describe('a study', () => {
  it('pairs variant and reference seed by seed', () => {
    const found = study([
      resultOf(1, [variant('naive', 1_000), variant('retry', 400)]),
      resultOf(2, [variant('naive', 2_000), variant('retry', 1_390)]),
      resultOf(3, [variant('naive', 9_000), variant('retry', 8_410)]),
    ])
    expect(found).toMatchObject({ schemaVersion: 1, seeds: PLAN.seeds, reference: 'naive', confidence: 0.95 })
    expect(found.comparisons.map((each) => each.variant)).toEqual(['retry'])
    // 600, 610 and 590: however much the seeds differ, the difference hardly does.
    expect(lossOf(found)).toMatchObject({ seeds: 3, difference: -600, shows: 'less' })
    expect(lossOf(found)?.low).toBeCloseTo(-600 - (4.302653 * 10) / Math.sqrt(3), 4)
    expect(lossOf(found)?.sentence).toBe(
      'retry loses $6.00 less than naive, 95 % interval $5.75 to $6.25, over 3 seeds.',
    )
  })

  it('turns round when the other one is the reference', () => {
    const results = [1, 2].map((seed) => resultOf(seed, [variant('naive', 900), variant('retry', 100 * seed)]))
    const [one, other] = [study(results), study(results, undefined, { ...PLAN, reference: 'retry' })]
    expect(first(other).variant).toBe('naive')
    expect(lossOf(other)?.difference).toBe(-(lossOf(one)?.difference ?? 0))
  })

  it('has nothing before the first seed', () => {
    expect(beginStudy(PLAN).end()).toBeUndefined()
  })

  it('compares the figures of the table, and only what anybody has', () => {
    const nothing = { violations: { ...RETRY.violations }, orders: { ...RETRY.orders, failed: 0, inDoubt: 0 } }
    const found = study([resultOf(1, [variant('naive', 0, nothing), variant('retry', 0, nothing)])])
    const ids = found.metrics.map(({ id }) => id)
    expect(ids).toEqual(
      expect.arrayContaining(['confirmed', 'p50', 'p99', 'goodput', 'lost', 'violations', 'messages']),
    )
    expect(ids).not.toContain('failed')
    expect(ids).not.toContain('in-doubt')
    expect(ids.filter((id) => id.endsWith('-good'))).toEqual([])
  })
})

describe('seeds that prove nothing', () => {
  const good = resultOf(1, [variant('naive', 5), variant('retry', 3)])

  it('are left out and counted, for the variants that they concern', () => {
    const found = study([
      good,
      resultOf(2, [variant('naive', 5), variant('retry', 3, { verdict: 'INCONCLUSIVE' })]),
      resultOf(3, [variant('naive', 5)], { interrupted: 'stopped' }),
    ])
    expect(first(found)).toMatchObject({
      seeds: 1,
      leftOut: [
        { seed: 2, variant: 'retry', why: 'INCONCLUSIVE' },
        { seed: 3, variant: 'retry', why: 'not run' },
      ],
    })
    expect(lossOf(found)).toMatchObject({ seeds: 1, low: null, shows: 'too-few' })
    expect(lossOf(found)?.sentence).toContain('one seed shows no interval')
  })

  it('are those of the reference as well, and of a lab that failed', () => {
    const found = study([
      good,
      resultOf(2, [variant('naive', 5, { verdict: 'INCONCLUSIVE' }), variant('retry', 3)]),
      resultOf(3, [variant('naive', 5), variant('retry', 3)], { verdict: 'ERROR', error: 'no port left' }),
    ])
    expect(first(found).leftOut).toEqual([
      { seed: 2, variant: 'naive', why: 'INCONCLUSIVE' },
      { seed: 3, variant: 'retry', why: 'ERROR' },
    ])
    expect(found.verdict).toBe('ERROR')
  })

  it('are not those that FAIL: a failure is a finding', () => {
    const found = study([good, resultOf(2, [variant('naive', 5, { verdict: 'FAIL' }), variant('retry', 4)])])
    expect(first(found)).toMatchObject({ seeds: 2, leftOut: [] })
  })

  it('may be all', () => {
    const found = study([resultOf(1, []), resultOf(2, [])])
    expect(lossOf(found)).toMatchObject({ seeds: 0, difference: null })
    expect(first(found).orders).toMatchObject({ orders: 0, onlyVariantShare: null })
  })

  it('do not count for a figure that was not measured', () => {
    const unheard = { latencyMs: { p50: null, p90: null, p99: null, max: null } }
    const found = study([good, resultOf(2, [variant('naive', 5), variant('retry', 3, unheard)])])
    const seedsOf = (id: string) => first(found).metrics.find(({ metric }) => metric === id)?.seeds
    expect([seedsOf('lost'), seedsOf('p99')]).toEqual([2, 1])
  })
})

describe('orders that only one of the two lost', () => {
  it('are counted order by order among those that arrived in both', () => {
    expect(countLost(ends('1100110011'), ends('1010101010'))).toEqual({ orders: 10, onlyVariant: 2, onlyReference: 3 })
    expect(countLost(ends('1100', '1110'), ends('1011', '0111'))).toEqual({
      orders: 2,
      onlyVariant: 1,
      onlyReference: 1,
    })
    expect(countLost(ends('1'.repeat(20)), ends('1'))).toEqual({ orders: 1, onlyVariant: 0, onlyReference: 0 })
  })

  it('change sides when the variants do', () => {
    const [a, b] = [ends('110010111000110'), ends('011011010010100')]
    const [one, other] = [countLost(a, b), countLost(b, a)]
    expect(other).toEqual({ orders: one.orders, onlyVariant: one.onlyReference, onlyReference: one.onlyVariant })
  })

  it('are summed over the seeds', () => {
    const confirmed: Record<string, string> = { naive: '1000', retry: '0111' }
    const begun = beginStudy(PLAN)
    for (const seed of [1, 2]) {
      begun.add(resultOf(seed, [variant('naive', 0), variant('retry', 0)]), (name) => ends(confirmed[name] ?? ''))
    }
    const [comparison] = begun.end()?.comparisons ?? []
    expect(comparison?.orders).toMatchObject({ seeds: 2, orders: 8, onlyVariant: 2, onlyReference: 6 })
    expect(comparison?.orders.sentence).toBe(
      'Of 8 orders over 2 seeds, retry alone lost 2 (25.0 %) and naive alone 6 (75.0 %).',
    )
  })
})
