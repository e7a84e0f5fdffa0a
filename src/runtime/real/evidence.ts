/** What a variant left behind, read from its files: ledgers, the traffic's record, and the strikes in the journals. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CallWatch } from '../../core/dependency.ts'
import type { Row } from '../../core/env.ts'
import type { JournalCounts } from '../../core/event.ts'
import type { PurchaseFacts, Strike } from '../../core/invariant.ts'
import type { Balance, LedgerEntry } from '../../core/ledger.ts'
import type { Purchase, RequestKind, Told } from '../../core/purchase.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { toBalance, toEntry } from '../life/ledger-lines.ts'
import { type Coins, indexJournals } from './evidence-journals.ts'

export interface Evidence {
  ledgerEntries(service: ServiceName): Iterable<LedgerEntry>
  balances(service: ServiceName): readonly Balance[]
  strikes(): Iterable<Strike>
  readonly coins: Coins
  readonly counts: JournalCounts
  /** Every purchase that the traffic made or a ledger names, in the order of their ids. */
  purchases(): Iterable<Omit<PurchaseFacts, 'class'>>
  close(): void
}

/**
 * Opens the files of a variant's folder. Memory does not grow with the run: everything is read in order and merged.
 * @param calls is told of every call and policy while the journals are read
 */
export async function openEvidence(folder: string, calls?: CallWatch): Promise<Evidence> {
  const open = (name: string) => new DatabaseSync(join(folder, 'ledgers', `${name}.db`), { readOnly: true })
  const ledgers = new Map(SERVICES.map((service) => [service, open(service)]))
  const traffic = open('traffic')
  const { db: strikes, coins, counts } = await indexJournals(folder, calls)
  return {
    coins,
    counts,
    *ledgerEntries(service) {
      for (const row of rowsOf(ledgers.get(service), 'SELECT * FROM ledger ORDER BY seq')) yield toEntry(row)
    },
    balances: (service) => [...rowsOf(ledgers.get(service), 'SELECT * FROM balances ORDER BY account')].map(toBalance),
    *strikes() {
      for (const row of rowsOf(strikes, 'SELECT strike FROM strikes ORDER BY at_ms, id')) yield toStrike(row)
    },
    purchases: () => mergePurchases(ledgers, traffic, strikes),
    close() {
      for (const db of [...ledgers.values(), traffic, strikes]) db.close()
    },
  }
}

function rowsOf(db: DatabaseSync | undefined, text: string, ...parameters: readonly string[]): Iterable<Row> {
  if (!db) throw new Error('no such ledger')
  return db.prepare(text).iterate(...parameters) as Iterable<Row>
}

export function toStrike(row: Row): Strike {
  return JSON.parse(String(row.strike)) as Strike
}

/** Rows of one source in the order of purchases, taken off purchase by purchase. */
export function inOrder<T>(rows: Iterable<Row>, read: (row: Row) => T) {
  const iterator = rows[Symbol.iterator]()
  let head = iterator.next()
  return {
    next: (): string | undefined => (head.done ? undefined : String(head.value.purchase)),
    take(purchase: string): T[] {
      const taken: T[] = []
      while (!head.done && head.value.purchase === purchase) {
        taken.push(read(head.value))
        head = iterator.next()
      }
      return taken
    },
  }
}

/** @param only these purchases; undefined: all */
export function* mergePurchases(
  ledgers: ReadonlyMap<ServiceName, DatabaseSync>,
  traffic: DatabaseSync,
  strikes: DatabaseSync,
  only?: readonly string[],
): Generator<Omit<PurchaseFacts, 'class'>> {
  const ids = only ? [JSON.stringify(only)] : []
  const which = only ? 'WHERE purchase IN (SELECT value FROM json_each(?))' : ''
  const entries = SERVICES.map((service) => ({
    service,
    rows: inOrder(
      rowsOf(ledgers.get(service), `SELECT * FROM ledger ${which} ORDER BY purchase, seq`, ...ids),
      toEntry,
    ),
  }))
  const wanted = inOrder(rowsOf(traffic, `SELECT * FROM purchases ${which} ORDER BY purchase`, ...ids), toPurchase)
  const told = inOrder(rowsOf(traffic, `SELECT * FROM told ${which} ORDER BY purchase, attempt`, ...ids), toTold)
  const struck = inOrder(
    rowsOf(
      strikes,
      `SELECT purchase, s.strike FROM struck JOIN strikes s ON s.id = struck.strike ${which} ORDER BY purchase, s.at_ms, s.id`,
      ...ids,
    ),
    toStrike,
  )
  for (;;) {
    const heads = [wanted.next(), told.next(), ...entries.map(({ rows }) => rows.next())]
    const id = least(heads)
    if (id === undefined) return
    // Strikes of windows, and on calls of nobody's purchase, belong to no purchase.
    for (let next = struck.next(); next !== undefined && next < id; next = struck.next()) struck.take(next)
    const answers = told.take(id)
    const rows = Object.fromEntries(entries.map(({ service, rows: source }) => [service, source.take(id)]))
    yield {
      id,
      wanted: wanted.take(id)[0],
      asked: answers.length,
      told: answers,
      rows: rows as Record<ServiceName, LedgerEntry[]>,
      strikes: struck.take(id),
    }
  }
}

/** SQLite compares bytes and JavaScript UTF-16 units; purchase ids are ASCII (the services refuse others), where both agree. */
function least(ids: readonly (string | undefined)[]): string | undefined {
  let smallest: string | undefined
  for (const id of ids) if (id !== undefined && (smallest === undefined || id < smallest)) smallest = id
  return smallest
}

export function toPurchase(row: Row): Purchase {
  return {
    purchase: String(row.purchase),
    kind: String(row.kind) as RequestKind,
    index: Number(row.n),
    intendedMs: Number(row.intended_ms),
    product: String(row.product),
    quantity: Number(row.quantity),
    amountCents: Number(row.amount_cents),
    account: String(row.account),
    currency: String(row.currency),
  }
}

export function toTold(row: Row): Told {
  return {
    purchase: String(row.purchase),
    attempt: Number(row.attempt),
    atMs: Number(row.at_ms),
    status: String(row.status),
    reason: row.reason === null ? null : String(row.reason),
    orderId: row.order_id === null ? null : String(row.order_id),
  }
}
