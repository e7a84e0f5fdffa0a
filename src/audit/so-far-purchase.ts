/** One purchase while the run goes on: what is known of it, and whether more is to be expected. */

import type { PurchaseFacts } from '../core/invariant.ts'
import type { LedgerEntry } from '../core/ledger.ts'
import type { Purchase, Told } from '../core/purchase.ts'
import type { Scenario } from '../core/scenario.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { classifyPurchase } from './classify.ts'

/** A broken service can write any number of rows about one purchase; of more than these it is not judged by the others. */
const MOST_ROWS = 500
const HEARD_NOTHING: readonly string[] = ['left', 'no-answer']

/** Nothing was written or said about a purchase for so long: what there is will probably stay. */
const SETTLE_MS = 1_500

/** All that is on record of one purchase. */
export interface PurchaseOnRecord {
  readonly wanted: Purchase | undefined
  readonly told: readonly Told[]
  /** In ledger order. */
  readonly rows: Readonly<Partial<Record<ServiceName, readonly LedgerEntry[]>>>
}

export interface OpenPurchase {
  readonly id: string
  wanted: Purchase | undefined
  told: Told[]
  readonly rows: Record<ServiceName, LedgerEntry[]>
  /** The latest time on its rows and answers. */
  newsAtMs: number
}

export function newPurchase(id: string): OpenPurchase {
  const rows = Object.fromEntries(SERVICES.map((service) => [service, []])) as unknown as OpenPurchase['rows']
  return { id, wanted: undefined, told: [], rows, newsAtMs: Number.NEGATIVE_INFINITY }
}

/** Rows come in ledger order; one that is known already, since it was read again, is passed over. @returns whether it is kept */
export function addRow(purchase: OpenPurchase, service: ServiceName, entry: LedgerEntry): boolean {
  const rows = purchase.rows[service]
  if ((rows.at(-1)?.seq ?? 0) >= entry.seq) return true
  purchase.newsAtMs = Math.max(purchase.newsAtMs, entry.atMs)
  if (rows.length >= MOST_ROWS) return false
  rows.push(entry)
  return true
}

export function addAnswer(purchase: OpenPurchase, told: Told): void {
  if (purchase.told.some(({ attempt }) => attempt === told.attempt)) return
  purchase.told.push(told)
  purchase.told.sort((a, b) => a.attempt - b.attempt)
  purchase.newsAtMs = Math.max(purchase.newsAtMs, told.atMs)
}

export function addWanted(purchase: OpenPurchase, wanted: Purchase | undefined): void {
  purchase.wanted = wanted
}

/** Everything at once, some of it perhaps known. */
export function fill(purchase: OpenPurchase, { wanted, told, rows }: PurchaseOnRecord): void {
  addWanted(purchase, wanted)
  for (const answer of told) addAnswer(purchase, answer)
  for (const service of SERVICES) for (const entry of rows[service] ?? []) addRow(purchase, service, entry)
}

/** As the audit is shown it. Who was struck by what is not known yet. */
export function factsOf({ id, wanted, told, rows }: OpenPurchase): PurchaseFacts {
  return { id, wanted, asked: told.length, told, rows, class: classifyPurchase(rows.order), strikes: [] }
}

/** The buyer has an answer that ends the shopping, or has asked as often as it may. */
function hasGone({ wanted, told }: OpenPurchase, { buyers }: Scenario): boolean {
  const last = told.at(-1)
  if (!wanted || !last) return false
  if (last.reason === 'interrupted') return true
  if (last.status === 'in-progress') return false
  if (!HEARD_NOTHING.includes(last.status)) return true
  return told.filter(({ status }) => HEARD_NOTHING.includes(status)).length > buyers.refreshes
}

/** An order under way has its deadline to come to an end, and a crash on the way. */
function isUnderWay({ rows }: OpenPurchase): boolean {
  return classifyPurchase(rows.order) === 'in-doubt'
}

export function isSettled(purchase: OpenPurchase, scenario: Scenario, nowMs: number): boolean {
  if (!hasGone(purchase, scenario)) return false
  const patienceMs = isUnderWay(purchase) ? scenario.deadlineMs + scenario.restartAfterMs : 0
  return nowMs - purchase.newsAtMs >= Math.max(SETTLE_MS, patienceMs)
}
