/** The nearest variant in which the same purchase, with the same luck, broke nothing. */

import { isBrokenByAny, type OutcomeNotes, outcomeAt } from '../audit/outcomes.ts'
import { placeOf } from '../audit/place.ts'
import type { InvariantName } from '../core/invariant.ts'
import type { OutcomeCell } from '../core/outcomes.ts'
import type { Variant } from '../core/pattern.ts'
import { changesBetween, describeChanges, distanceOf } from './variant-changes.ts'

export interface Finished {
  readonly variant: Variant
  readonly outcomes: OutcomeNotes
}

export interface Nearest<Other extends Finished> {
  readonly other: Other
  readonly change: string
}

/** Purchases compete here: who is not sold what is not there may have left the fault to somebody else, and to be refused is right. */
const SHARED: readonly InvariantName[] = ['never-oversold']

export interface Broken {
  readonly purchase: string
  readonly invariant: InvariantName
}

/**
 * One in which it was confirmed, or else one in which it at least broke nothing. For what purchases share: one in which nobody broke
 * that. Undefined where there is none.
 */
export function nearestClean<Other extends Finished>(
  { purchase, invariant }: Broken,
  of: Finished,
  all: readonly Other[],
): Nearest<Other> | undefined {
  const place = placeOf(purchase)
  if (place === undefined) return undefined
  // A control arm has another luck.
  const clean = all.flatMap((other) => {
    if (other.variant.name === of.variant.name || other.variant.gremlins !== of.variant.gremlins) return []
    const cell = outcomeAt(other.outcomes, place)
    return cell && cell.broken.length === 0 ? [{ other, cell, changes: changesBetween(of.variant, other.variant) }] : []
  })
  const isShared = SHARED.includes(invariant)
  const good = isShared
    ? clean.filter(({ other }) => !isBrokenByAny(other.outcomes, invariant))
    : clean.filter(({ cell }) => endedWell(cell))
  const nearest = (good.length > 0 || isShared ? good : clean)
    // Stable: of two that are as near the first one of the scenario is taken.
    .sort((a, b) => distanceOf(a.changes) - distanceOf(b.changes))[0]
  return (
    nearest && { other: nearest.other, change: `${describeChanges(nearest.changes)}${unlessConfirmed(nearest.cell)}` }
  )
}

/** To break nothing is not yet to get what one came for. */
function unlessConfirmed({ class: end }: OutcomeCell): string {
  return end === null || end === 'confirmed' ? '' : `; there it ended as ${end}`
}

/** What is no order has no class, and is well where it was answered. */
function endedWell({ class: end, latencyMs }: OutcomeCell): boolean {
  return end === null ? latencyMs !== null : end === 'confirmed'
}
