/** `outcomes.json`: how the same purchases ended under each variant. */

import { join } from 'node:path'
import { chooseRows } from '../audit/choose-rows.ts'
import { outcomeAt } from '../audit/outcomes.ts'
import type { OutcomeRow, Outcomes } from '../core/outcomes.ts'
import type { Purchase } from '../core/purchase.ts'
import { variantFolder } from '../core/run-folder.ts'
import { lookUpWanted } from '../runtime/real/look-up.ts'
import type { AuditedArm } from './tell-stories.ts'

/** @param folder of the run */
export function tellOutcomes(folder: string, arms: readonly AuditedArm[]): Outcomes {
  const { places, ...chosen } = chooseRows(arms.map(({ notes }) => notes.outcomes))
  const wanted = wantedAt(places, folder, arms)
  return {
    schemaVersion: 1,
    ...chosen,
    variants: arms.map(({ variant }) => variant.name),
    rows: places.map((place) => rowOf(place, wanted, arms)),
  }
}

/** Buyers want the same under each variant; where one was cut short, those who never came are found in the next. */
function wantedAt(places: readonly number[], folder: string, arms: readonly AuditedArm[]): Map<number, Purchase> {
  const found = new Map<number, Purchase>()
  for (const { variant } of arms) {
    const missing = places.filter((place) => !found.has(place))
    if (missing.length === 0) break
    const here = lookUpWanted(join(folder, variantFolder(variant.name)), missing)
    for (const [place, purchase] of here) found.set(place, purchase)
  }
  return found
}

function rowOf(place: number, wanted: ReadonlyMap<number, Purchase>, arms: readonly AuditedArm[]): OutcomeRow {
  const purchase = wanted.get(place)
  if (!purchase) throw new Error(`the traffic has no record of its purchase ${place + 1}`)
  const { kind, intendedMs, product, quantity, amountCents } = purchase
  const cells = arms.map(({ notes }) => outcomeAt(notes.outcomes, place))
  return { purchase: purchase.purchase, kind, intendedMs, product, quantity, amountCents, cells }
}
