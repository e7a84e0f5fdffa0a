/** Violations of the same shape, so that their story is told once. Memory does not grow with the violations. */

import { INVARIANTS, type InvariantName, type PurchaseFacts, type Violation } from '../core/invariant.ts'
import type { Scenario } from '../core/scenario.ts'
import { MOST_GROUPS, MOST_LISTED } from '../core/story.ts'
import type { AuditWatch } from './audit.ts'
import { byPlace } from './place.ts'
import { shapesOf } from './shape.ts'
import { MOST_ATTACHED } from './violate.ts'

/** Shapes that are kept while a variant is audited; beyond them only an invariant without a shape gets one. */
const MOST_SHAPES = 60
/** Violations found in a ledger that wait for the strikes of their purchase. */
const MOST_WAITING = 10_000

export interface FoundGroup {
  readonly invariant: InvariantName
  readonly shape: string
  readonly count: number
  /** The first ones of the traffic, at most `MOST_LISTED`. */
  readonly purchases: readonly string[]
  /** That of the first of these. */
  readonly first: Violation
}

export interface FoundGroups {
  /** As `VariantStories.groups` wants them. */
  readonly groups: readonly FoundGroup[]
  /** Violations of other shapes. */
  readonly untold: number
}

type Writable = { -readonly [Field in keyof Omit<FoundGroup, 'purchases'>]: FoundGroup[Field] } & {
  purchases: string[]
}

export function collectGroups(
  scenario: Pick<Scenario, 'products' | 'accounts'>,
): AuditWatch & { found(): FoundGroups } {
  const shapeOf = shapesOf(scenario)
  const groups = new Map<string, Writable>()
  const hasShape = new Set<InvariantName>()
  const waiting = new Map<string, Violation[]>()
  let waitingCount = 0
  let untold = 0

  function add(violation: Violation): void {
    const { invariant, purchase } = violation
    const shape = shapeOf(violation)
    const key = `${invariant} ${shape}`
    const known = groups.get(key)
    if (known) {
      join(known, violation)
      return
    }
    if (groups.size >= MOST_SHAPES && hasShape.has(invariant)) {
      untold++
      return
    }
    hasShape.add(invariant)
    const purchases = purchase === undefined ? [] : [purchase]
    groups.set(key, { invariant, shape, count: 1, purchases, first: violation })
  }

  /** Whoever is found in a ledger has no strikes yet; whoever has none at all is told so when the purchase comes. */
  function wait(violation: Violation, purchase: string): void {
    if (waitingCount >= MOST_WAITING) {
      untold++
      return
    }
    waitingCount++
    const others = waiting.get(purchase)
    if (others) others.push(violation)
    else waiting.set(purchase, [violation])
  }

  return {
    violation(violation) {
      const { purchase, strikes } = violation
      if (purchase === undefined || strikes.length > 0) add(violation)
      else wait(violation, purchase)
    },
    purchase({ id, strikes }: PurchaseFacts) {
      const found = waiting.get(id)
      if (!found) return
      waiting.delete(id)
      waitingCount -= found.length
      for (const violation of found) add({ ...violation, strikes: strikes.slice(0, MOST_ATTACHED) })
    },
    found() {
      // Their purchases are on no record, or came before.
      for (const violations of waiting.values()) for (const violation of violations) add(violation)
      waiting.clear()
      waitingCount = 0
      for (const group of groups.values()) group.purchases = firstOnes(group.purchases)
      const told = chooseTold([...groups.values()])
      const rest = [...groups.values()].filter((group) => !told.includes(group))
      return { groups: told, untold: rest.reduce((sum, { count }) => sum + count, untold) }
    },
  }
}

function join(group: Writable, violation: Violation): void {
  const { purchase } = violation
  group.count++
  if (purchase === undefined) return
  if (group.first.purchase === undefined || byPlace(purchase, group.first.purchase) < 0) group.first = violation
  group.purchases.push(purchase)
  // Now and then, so that each costs little.
  if (group.purchases.length >= 4 * MOST_LISTED) group.purchases = firstOnes(group.purchases)
}

/** One purchase may break the same promise twice. */
function firstOnes(purchases: readonly string[]): string[] {
  return [...new Set(purchases)].sort(byPlace).slice(0, MOST_LISTED)
}

/** The most frequent shape of each invariant, then the most frequent of all that are left. */
function chooseTold(groups: readonly Writable[]): FoundGroup[] {
  const rank = (group: FoundGroup) => INVARIANTS.indexOf(group.invariant)
  const byCount = groups.toSorted((a, b) => b.count - a.count || rank(a) - rank(b) || (a.shape < b.shape ? -1 : 1))
  const ahead = INVARIANTS.flatMap((name) => byCount.find(({ invariant }) => invariant === name) ?? [])
  const others = byCount.filter((group) => !ahead.includes(group))
  const told = new Set([...ahead, ...others].slice(0, MOST_GROUPS))
  const inOrder = byCount.filter((group) => told.has(group))
  return inOrder.sort((a, b) => rank(a) - rank(b))
}
