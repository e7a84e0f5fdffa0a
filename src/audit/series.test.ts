import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketFor, MOST_BUCKETS, recordSeries } from './series.ts'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

test('buckets are of 1, 2 or 5 times a power of ten', () => {
  expect([0, 120, 121, 3_000, 30_000].map(bucketFor)).toEqual([1, 1, 2, 50, 500])
})

test('nothing is lost and the memory stays bounded, however late something happens', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -10, max: 10_000_000, noNaN: true }), { maxLength: 50 }), (times) => {
      const recorded = recordSeries(1_000)
      for (const time of times) {
        recorded.addGoodput(time)
        recorded.addStrike(time, time > 500)
        recorded.addAnswer(time, 7)
      }
      const series = recorded.series(1_000)
      expect(series.goodput.length).toBeLessThanOrEqual(MOST_BUCKETS)
      expect(sum(series.goodput)).toBe(times.length)
      expect(sum(series.strikes)).toBe(times.length)
      expect(sum(series.crashes)).toBe(times.filter((time) => time > 500).length)
      const last = Math.max(0, ...times)
      if (times.length > 0) expect(series.goodput[Math.floor(last / series.bucketMs)]).toBeGreaterThan(0)
      for (const [index, p50] of series.p50.entries()) expect(p50).toBe(series.goodput[index] ? 7 : null)
    }),
  )
})

test('covers the arrival window with zeroes where nothing happened', () => {
  const series = recordSeries(1_200).series(1_000)
  expect(series).toEqual({
    bucketMs: 10,
    goodput: Array(100).fill(0),
    p50: Array(100).fill(null),
    p99: Array(100).fill(null),
    strikes: Array(100).fill(0),
    crashes: Array(100).fill(0),
  })
})

test('good ones are kept by kind, in the buckets of the whole, also where those were widened', () => {
  const recorded = recordSeries(100)
  for (const ms of [0, 1, 90, 5_000]) recorded.addGoodput(ms)
  for (const ms of [0, 91, 5_000]) recorded.addGoodput(ms, 'stock', false)
  const series = recorded.series(100)
  const [orders, stock] = [recorded.goodputOf('order', 100), recorded.goodputOf('stock', 100)]
  expect(orders).toEqual(series.goodput)
  expect(stock).toHaveLength(series.goodput.length)
  expect([sum(orders), sum(stock), sum(recorded.goodputOf('payment', 100))]).toEqual([4, 3, 0])
  expect([stock[0], stock.at(-1)]).toEqual([1 + Number(series.bucketMs > 91), 1])
})
