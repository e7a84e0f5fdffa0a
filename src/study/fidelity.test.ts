import { describe, expect, it } from 'vitest'
import { exampleResult } from '../../test/support/example-result.ts'
import { faithfulnessOf } from '../core/fidelity.ts'
import type { VariantResult } from '../core/result.ts'
import { beginComparison, type Ending } from './fidelity.ts'

const [EXAMPLE] = exampleResult().variants as readonly [VariantResult, ...VariantResult[]]

/** Null: undecided. */
function figures(...holds: readonly (boolean | null)[]) {
  const result: VariantResult = {
    ...EXAMPLE,
    expectations: holds.map((each, n) => ({
      expectation: `promise ${n}`,
      holds: each ?? false,
      inconclusive: each === null ? 'fewer than ten chances' : null,
    })),
  }
  return { result, firstStrikes: 3 }
}

const ended = (outcome: string, latencyMs: number): Ending => ({ outcome, latencyMs })

/** A hundred purchases of two real runs and a virtual one. */
function compare(
  endingsOf: (n: number) => readonly (Ending | undefined)[],
  held: (boolean | null)[][] = [[true], [true], [true]],
) {
  const comparison = beginComparison(2)
  for (let n = 0; n < 100; n++) comparison.purchase(endingsOf(n))
  const [one, other, virtual] = held.map((each) => figures(...each)) as [Fig, Fig, Fig]
  return comparison.end({ real: [one, other], virtual })
}
type Fig = ReturnType<typeof figures>

describe('latencies', () => {
  const apart = (realMs: number, virtualMs: number) =>
    compare((n) => [
      ended('confirmed', 10 + n),
      ended('confirmed', 10 + n + realMs),
      ended('confirmed', 10 + n + realMs / 2 + virtualMs),
    ])

  it('may be a millisecond further apart than real runs', () => {
    const near = apart(0, 0.9)
    expect(near.wassersteinMs).toMatchObject({ floor: 0, limit: 1, met: true })
    expect(near.wassersteinMs.toReal).toBeCloseTo(0.9, 9)
    expect(near.misses).toEqual([])
    expect(apart(0, 1.1).misses).toEqual([expect.stringContaining('Latencies are 1.10 ms apart')])
  })

  it('or twice as far', () => {
    const near = apart(10, 19).wassersteinMs
    expect(near.limit).toBeCloseTo(20, 9)
    expect(near.met).toBe(true)
    expect(apart(10, 21).wassersteinMs.met).toBe(false)
  })
})

describe('outcomes', () => {
  /** So many of a hundred differ between the real runs, and so many between the virtual run and both. */
  const differ = (real: number, virtual: number) =>
    compare((n) => [
      ended('confirmed', 1),
      ended(n < real ? 'failed' : 'confirmed', 1),
      ended(n >= 100 - virtual ? 'refused' : 'confirmed', 1),
    ])

  it('may differ by a point more than twice as often as between real runs', () => {
    expect(differ(0, 1).otherOutcome).toMatchObject({ floor: 0, toReal: 0.01, limit: 0.01, met: true })
    expect(differ(0, 2).otherOutcome.met).toBe(false)
    expect(differ(10, 10).otherOutcome).toMatchObject({ floor: 0.1, met: true })
    expect(differ(10, 10).otherOutcome.limit).toBeCloseTo(0.21, 9)
    expect(differ(10, 30).misses).toEqual([expect.stringContaining('35.0 % of the purchases end in another way')])
  })

  it('are counted by run, and what never came is one as well', () => {
    const { outcomes } = compare((n) => [
      ended('confirmed', 1),
      ended('confirmed', 1),
      n < 3 ? undefined : ended('confirmed', 1),
    ])
    expect(outcomes).toEqual({
      confirmed: { real: [100, 100], virtual: 97 },
      'never came': { real: [0, 0], virtual: 3 },
    })
  })
})

