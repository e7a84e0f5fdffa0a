import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { closeDatabase } from './close-database.ts'

/** What somebody waits for another one, unless told otherwise. */
const BUSY_MS = 10_000

function write(name: string) {
  const folder = temporaryFolder(name)
  const file = join(folder, 'some.db')
  const db = new DatabaseSync(file, { timeout: BUSY_MS })
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (7)')
  return { folder, file, db }
}

function read(file: string) {
  const db = new DatabaseSync(file, { readOnly: true })
  return { db, rows: () => db.prepare('SELECT n FROM t').all() }
}

it('leaves a plain file, which nobody who reads it adds anything to', () => {
  const { folder, file, db } = write('plain')
  closeDatabase(db)
  const reader = read(file)
  expect(reader.rows()).toEqual([{ n: 7 }])
  reader.db.close()
  expect(readdirSync(folder)).toEqual(['some.db'])
})

it('waits for nobody who reads, and loses nothing', () => {
  const { file, db } = write('busy')
  const reader = read(file)
  // In the middle of reading: what it sees may not go before it is through.
  reader.db.exec('BEGIN')
  expect(reader.rows()).toEqual([{ n: 7 }])
  db.exec('INSERT INTO t VALUES (8)')
  const sinceMs = performance.now()
  closeDatabase(db)
  expect(performance.now() - sinceMs).toBeLessThan(BUSY_MS / 2)
  expect(db.isOpen).toBe(false)
  expect(reader.rows()).toEqual([{ n: 7 }])
  reader.db.exec('COMMIT')
  expect(reader.rows()).toEqual([{ n: 7 }, { n: 8 }])
  reader.db.close()
})
