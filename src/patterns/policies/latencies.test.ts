import { expect, it } from 'vitest'
import { createLatencies } from './latencies.ts'

it('gives quantiles by nearest rank, of the latest only', () => {
  const latencies = createLatencies(20)
  for (let ms = 1; ms <= 10; ms++) latencies.add(ms)
  expect([0.1, 0.5, 0.95, 1].map(latencies.quantile)).toEqual([1, 5, 10, 10])
  for (let ms = 100; ms > 80; ms--) latencies.add(ms)
  expect(latencies.count()).toBe(20)
  expect([0, 0.5, 0.95, 1].map(latencies.quantile)).toEqual([81, 90, 99, 100])
})
