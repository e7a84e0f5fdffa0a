import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectLatencySample, wassersteinMs } from './latency-sample.ts'

function pointsOf(values: readonly number[], mostExact?: number) {
  const sample = collectLatencySample(mostExact)
  for (const value of values) sample.add(value)
  return sample.points()
}

/** Both samples repeated until they are of one size, sorted, and moved one by one. */
function byBruteForce(one: readonly number[], other: readonly number[]): number {
  const repeated = (values: readonly number[], times: number) =>
    values.flatMap((value) => new Array<number>(times).fill(value)).sort((a, b) => a - b)
  const first = repeated(one, other.length)
  const second = repeated(other, one.length)
  return first.reduce((sum, value, n) => sum + Math.abs(value - (second[n] as number)), 0) / first.length
}

const latencies = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 40 })

describe('the Wasserstein distance', () => {
  it('is that of moving one sample onto the other, answer by answer', () =>
    fc.assert(
      fc.property(latencies, latencies, (one, other) => {
        expect(wassersteinMs(pointsOf(one), pointsOf(other))).toBeCloseTo(byBruteForce(one, other), 6)
      }),
    ))

  it('of samples that differ by a constant is that constant, and of a sample to itself nothing', () => {
    const sample = [3, 1, 4, 1, 5]
    expect(wassersteinMs(pointsOf(sample), pointsOf(sample.map((value) => value + 7)))).toBeCloseTo(7, 9)
    expect(wassersteinMs(pointsOf(sample), pointsOf(sample))).toBe(0)
  })

  it('needs answers on both sides', () => {
    expect(wassersteinMs(pointsOf([]), pointsOf([1]))).toBeNull()
    expect(wassersteinMs(pointsOf([]), pointsOf([]))).toBe(0)
  })
})

describe('a sample', () => {
  it('that is too large to be kept is nearly the same', () => {
    const values = Array.from({ length: 3_000 }, (_, n) => 1 + ((n * 7_919) % 10_000) / 10)
    const kept = pointsOf(values)
    const sketched = pointsOf(values, 100)
    expect(kept.total).toBe(3_000)
    expect(wassersteinMs(kept, sketched)).toBeLessThan(0.5)
  })
})
