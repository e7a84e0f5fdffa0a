/** What buyers wanted and were told, kept by the traffic's process in a file of its own. */

import { DatabaseSync } from 'node:sqlite'
import type { Purchase, Told } from '../../core/purchase.ts'
import { closeDatabase } from './close-database.ts'

const FLUSH_AT_RECORDS = 2_000

export interface TrafficRecord {
  purchase(purchase: Purchase): void
  told(told: Told): void
  /** Writes what is waiting. Idempotent. */
  close(): void
}

/**
 * Written in batches, so that the traffic's own clock is not disturbed by a commit for each buyer, and without waiting for the
 * disk: a killed process loses no more for it, and a run that outlives a power cut is none.
 * @param flushEveryMs how long a record may wait; null: until there are many, or it is closed, and nobody else reads it before
 */
export function openTrafficRecord(file: string, flushEveryMs: number | null = 100): TrafficRecord {
  const db = new DatabaseSync(file)
  // In this order: the file itself is written when its mode changes, and that is not waited for either.
  db.exec(`PRAGMA synchronous = OFF; PRAGMA journal_mode = ${flushEveryMs === null ? 'MEMORY' : 'WAL'};
    BEGIN; CREATE TABLE purchases (purchase TEXT PRIMARY KEY, kind TEXT, n INTEGER, intended_ms REAL, product TEXT, quantity INTEGER,
      amount_cents INTEGER, account TEXT, currency TEXT);
    CREATE TABLE told (purchase TEXT, attempt INTEGER, at_ms REAL, status TEXT, reason TEXT, order_id TEXT); COMMIT;`)
  const addPurchase = db.prepare('INSERT INTO purchases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const addTold = db.prepare('INSERT INTO told VALUES (?, ?, ?, ?, ?, ?)')
  let purchases: Purchase[] = []
  let answers: Told[] = []

  function flush(): void {
    if (purchases.length + answers.length === 0) return
    db.exec('BEGIN')
    for (const { purchase, kind, index, intendedMs, product, quantity, amountCents, account, currency } of purchases) {
      addPurchase.run(purchase, kind, index, intendedMs, product, quantity, amountCents, account, currency)
    }
    for (const { purchase, attempt, atMs, status, reason, orderId } of answers) {
      addTold.run(purchase, attempt, atMs, status, reason, orderId)
    }
    db.exec('COMMIT')
    purchases = []
    answers = []
  }

  const timer = flushEveryMs === null ? undefined : setInterval(flush, flushEveryMs)
  return {
    purchase(purchase) {
      purchases.push(purchase)
      if (purchases.length >= FLUSH_AT_RECORDS) flush()
    },
    told(told) {
      answers.push(told)
      if (answers.length >= FLUSH_AT_RECORDS) flush()
    },
    close() {
      if (!db.isOpen) return
      clearInterval(timer)
      flush()
      closeDatabase(db)
    },
  }
}