describe('expectations', () => {
  const same = () => [ended('confirmed', 1), ended('confirmed', 1), ended('confirmed', 1)]

  it('must hold and fail as in the real world', () => {
    expect(
      compare(same, [
        [true, false],
        [true, false],
        [true, false],
      ]).misses,
    ).toEqual([])
    expect(
      compare(same, [
        [true, false],
        [true, false],
        [true, true],
      ]).misses,
    ).toEqual(["'promise 1' holds in the virtual world and fails in the real one."])
  })

  it('that are undecided in one world and fail in the other do not agree', () => {
    expect(compare(same, [[false], [false], [null]]).misses).toEqual([
      "'promise 0' is undecided in the virtual world and fails in the real one.",
    ])
    expect(compare(same, [[null], [null], [false]]).misses).toEqual([
      "'promise 0' fails in the virtual world and is undecided in the real one.",
    ])
    expect(compare(same, [[null], [null], [null]]).misses).toEqual([])
  })

  it('are there for what nobody names as well', () => {
    const run = (times: number, expected: 'holds' | 'allowed' = 'holds') => {
      const { result } = figures(true)
      const name = 'charged-at-most-once' as const
      const [first] = result.invariants as [VariantResult['invariants'][0]]
      const invariants = [{ ...first, name, violations: times, expected }]
      return { result: { ...result, violations: { ...result.violations, [name]: times }, invariants }, firstStrikes: 0 }
    }
    const misses = (real: readonly [Fig, Fig], virtual: Fig) => beginComparison(2).end({ real, virtual }).misses
    expect(misses([run(0), run(0)], run(3))).toEqual([
      "'charged-at-most-once holds' fails in the virtual world and holds in the real one.",
    ])
    expect(misses([run(2), run(4)], run(3))).toEqual([])
    expect(misses([run(0), run(0)], run(0))).toEqual([])
    expect(misses([run(0), run(4)], run(3))).toEqual([])
    expect(misses([run(0, 'allowed'), run(0, 'allowed')], run(3, 'allowed'))).toEqual([])
  })

  it('are not judged where real runs disagree', () => {
    const apart = compare(same, [
      [true, true],
      [false, true],
      [true, true],
    ])
    expect(apart.expectations.map(({ met }) => met)).toEqual([null, true])
    expect(apart).toMatchObject({
      misses: [],
      notJudged: ["'promise 0' is not judged: the real runs disagree about it."],
    })
  })
})

describe('where nobody knows what real runs differ by', () => {
  const UNKNOWN = { floor: null, limit: null, met: null }
  const LATENCIES = 'Latencies are not judged: what real runs differ by is known only of two real runs with answers.'
  const OUTCOMES = 'Outcomes are not judged: what real runs differ by is known only of two real runs with purchases.'

  it('nothing is judged by it: there was one real run only', () => {
    const comparison = beginComparison(1)
    for (let n = 0; n < 100; n++) comparison.purchase([ended('confirmed', 10), ended('failed', 5_000)])
    const alone = comparison.end({ real: [figures(true)], virtual: figures(true) })
    expect(alone.wassersteinMs).toEqual({ toReal: 4_990, ...UNKNOWN })
    expect(alone.otherOutcome).toEqual({ toReal: 1, ...UNKNOWN })
    expect(alone).toMatchObject({ misses: [], notJudged: [LATENCIES, OUTCOMES] })
    expect(faithfulnessOf([alone])).toBe(null)
  })

  it('no purchase came', () => {
    const nobody = beginComparison(2).end({ real: [figures(true), figures(true)], virtual: figures(true) })
    expect(nobody.wassersteinMs).toEqual({ toReal: null, ...UNKNOWN })
    expect(nobody.otherOutcome).toEqual({ toReal: null, ...UNKNOWN })
    expect(nobody).toMatchObject({ misses: [], notJudged: [LATENCIES, OUTCOMES] })
  })

  it.each([
    ['in no run', []],
    ['in one real run only', [0]],
    ['in the virtual run only', [2]],
  ])('anybody was answered %s: latencies are not judged, and outcomes are', (_, answered) => {
    const told = (run: number) => (answered.includes(run) ? ended('confirmed', 1) : undefined)
    const { wassersteinMs, otherOutcome, notJudged } = compare(() => [told(0), told(1), told(2)])
    expect(wassersteinMs.met).toBe(null)
    expect(otherOutcome.met).toBe(!answered.includes(2))
    expect(notJudged).toEqual([LATENCIES])
  })

  it('and where it is known, a virtual run without answers misses', () => {
    const { wassersteinMs, misses } = compare(() => [ended('confirmed', 1), ended('confirmed', 2), undefined])
    expect(wassersteinMs).toMatchObject({ toReal: null, floor: 1, met: false })
    expect(misses).toContainEqual(expect.stringContaining('Latencies are unknown apart'))
  })
})

it('faithful is what misses nothing and was judged in all', () => {
  const [held, violated, unknown] = [
    { misses: [], notJudged: [] },
    { misses: ['so much'], notJudged: [] },
    { misses: [], notJudged: ['who knows'] },
  ]
  expect(faithfulnessOf([held, held])).toBe(true)
  expect(faithfulnessOf([held, unknown])).toBe(null)
  expect(faithfulnessOf([held, violated, unknown])).toBe(false)
  expect(faithfulnessOf([])).toBe(null)
})
