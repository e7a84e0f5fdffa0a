import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countLatencies, LATENCY_EDGES_MS, recordLatencies } from './histogram.ts'

const latencies = fc.array(fc.double({ min: 0, max: 3_000_000, noNaN: true }), { minLength: 1, maxLength: 200 })

test('quantiles are within a thousandth of the exact ones, and the maximum is exact', () => {
  fc.assert(
    fc.property(latencies, (values) => {
      const recorded = recordLatencies(3)
      for (const value of values) recorded.add(value)
      const sorted = values.map((value) => Math.round(value * 1_000) / 1_000).toSorted((a, b) => a - b)
      const exact = (percent: number) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!
      const { p50, p90, p99, max } = recorded.quantiles()
      expect(max).toBe(sorted.at(-1))
      for (const [quantile, percent] of [
        [p50, 50],
        [p90, 90],
        [p99, 99],
      ] as const) {
        expect(Math.abs(quantile! - exact(percent))).toBeLessThanOrEqual(exact(percent) / 1_000 + 0.001)
      }
    }),
  )
})

test('nothing measured is null, not zero', () => {
  expect(recordLatencies(2).quantiles()).toEqual({ p50: null, p90: null, p99: null, max: null })
})

test('more than an hour counts as an hour', () => {
  const recorded = recordLatencies(3)
  recorded.add(1e9)
  expect(recorded.quantiles().max).toBe(3_600_000)
})

test('merged recordings are as good as one', () => {
  const [a, b, both] = [recordLatencies(2), recordLatencies(2), recordLatencies(2)]
  for (let i = 1; i <= 100; i++) {
    const recorded = i % 3 ? a : b
    recorded.add(i)
    both.add(i)
  }
  a.merge(b)
  expect(a.quantiles()).toEqual(both.quantiles())
})

test('edges grow from 1 ms to a minute', () => {
  expect(LATENCY_EDGES_MS).toHaveLength(40)
  expect(LATENCY_EDGES_MS[0]).toBe(1)
  expect(LATENCY_EDGES_MS.at(-1)).toBe(60_000)
  expect(LATENCY_EDGES_MS.toSorted((a, b) => a - b)).toEqual(LATENCY_EDGES_MS)
  expect(new Set(LATENCY_EDGES_MS).size).toBe(40)
})

test('every latency is counted in one bucket, whose edge it does not pass', () => {
  fc.assert(
    fc.property(latencies, (values) => {
      const counted = countLatencies()
      for (const value of values) counted.add(value, value > 10)
      const buckets = counted.buckets()
      const upto = (edge: number) =>
        buckets.filter(({ uptoMs }) => uptoMs <= edge).reduce((sum, { all }) => sum + all, 0)
      for (const { uptoMs } of buckets) expect(upto(uptoMs)).toBe(values.filter((value) => value <= uptoMs).length)
      expect(upto(Number.POSITIVE_INFINITY)).toBe(values.length)
      expect(buckets.reduce((sum, { confirmed }) => sum + confirmed, 0)).toBe(
        values.filter((value) => value > 10).length,
      )
    }),
  )
})
