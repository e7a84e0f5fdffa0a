import { describe, expect, it } from 'vitest'
import { keyedDraw } from './draw.ts'

type Sample = (index: number) => number

const ROUNDS = 20_000
const draw = keyedDraw(42)
const purchase = (index: number) => `p-${index + 1}`

/** Everything that luck is keyed by, walked one at a time, as a run does. */
const WALKS: Readonly<Record<string, Sample>> = {
  attempts: (i) => draw('crash', 'inventory', 'p-1', 'deduct', i + 1),
  purchases: (i) => draw('crash', 'inventory', purchase(i), 'deduct', 1),
  effects: (i) => draw('crash', 'inventory', 'p-1', `effect-${i}`, 1),
  purposes: (i) => draw(`gremlin-${i}`, 'inventory', 'p-1', 'deduct', 1),
  services: (i) => draw('crash', `service-${i}`, 'p-1', 'deduct', 1),
  seeds: (i) => keyedDraw(i)('crash', 'inventory', 'p-1', 'deduct', 1),
  'short texts': (i) => draw('c', 'i', i.toString(36), '', 1),
}

function samples(sample: Sample, count = ROUNDS): number[] {
  return Array.from({ length: count }, (_, i) => sample(i))
}

/**
 * Chi-square of how the values fill equal bins, as a standard normal number (Wilson and Hilferty 1931). Above 4 by chance in three
 * of 100,000 tests; the tests have fixed seeds, so they do not flake.
 */
function unevenness(values: readonly number[], bins: number): number {
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) counts[Math.floor(value * bins)]! += 1
  const expected = values.length / bins
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const degrees = bins - 1
  const spread = 2 / (9 * degrees)
  return ((chiSquare / degrees) ** (1 / 3) - (1 - spread)) / Math.sqrt(spread)
}

function correlation(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const mx = mean(xs)
  const my = mean(ys)
  let both = 0
  let xx = 0
  let yy = 0
  for (const [i, x] of xs.entries()) {
    const y = ys[i]!
    both += (x - mx) * (y - my)
    xx += (x - mx) ** 2
    yy += (y - my) ** 2
  }
  return both / Math.sqrt(xx * yy)
}

/** Four standard deviations of a correlation that is truly zero. */
const NEAR_ZERO = 4 / Math.sqrt(ROUNDS)

/** The 32 bits that matter most. */
const topBits = (value: number) => Math.floor(value * 2 ** 32)

/** How often each of the 32 top bits differs between two walks, as shares. */
function flips(one: Sample, other: Sample): number[] {
  const counts = new Array<number>(32).fill(0)
  for (let i = 0; i < ROUNDS; i++) {
    const changed = (topBits(one(i)) ^ topBits(other(i))) >>> 0
    for (let bit = 0; bit < 32; bit++) counts[bit]! += (changed >>> bit) & 1
  }
  return counts.map((count) => count / ROUNDS)
}

describe.each(Object.entries(WALKS))('keyed draws over %s', (_, sample) => {
  it('lie in [0, 1) and fill it evenly', () => {
    const values = samples(sample)
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    for (const bins of [2, 10, 64, 1000]) expect(Math.abs(unevenness(values, bins))).toBeLessThan(4)
  })

  it('fill their lower digits evenly, too', () => {
    const lower = samples(sample).map((value) => (value * 2 ** 20) % 1)
    expect(Math.abs(unevenness(lower, 64))).toBeLessThan(4)
  })

  it('do not follow the one before', () => {
    const values = samples(sample, ROUNDS + 2)
    for (const lag of [1, 2]) {
      expect(Math.abs(correlation(values.slice(0, ROUNDS), values.slice(lag, lag + ROUNDS)))).toBeLessThan(NEAR_ZERO)
    }
  })

  it('fill pairs of neighbours evenly', () => {
    const values = samples(sample, 2 * ROUNDS)
    const pairs = Array.from({ length: ROUNDS }, (_, i) => {
      const [x, y] = [values[2 * i]!, values[2 * i + 1]!]
      return (Math.floor(x * 16) * 16 + Math.floor(y * 16)) / 256
    })
    expect(Math.abs(unevenness(pairs, 256))).toBeLessThan(4)
  })
})

