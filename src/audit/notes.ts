/** What is kept of an audited variant beside its result, for whoever tells why things went wrong. Passes from thread to thread. */

import type { Scenario } from '../core/scenario.ts'
import type { AuditWatch } from './audit.ts'
import { collectGroups, type FoundGroups } from './groups.ts'
import { noteOutcomes, type OutcomeNotes, type OutcomesPlan } from './outcomes.ts'

export interface VariantNotes {
  readonly groups: FoundGroups
  readonly outcomes: OutcomeNotes
}

export function takeNotes(
  plan: OutcomesPlan & { readonly scenario: Pick<Scenario, 'products' | 'accounts'> },
): AuditWatch & { notes(): VariantNotes } {
  const groups = collectGroups(plan.scenario)
  const outcomes = noteOutcomes(plan)
  return {
    violation(violation) {
      groups.violation(violation)
      outcomes.violation(violation)
    },
    purchase(facts) {
      groups.purchase(facts)
      outcomes.purchase(facts)
    },
    notes: () => ({ groups: groups.found(), outcomes: outcomes.notes() }),
  }
}
