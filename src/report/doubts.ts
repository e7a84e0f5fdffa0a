/** Why a verdict is not PASS, in whole sentences. */

import type { Result, VariantResult } from '../core/result.ts'

export interface Doubt {
  readonly variant: string
  readonly sentence: string
}

/** The audit's reasons; should it give none, the expectations that were not met. */
export function doubtsOf(variant: VariantResult): string[] {
  if (variant.reasons.length > 0) return [...variant.reasons]
  return variant.expectations.flatMap(({ expectation, holds, inconclusive }) => {
    if (inconclusive !== null) return [`Not decided: ${expectation} (${inconclusive}).`]
    return holds ? [] : [`Failed: ${expectation}.`]
  })
}

export function doubts(result: Result): Doubt[] {
  return result.variants.flatMap((variant) =>
    doubtsOf(variant).map((sentence) => ({ variant: variant.name, sentence })),
  )
}
