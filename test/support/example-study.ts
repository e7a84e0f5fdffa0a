/** A study to try renderers on: 12 seeds of three variants, one of which is left out at a seed. */

import type { OrderEnds } from '../../src/core/order-ends.ts'
import type { Result, VariantResult } from '../../src/core/result.ts'
import { beginStudy } from '../../src/report/study/collect.ts'
import type { Study } from '../../src/report/study/study.ts'
import { exampleResult } from './example-result.ts'

const SEEDS = 12
const ENDS: Readonly<Record<number, OrderEnds>> = {
  0: { arrived: new Uint8Array([255]), confirmed: new Uint8Array([0b00001111]) },
  1: { arrived: new Uint8Array([255]), confirmed: new Uint8Array([0b11111110]) },
}

/** Numbers that look like chance and never change. */
function wobble(seed: number, salt: number): number {
  const x = Math.sin(seed * 12.9898 + salt * 78.233) * 43_758.5453
  return x - Math.floor(x)
}

function atSeed(variant: VariantResult, seed: number, at: number): VariantResult {
  const more = wobble(seed, at)
  return {
    ...variant,
    verdict: seed === 3 && at === 2 ? 'INCONCLUSIVE' : 'PASS',
    lossCents: at === 0 ? 40_000 + Math.round(5_000 * more) : 0,
    goodputPerSecond: 20 + more,
    latencyMs: { ...variant.latencyMs, p50: 30 + 5 * more + 10 * at, p99: 500 + 90 * more },
  }
}

/** @param change what the results are to be called otherwise */
export function exampleStudy(change: (result: Result) => Result = (result) => result): Study {
  const whole = exampleResult()
  const result = change({ ...whole, variants: whole.variants.slice(0, 3) })
  const names = result.variants.map(({ name }) => name)
  const begun = beginStudy({ seeds: { first: 1, last: SEEDS }, variants: names, reference: names[0] ?? '' })
  for (let seed = 1; seed <= SEEDS; seed++) {
    const variants = result.variants.map((variant, at) => atSeed(variant, seed, at))
    begun.add({ ...result, seed, verdict: 'PASS', variants }, (name) => ENDS[names.indexOf(name) % 2] as OrderEnds)
  }
  return begun.end() as Study
}
