/** How every purchase of a variant ended, read from its files. Nothing is written, and memory does not grow with the run. */

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Row } from '../../core/env.ts'
import type { LedgerEntry } from '../../core/ledger.ts'
import type { RequestKind, Told } from '../../core/purchase.ts'
import { toEntry } from '../life/ledger-lines.ts'
import { inOrder, toTold } from './evidence.ts'
import { LabError } from './lab-error.ts'

export interface RecordedEnd {
  readonly purchase: string
  /** Position in the traffic, from 0. */
  readonly index: number
  readonly kind: RequestKind
  /** Of the order ledger. */
  readonly rows: readonly LedgerEntry[]
  /** The last answer. */
  readonly told: Told | undefined
}

export interface RecordedEnds {
  /** Every purchase that the traffic made, in the order of their ids. */
  all(): Generator<RecordedEnd>
  close(): void
}

/**
 * @param folder of the variant
 * @throws LabError when its files are missing or no ledgers
 */
export function openRecordedEnds(folder: string): RecordedEnds {
  const order = openLedger(folder, 'order')
  let traffic: DatabaseSync
  try {
    traffic = openLedger(folder, 'traffic')
  } catch (error) {
    order.close()
    throw error
  }
  return {
    all: () => merge(order, traffic),
    close() {
      order.close()
      traffic.close()
    },
  }
}

function openLedger(folder: string, name: string): DatabaseSync {
  const file = join(folder, 'ledgers', `${name}.db`)
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { readOnly: true })
    // A file that is no database is noticed only when it is read.
    db.prepare(`SELECT purchase FROM ${name === 'traffic' ? 'told' : 'ledger'} LIMIT 1`).all()
    return db
  } catch (error) {
    db?.close()
    throw new LabError(`cannot read ${file}: ${(error as Error).message}`)
  }
}

function* merge(order: DatabaseSync, traffic: DatabaseSync): Generator<RecordedEnd> {
  const read = (db: DatabaseSync, text: string) => db.prepare(text).iterate() as Iterable<Row>
  const rows = inOrder(read(order, 'SELECT * FROM ledger ORDER BY purchase, seq'), toEntry)
  const told = inOrder(read(traffic, 'SELECT * FROM told ORDER BY purchase, attempt'), toTold)
  for (const { purchase, kind, n } of read(traffic, 'SELECT purchase, kind, n FROM purchases ORDER BY purchase')) {
    const id = String(purchase)
    yield {
      purchase: id,
      index: Number(n),
      kind: kind as RequestKind,
      rows: upTo(rows, id),
      told: upTo(told, id).at(-1),
    }
  }
}

/** What is on record of a purchase; what comes before it belongs to none that the traffic made. */
function upTo<T>(source: { next(): string | undefined; take(purchase: string): T[] }, id: string): T[] {
  for (let next = source.next(); next !== undefined && next < id; next = source.next()) source.take(next)
  return source.take(id)
}
