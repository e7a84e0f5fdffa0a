/** When gremlins struck: dots at the foot of a lane. */

import type { Series, VariantResult } from '../../core/result.ts'
import { type Dataset, OKABE_ITO } from './spec.ts'

/** Digits beyond these are finer than a picture. */
export const fine = (value: number) => Math.round(value * 10_000) / 10_000

const STRIKES = [
  { label: 'strike', crashes: false },
  { label: 'crash', crashes: true },
] as const

/** More marks than these would hide the lane. */
const MOST_MARKS = 40
const DENSE = 20

/** How many struck in each of at most `MOST_MARKS` buckets. */
function struck({ strikes, crashes, bucketMs }: Series, fatal: boolean): { seconds: number; count: number }[] {
  const together = Math.max(1, Math.ceil(strikes.length / MOST_MARKS))
  const counts = new Map<number, number>()
  for (const [bucket, all] of strikes.entries()) {
    const killed = crashes[bucket] ?? 0
    const at = Math.floor(bucket / together)
    counts.set(at, (counts.get(at) ?? 0) + (fatal ? killed : all - killed))
  }
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([at, count]) => ({ seconds: fine(((at + 0.5) * together * bucketMs) / 1_000), count }))
}

/** A dot at the foot of the lane for each stretch of time in which something struck, larger for more. */
function dotsOf({ series }: VariantResult, { label, crashes }: (typeof STRIKES)[number], footAt: number): Dataset {
  const dots = struck(series, crashes)
  const largest = dots.length > DENSE ? 2.5 : 7
  return {
    label,
    data: dots.map(({ seconds }) => ({ x: seconds, y: footAt })),
    showLine: false,
    clip: false,
    pointStyle: crashes ? 'crossRot' : 'circle',
    pointRadius: dots.map(({ count }) => fine(Math.min(largest, 2 + 1.2 * Math.sqrt(count)))),
    borderColor: crashes ? OKABE_ITO.vermillion : OKABE_ITO.blue,
    backgroundColor: 'rgba(86, 180, 233, 0.45)',
    borderWidth: crashes ? 2 : 1.2,
    order: 1,
  }
}

/** Strikes, and those among them that killed. */
export function strikeDots(variant: VariantResult, footAt: number): Dataset[] {
  return STRIKES.map((kind) => dotsOf(variant, kind, footAt))
}
