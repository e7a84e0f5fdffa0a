/** Nanoseconds of one keyed draw. */

import { keyedDraw } from '../src/core/draw.ts'
import { spread } from './statistics.ts'

const DRAWS = 2_000_000
const ROUNDS = 9

export function benchDraw(): string[] {
  const draw = keyedDraw(42)
  const purchases = Array.from({ length: 1_000 }, (_, index) => `p-${index + 1}`)
  let sum = 0
  const nanoseconds: number[] = []
  for (let round = -2; round < ROUNDS; round++) {
    const startNs = process.hrtime.bigint()
    for (let i = 0; i < DRAWS; i++)
      sum += draw('crash-after-commit@inventory', 'inventory', purchases[i % 1_000] as string, 'deduct', i & 3)
    const perDraw = Number(process.hrtime.bigint() - startNs) / DRAWS
    if (round >= 0) nanoseconds.push(perDraw)
  }
  return [
    `keyed draw: ${spread(nanoseconds, 1)} ns, ${ROUNDS} times ${DRAWS} draws (mean ${(sum / DRAWS / (ROUNDS + 2)).toFixed(3)})`,
  ]
}
