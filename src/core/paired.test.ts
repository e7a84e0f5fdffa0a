import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedDraw } from './draw.ts'
import { comparePaired, type Pair } from './paired.ts'

const against = (...differences: number[]): Pair[] => differences.map((difference) => [100 + difference, 100])

describe('a paired difference', () => {
  it('is that of the textbook', () => {
    // W. S. Gosset, 1908, section IX: the additional hours of sleep of ten patients, dextro- and laevo-hyoscyamine.
    const sleep: Pair[] = [
      [1.9, 0.7],
      [0.8, -1.6],
      [1.1, -0.2],
      [0.1, -1.2],
      [-0.1, -0.1],
      [4.4, 3.4],
      [5.5, 3.7],
      [1.6, 0.8],
      [4.6, 0],
      [3.4, 2],
    ]
    const found = comparePaired(sleep)
    expect(found).toMatchObject({ seeds: 10, shows: 'more' })
    expect(found.mean).toBeCloseTo(2.33, 10)
    expect(found.referenceMean).toBeCloseTo(0.75, 10)
    expect(found.difference).toBeCloseTo(1.58, 10)
    expect(found.low).toBeCloseTo(0.7001142, 6)
    expect(found.high).toBeCloseTo(2.4598858, 6)
  })

  it('says in which direction, and when the seeds cannot', () => {
    expect(comparePaired(against(5, 6, 7)).shows).toBe('more')
    expect(comparePaired(against(-5, -6, -7)).shows).toBe('less')
    expect(comparePaired(against(-5, 6, 1)).shows).toBe('nothing')
  })

  it('has no interval from one seed, and no mean from none', () => {
    expect(comparePaired(against(5))).toMatchObject({
      seeds: 1,
      difference: 5,
      low: null,
      high: null,
      shows: 'too-few',
    })
    expect(comparePaired([])).toMatchObject({ seeds: 0, mean: null, difference: null, low: null, shows: 'too-few' })
  })

  it('that is the same at every seed is no certainty', () => {
    expect(comparePaired(against(0, 0, 0))).toMatchObject({ difference: 0, low: 0, high: 0, shows: 'same' })
    expect(comparePaired(against(2, 2, 2))).toMatchObject({ difference: 2, low: 2, high: 2, shows: 'no-spread' })
  })

  it('is not made of what rounding leaves', () => {
    const rounded: Pair[] = [
      [0.1 + 0.2, 0.3],
      [0.3, 0.3],
      [0.3, 0.1 + 0.2],
    ]
    expect(comparePaired(rounded)).toMatchObject({ difference: 0, shows: 'same' })
  })
})

describe('for all figures', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 })), {
    minLength: 2,
    maxLength: 40,
  })

  it('swapping the variants turns the signs round', () => {
    const opposite = { more: 'less', less: 'more', nothing: 'nothing', same: 'same', 'no-spread': 'no-spread' } as const
    fc.assert(
      fc.property(pairs, (given) => {
        const [one, other] = [comparePaired(given), comparePaired(given.map(([a, b]) => [b, a] as const))]
        expect(other.shows).toBe(opposite[one.shows as keyof typeof opposite])
        expect(other.difference).toBeCloseTo(-(one.difference ?? 0), 6)
        expect(other.low).toBeCloseTo(-(one.high ?? 0), 6)
        expect(other.high).toBeCloseTo(-(one.low ?? 0), 6)
      }),
    )
  })

  it('a constant added to the variant moves the interval by as much; added to both it changes nothing', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: -1_000, max: 1_000 }), (given, constant) => {
        const before = comparePaired(given)
        const moved = comparePaired(given.map(([a, b]) => [a + constant, b] as const))
        expect(moved.difference).toBeCloseTo((before.difference ?? 0) + constant, 5)
        expect(moved.low).toBeCloseTo((before.low ?? 0) + constant, 5)
        expect(moved.high).toBeCloseTo((before.high ?? 0) + constant, 5)
        const both = comparePaired(given.map(([a, b]) => [a + constant, b + constant] as const))
        expect(both.low).toBeCloseTo(before.low ?? 0, 5)
        expect(both.high).toBeCloseTo(before.high ?? 0, 5)
      }),
    )
  })

  it('the order of the seeds does not matter, and the difference lies in the middle of its interval', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const [one, other] = [comparePaired(given), comparePaired([...given].reverse())]
        expect(other.low).toBeCloseTo(one.low ?? 0, 5)
        expect(((one.low ?? 0) + (one.high ?? 0)) / 2).toBeCloseTo(one.difference ?? 0, 5)
      }),
    )
  })
})

describe('95 % intervals', () => {
  const draw = keyedDraw('coverage')
  const uniform = (study: number, seed: number, part: string) => draw('study', 'order', `p-${study}`, part, seed)
  /** G. E. P. Box and M. E. Muller, 1958. */
  const normal = (study: number, seed: number, part: string) =>
    Math.sqrt(-2 * Math.log(1 - uniform(study, seed, `${part}-a`))) *
    Math.cos(2 * Math.PI * uniform(study, seed, `${part}-b`))
  const STUDIES = 4_000

  // 4,000 studies put the standard error of the share at 0.35 points; four of them are allowed.
  it.each([2, 3, 5, 30])('from %i seeds hold the true difference in 95 studies of 100', (seeds) => {
    let held = 0
    for (let study = 0; study < STUDIES; study++) {
      const pairs = Array.from({ length: seeds }, (_, seed): Pair => {
        const luck = 50 * normal(study, seed, 'shared')
        return [luck + 3 + normal(study, seed, 'variant'), luck + 2 * normal(study, seed, 'reference')]
      })
      const { low, high } = comparePaired(pairs)
      if (low !== null && high !== null && low <= 3 && 3 <= high) held++
    }
    expect(held / STUDIES).toBeGreaterThan(0.936)
    expect(held / STUDIES).toBeLessThan(0.964)
  })
})