describe('a draw with one part of its key changed', () => {
  const base: Sample = (i) => draw('crash', 'inventory', purchase(i), 'deduct', 1)
  const neighbours: Readonly<Record<string, Sample>> = {
    attempt: (i) => draw('crash', 'inventory', purchase(i), 'deduct', 2),
    'attempt far away': (i) => draw('crash', 'inventory', purchase(i), 'deduct', 1 + 2 ** 20),
    purchase: (i) => draw('crash', 'inventory', `q-${i + 1}`, 'deduct', 1),
    effect: (i) => draw('crash', 'inventory', purchase(i), 'deducu', 1),
    'effect of an undo': (i) => draw('crash', 'inventory', purchase(i), 'deduct:undo', 1),
    purpose: (i) => draw('crasi', 'inventory', purchase(i), 'deduct', 1),
    'purpose of a delay': (i) => draw('crash:delay', 'inventory', purchase(i), 'deduct', 1),
    service: (i) => draw('crash', 'payment', purchase(i), 'deduct', 1),
    seed: (() => {
      const other = keyedDraw(43)
      return (i: number) => other('crash', 'inventory', purchase(i), 'deduct', 1)
    })(),
  }

  it.each(Object.entries(neighbours))('is unrelated (%s)', (_, neighbour) => {
    expect(Math.abs(correlation(samples(base), samples(neighbour)))).toBeLessThan(NEAR_ZERO)
  })

  it.each(Object.entries(neighbours))('differs in half of its bits (%s)', (_, neighbour) => {
    for (const share of flips(base, neighbour))
      expect(Math.abs(share - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(ROUNDS))
  })
})

describe('the key of a draw', () => {
  it('gives the same number again, in any order and in another instance', () => {
    const another = keyedDraw(42)
    const keys = Array.from({ length: 200 }, (_, i) => i)
    const forwards = keys.map((i) => draw('crash', 'bank', purchase(i), 'transfer', 3))
    const backwards = keys.toReversed().map((i) => another('crash', 'bank', purchase(i), 'transfer', 3))
    expect(backwards.toReversed()).toEqual(forwards)
  })

  it('survives more purposes and services than are kept', () => {
    const before = draw('crash', 'inventory', 'p-1', 'deduct', 1)
    for (let i = 0; i < 2_500; i++) {
      draw(`purpose-${i}`, 'inventory', 'p-1', 'deduct', 1)
      draw('crash', `service-${i}`, 'p-1', 'deduct', 1)
    }
    expect(draw('crash', 'inventory', 'p-1', 'deduct', 1)).toBe(before)
  })

  it('keeps its parts apart', () => {
    const numbers = [
      draw('a', 'b', 'c', 'd', 1),
      draw('ab', '', 'c', 'd', 1),
      draw('', 'ab', 'c', 'd', 1),
      draw('a', 'bc', '', 'd', 1),
      draw('a', '', 'bc', 'd', 1),
      draw('a', 'b', 'cd', '', 1),
      draw('a', 'b', '', 'cd', 1),
      draw('a', 'b', 'c', 'd1', 1),
      draw('a', 'b', 'c1', 'd', 1),
    ]
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it('takes a seed as a number or as its text', () => {
    expect(keyedDraw('42')('a', 'b', 'c', 'd', 1)).toBe(draw('a', 'b', 'c', 'd', 1))
  })

  it('has seldom a twin among many', () => {
    const seen = new Set<number>()
    for (let p = 0; p < 20_000; p++)
      for (let a = 1; a <= 5; a++) seen.add(draw('x', 'bank', purchase(p), 'transfer', a))
    // 100,000 draws of 2^32 states have about one twin by chance.
    expect(seen.size).toBeGreaterThanOrEqual(100_000 - 8)
  })
})
