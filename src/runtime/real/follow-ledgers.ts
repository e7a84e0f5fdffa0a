/** Reads the ledgers and the traffic's record of a running variant while they are written, without standing in the writers' way. */

import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { PurchaseId } from '../../core/call.ts'
import type { Row, Value } from '../../core/env.ts'
import type { LedgerEntry } from '../../core/ledger.ts'
import type { Purchase, Told } from '../../core/purchase.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { toEntry } from '../life/ledger-lines.ts'
import { toPurchase, toTold } from './evidence.ts'

/** So many rows of each table are read in one poll; the others have their turn in the next. */
const MOST_ROWS_A_POLL = 2_000
/** Of one purchase, from each ledger; nobody writes more about one, unless something is broken. */
const MOST_ROWS_OF_ONE = 500
/** Readers of a write-ahead log wait for nobody but a writer that is just putting its file in order. */
const BUSY_MS = 10

export interface LedgerSink {
  entry(service: ServiceName, entry: LedgerEntry): void
  wanted(purchase: Purchase): void
  told(told: Told): void
}

export interface LedgerPoll {
  readonly rows: number
  /** Some table had more than was read. */
  readonly behind: boolean
  /** Files that could not be read this time: not made yet, or locked. They are tried again. */
  readonly skipped: number
}

/** All that is on record of one purchase. */
export interface RecordOfPurchase {
  readonly wanted: Purchase | undefined
  readonly told: readonly Told[]
  readonly rows: Readonly<Record<ServiceName, readonly LedgerEntry[]>>
}

export interface LedgerFollower {
  /** Passes on what was committed since the last poll: the traffic's record first, then each ledger in its order. */
  poll(): LedgerPoll
  /** Reads whole tables: for a purchase now and then. Undefined: some file cannot be read at the moment. */
  recordOf(purchase: PurchaseId): RecordOfPurchase | undefined
  /** To be called before the writers close their files, so that nothing of their logs is left beside them. */
  close(): void
}

/** Reads the rows of a store. Undefined: it cannot be read now. */
export type ReadRows = (name: ServiceName | 'traffic', text: string, ...values: Value[]) => Row[] | undefined

/** @param folder of the variant; as long as it has no ledgers there is nothing to read */
export function followLedgers(folder: string, sink: LedgerSink): LedgerFollower {
  const files = openFiles(folder)
  return { ...followRows(files.read, sink), close: files.close }
}

/** The same over stores that are no files. */
export function followRows(read: ReadRows, sink: LedgerSink): Omit<LedgerFollower, 'close'> {
  /** How far each table has been read. */
  const seen = new Map<string, number>()

  function follow(name: ServiceName | 'traffic', table: string, place: string, tell: (row: Row) => void): number {
    const key = `${name} ${table}`
    const text = `SELECT *, ${place} AS place FROM ${table} WHERE ${place} > ? ORDER BY ${place} LIMIT ${MOST_ROWS_A_POLL}`
    const rows = read(name, text, seen.get(key) ?? 0)
    if (!rows) return Number.NaN
    for (const row of rows) tell(row)
    const last = rows.at(-1)
    if (last) seen.set(key, Number(last.place))
    return rows.length
  }

  return {
    poll() {
      const counts = [
        follow('traffic', 'purchases', 'rowid', (row) => sink.wanted(toPurchase(row))),
        follow('traffic', 'told', 'rowid', (row) => sink.told(toTold(row))),
        ...SERVICES.map((service) => follow(service, 'ledger', 'seq', (row) => sink.entry(service, toEntry(row)))),
      ]
      const found = counts.filter((count) => !Number.isNaN(count))
      return {
        rows: found.reduce((sum, count) => sum + count, 0),
        behind: found.includes(MOST_ROWS_A_POLL),
        skipped: counts.length - found.length,
      }
    },
    recordOf: (purchase) => recordOf(read, purchase),
  }
}

function recordOf(read: ReadRows, purchase: PurchaseId): RecordOfPurchase | undefined {
  const wanted = read('traffic', 'SELECT * FROM purchases WHERE purchase = ?', purchase)
  const told = read(
    'traffic',
    'SELECT * FROM told WHERE purchase = ? ORDER BY attempt LIMIT ?',
    purchase,
    MOST_ROWS_OF_ONE,
  )
  const text = 'SELECT * FROM ledger WHERE purchase = ? ORDER BY seq LIMIT ?'
  const ledgers = SERVICES.map((service) => [service, read(service, text, purchase, MOST_ROWS_OF_ONE)] as const)
  if (!wanted || !told || ledgers.some(([, rows]) => !rows)) return undefined
  const rows = Object.fromEntries(ledgers.map(([service, found]) => [service, (found ?? []).map(toEntry)]))
  const [first] = wanted
  return {
    wanted: first && toPurchase(first),
    told: told.map(toTold),
    rows: rows as Record<ServiceName, LedgerEntry[]>,
  }
}

/** Files are opened when they are there, and read-only; no statement stays open between two reads. */
function openFiles(folder: string): { readonly read: ReadRows; close(): void } {
  const open = new Map<string, DatabaseSync>()

  function databaseOf(name: string): DatabaseSync | undefined {
    const known = open.get(name)
    if (known) return known
    const file = join(folder, 'ledgers', `${name}.db`)
    if (!hasWriteAheadLog(file)) return undefined
    const db = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS })
    open.set(name, db)
    return db
  }

  return {
    read(name, text, ...values) {
      try {
        return databaseOf(name)
          ?.prepare(text)
          .all(...values) as Row[] | undefined
      } catch (error) {
        // Locked, or made a moment ago and without its tables: it is tried again. Anything else is a bug.
        if ((error as NodeJS.ErrnoException).code === 'ERR_SQLITE_ERROR') return undefined
        throw error
      }
    },
    close() {
      for (const db of open.values()) db.close()
      open.clear()
    },
  }
}

/** Where an SQLite file says how it is to be read, and what it says there of a write-ahead log. */
const READ_VERSION_AT = 19
const WRITE_AHEAD = 2

/** A file that is being made may want itself alone for a moment; with its log in place readers are in nobody's way. */
function hasWriteAheadLog(file: string): boolean {
  const header = Buffer.alloc(READ_VERSION_AT + 1)
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  try {
    return readSync(descriptor, header) === header.length && header[READ_VERSION_AT] === WRITE_AHEAD
  } finally {
    closeSync(descriptor)
  }
}
