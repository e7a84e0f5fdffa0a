/** What the audit is made of: invariants, what they are shown, and what they answer. */

import type { CallInFlight } from './event.ts'
import type { Balance, LedgerEntry } from './ledger.ts'
import type { Purchase, PurchaseClass, Told } from './purchase.ts'
import type { Scenario } from './scenario.ts'
import type { ServiceName } from './topology.ts'

export const INVARIANTS = [
  'charged-at-most-once',
  'deducted-at-most-once',
  'never-oversold',
  'money-conserved',
  'all-or-nothing',
  'no-order-lost',
  'buyer-told-the-truth',
  'notified-exactly-once',
  'nothing-left-locked',
  'history-complete',
  'requests-conserved',
  'books-balance',
] as const
export type InvariantName = (typeof INVARIANTS)[number]

/** A strike as the audit knows it: read from a journal. */
export interface Strike {
  readonly gremlin: string
  readonly kind: string
  readonly node: string
  readonly incarnation: number
  readonly atMs: number
  readonly purchase: string
  readonly effect: string
  readonly attempt: number
  readonly fatal: boolean
  readonly takes: readonly CallInFlight[]
}

/** Everything about one purchase, from the traffic's record and the ledgers. Rows are in ledger order. */
export interface PurchaseFacts {
  /** Undefined when a ledger names a purchase that the traffic never made. */
  readonly wanted: Purchase | undefined
  readonly id: string
  /** Requests the buyer sent, refreshes included. */
  readonly asked: number
  readonly told: readonly Told[]
  readonly rows: Readonly<Record<ServiceName, readonly LedgerEntry[]>>
  readonly class: PurchaseClass
  /** Strikes on its own path, and those that took one of its calls along. */
  readonly strikes: readonly Strike[]
}

/** The figures an invariant may need about the whole run. */
export interface RunFacts {
  readonly scenario: Scenario
  /** Arrivals counted by the traffic as it sent them, apart from its records. */
  readonly arrivedCount: number
  readonly balances: Readonly<Record<ServiceName, readonly Balance[]>>
}

export interface Violation {
  readonly invariant: InvariantName
  /** Undefined when no single purchase is to blame. */
  readonly purchase: string | undefined
  /** One sentence with the figures that disagree. */
  readonly sentence: string
  /** The rows that disagree. */
  readonly rows: readonly { readonly service: ServiceName; readonly entry: LedgerEntry }[]
  readonly strikes: readonly Strike[]
}

/**
 * `always`: must hold on every prefix of the ledger, so that a refunded double charge is still one. `eventually`: must hold
 * when the run is quiet.
 */
export type InvariantKind = 'always' | 'eventually'

/** One check in progress. Is shown every ledger row once, in ledger order, then every purchase once, then the end. */
export interface Check {
  entry?(service: ServiceName, entry: LedgerEntry): Iterable<Violation>
  purchase?(facts: PurchaseFacts): Iterable<Violation>
  end?(): Iterable<Violation>
  /** How many things it has looked at that could have been wrong. 0: not exercised. */
  subjects(): number
}

/** An invariant: one file in `audit/` and one line in its catalogue. It sees ledgers and answers, never a service's internals. */
export interface Invariant {
  readonly name: InvariantName
  readonly kind: InvariantKind
  /** What it promises, in one sentence. */
  readonly promise: string
  begin(run: RunFacts): Check
}
