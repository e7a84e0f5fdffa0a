import type { InvariantName, PurchaseFacts, Violation } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { ServiceName } from '../core/topology.ts'

export type ServiceRow = Violation['rows'][number]

/** Most rows and strikes a violation carries, so that a broken service cannot fill the memory. */
export const MOST_ATTACHED = 50

/** Nothing to complain about; shared, since most rows and purchases are in order. */
export const NONE: readonly Violation[] = []

export function rowsOf(service: ServiceName, entries: readonly LedgerEntry[]): ServiceRow[] {
  return entries.map((entry) => ({ service, entry }))
}

/** What is wrong with one purchase. */
export function blame(
  invariant: InvariantName,
  facts: PurchaseFacts,
  sentence: string,
  rows: readonly ServiceRow[],
): Violation {
  return {
    invariant,
    purchase: facts.id,
    sentence,
    rows: rows.slice(0, MOST_ATTACHED),
    strikes: facts.strikes.slice(0, MOST_ATTACHED),
  }
}

/** What is wrong with a ledger. The strikes of `purchase` are added when the audit comes to it. */
export function accuse(
  invariant: InvariantName,
  purchase: string | undefined,
  sentence: string,
  rows: readonly ServiceRow[],
): Violation {
  return { invariant, purchase, sentence, rows: rows.slice(0, MOST_ATTACHED), strikes: [] }
}
