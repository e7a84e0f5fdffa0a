/** A ledger that is written while somebody reads it. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Statement } from '../../src/core/env.ts'
import { sql } from '../../src/core/statement.ts'
import { openSqliteStore, type SqliteStore } from '../../src/runtime/real/store.ts'
import { BOOK_TABLES } from '../../src/services/books.ts'

/** The bank's, in a variant's folder; without its tables until they are made. */
export function openBank(folder: string): SqliteStore {
  mkdirSync(join(folder, 'ledgers'), { recursive: true })
  const store = openSqliteStore(join(folder, 'ledgers', 'bank.db'))
  onTestFinished(() => store.close())
  return store
}

export const TABLES: readonly Statement[] = BOOK_TABLES

export function rowOf(purchase: string): Statement {
  return sql(
    "INSERT INTO ledger (at_ms, purchase, effect, kind, account, amount, unit, key) VALUES (1, ?, 'charge', 'effect', 'a', 1, 'USD', 'k')",
    purchase,
  )
}
