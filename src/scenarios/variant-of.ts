import type { Variant } from '../core/pattern.ts'
import type { LifeSetup } from '../runtime/real/messages.ts'

/** The variant that a message to a child names. */
export function variantOf({ scenario, variant: name }: Pick<LifeSetup, 'scenario' | 'variant'>): Variant {
  const variant = scenario.variants.find((each) => each.name === name)
  if (!variant) throw new Error(`the scenario '${scenario.name}' has no variant '${name}'`)
  return variant
}
