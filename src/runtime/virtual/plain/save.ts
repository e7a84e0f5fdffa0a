/** Writes tables into a new SQLite file. */

import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Attempts } from './attempts.ts'
import { inOrderOf, sortRows } from './order.ts'
import type { Table } from './table.ts'

/** As the other stores have it, so that any tool finds the same tables. */
const ATTEMPTS =
  'CREATE TABLE attempts (purchase TEXT, effect TEXT, count INTEGER, PRIMARY KEY (purchase, effect)) WITHOUT ROWID'

export function saveTables(file: string, made: readonly string[], tables: Iterable<Table>, attempts: Attempts): void {
  if (existsSync(file)) throw new Error(`${file} exists`)
  const db = new DatabaseSync(file)
  try {
    // Nobody waits for a disk, and a run that outlives a power cut is none.
    db.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF')
    db.exec('BEGIN')
    for (const text of [ATTEMPTS, ...made]) db.exec(text)
    for (const table of tables) saveRows(db, table)
    const add = db.prepare('INSERT INTO attempts VALUES (?, ?, ?)')
    for (const counted of attempts.all()) add.run(...counted)
    db.exec('COMMIT')
  } finally {
    db.close()
  }
}

function saveRows(db: DatabaseSync, { shape, all }: Table): void {
  const names = shape.columns.map(({ name }) => name)
  // The number of a row that no column holds.
  if (shape.width > names.length) names.push('rowid')
  const add = db.prepare(`INSERT INTO ${shape.name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
  for (const row of sortRows([...all()], inOrderOf(shape.order), [])) add.run(...row)
}
