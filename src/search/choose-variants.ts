/** Which variants are explored, and against which gremlins. */

import type { Variant } from '../core/pattern.ts'
import type { ExploreBounds, Scenario } from '../core/scenario.ts'
import { boundsOf } from './bounds.ts'

export interface Explorand {
  readonly variant: string
  readonly gremlins: ExploreBounds['gremlins']
  /** Another scenario that expects it, or what is built like it, to break; so it meets only this scenario's own gremlins. */
  readonly brokenIn: string | null
}

/** What is allowed is not expected. */
function isKnownToBreak({ expectations }: Scenario, { name }: Variant): boolean {
  return (expectations[name]?.violated ?? []).length > 0
}

/** Edges and doors say how calls are made; what an order is worth after a fault is said by these. */
function foundationOf({ workflow, participants, buyer }: Variant): string {
  return JSON.stringify([workflow.workflow, participants, buyer])
}

function brokenIn(variant: Variant, scenario: Scenario, others: readonly Scenario[]): string | null {
  const foundation = foundationOf(variant)
  const broken = others.find(
    (other) =>
      other.name !== scenario.name &&
      other.variants.some((each) => foundationOf(each) === foundation && isKnownToBreak(other, each)),
  )
  return broken?.name ?? null
}

/**
 * Those whose invariants the scenario expects to hold. Where another scenario of the file expects a variant with the same workflow,
 * participants and buyers to break, it is known not to survive everything: it meets the scenario's own gremlins alone.
 *
 * @param others the scenarios of the file
 */
export function variantsToHold(scenario: Scenario, others: readonly Scenario[]): Explorand[] {
  const { gremlins } = boundsOf(scenario)
  return scenario.variants
    .filter((variant) => variant.gremlins !== 'none' && !isKnownToBreak(scenario, variant))
    .map((variant) => {
      const broken = brokenIn(variant, scenario, others)
      return { variant: variant.name, gremlins: broken === null ? gremlins : 'own', brokenIn: broken }
    })
}

/** Those that somebody names, against everything. */
export function namedVariants(scenario: Scenario, names: readonly string[]): Explorand[] {
  const { gremlins } = boundsOf(scenario)
  return [...new Set(names)].map((variant) => ({ variant, gremlins, brokenIn: null }))
}
