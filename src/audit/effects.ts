/** What a purchase has really moved, by the bank's and the inventory's ledgers, beside what it should have moved. */

import type { PurchaseFacts } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import { convertCents, rateMicroOf } from '../core/money.ts'
import type { Scenario } from '../core/scenario.ts'

const MICRO = 1_000_000

function moves(entry: LedgerEntry): boolean {
  return entry.kind === 'effect' || entry.kind === 'reversal'
}

/** Charges are judged in the bank's ledger, on the merchant's side: one row for each charge and for each refund. */
export function chargeRows(facts: PurchaseFacts): LedgerEntry[] {
  return facts.rows.bank.filter(
    (entry) => entry.effect === 'charge' && moves(entry) && entry.account.startsWith('merchant-'),
  )
}

export function deductionRows(facts: PurchaseFacts): LedgerEntry[] {
  return facts.rows.inventory.filter((entry) => entry.effect === 'deduct' && moves(entry))
}

/** The price in a currency; in base cents where the scenario has no rate for it. */
export function priceIn(amountCents: number, currency: string, scenario: Scenario): number {
  return convertCents(amountCents, rateMicroOf(scenario, currency) ?? MICRO)
}

/** Cents of the base currency. What was charged exactly n times comes out as exactly n prices. */
function toBase(netCents: number, currency: string, amountCents: number, scenario: Scenario): number {
  const expected = priceIn(amountCents, currency, scenario)
  if (expected > 0) return Math.round((netCents * amountCents) / expected)
  return Math.round((netCents * MICRO) / (rateMicroOf(scenario, currency) ?? MICRO))
}

export interface Effects {
  /** The price in the buyer's currency. */
  readonly dueCents: number
  readonly currency: string
  /** Charged minus refunded, by currency. */
  readonly charged: ReadonlyMap<string, number>
  /** The same in cents of the base currency. */
  readonly paidCents: number
  readonly fullyCharged: boolean
  /** Accounts of others that money was taken from. */
  readonly strangePayers: readonly string[]
  readonly moneyMoved: boolean
  readonly dueUnits: number
  /** Units of the wanted product that were taken and not given back. */
  readonly units: number
  /** Units of products that nobody ordered, by product. */
  readonly strangeUnits: ReadonlyMap<string, number>
  readonly fullyDeducted: boolean
  readonly unitsMoved: boolean
}

function sumBy(rows: readonly LedgerEntry[], nameOf: (row: LedgerEntry) => string): Map<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + row.amount)
  return sums
}

const isMoved = (amount: number) => amount !== 0

/** Accounts beside the buyer's own that were debited for the purchase, and not paid back. */
function strangePayersOf(facts: PurchaseFacts): string[] {
  const debits = facts.rows.bank.filter(
    (entry) =>
      entry.effect === 'charge' &&
      moves(entry) &&
      !entry.account.startsWith('merchant-') &&
      entry.account !== facts.wanted?.account,
  )
  return [...sumBy(debits, (entry) => entry.account)].filter(([, cents]) => isMoved(cents)).map(([account]) => account)
}

/** Net effects when the run is quiet. A purchase that the traffic never made is due nothing. */
export function effectsOf(facts: PurchaseFacts, scenario: Scenario): Effects {
  const { wanted } = facts
  const amountCents = wanted?.amountCents ?? 0
  const currency = wanted?.currency ?? scenario.baseCurrency
  const dueCents = priceIn(amountCents, currency, scenario)
  const dueUnits = wanted?.quantity ?? 0

  const charged = sumBy(chargeRows(facts), (row) => row.unit)
  let paidCents = 0
  let foreign = false
  for (const [unit, netCents] of charged) {
    paidCents += toBase(netCents, unit, amountCents, scenario)
    if (unit !== currency && netCents !== 0) foreign = true
  }
  // In the buyer's own currency to the cent; a base cent may be worth many foreign ones.
  const fullyCharged = foreign ? paidCents >= amountCents : (charged.get(currency) ?? 0) >= dueCents

  const taken = sumBy(deductionRows(facts), (row) => row.account)
  const strangeUnits = new Map<string, number>()
  let units = 0
  for (const [product, amount] of taken) {
    if (product === wanted?.product) units = -amount
    else if (amount !== 0) strangeUnits.set(product, -amount)
  }
  return {
    dueCents,
    currency,
    charged,
    paidCents,
    fullyCharged,
    strangePayers: strangePayersOf(facts),
    moneyMoved: [...charged.values()].some(isMoved),
    dueUnits,
    units,
    strangeUnits,
    fullyDeducted: units >= dueUnits,
    unitsMoved: units !== 0 || strangeUnits.size > 0,
  }
}
