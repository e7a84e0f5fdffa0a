import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testStore } from '../../../test/support/store-suite.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { Work } from '../../core/env.ts'
import { query, sql } from '../../core/statement.ts'
import { openSqliteStore } from './store.ts'

const folder = temporaryFolder('store')
let files = 0

function newFile(): string {
  files += 1
  return join(folder, `${files}.db`)
}

testStore('a SQLite file', () => {
  const file = newFile()
  return { open: () => openSqliteStore(file), remove: () => undefined }
})

describe('a SQLite file', () => {
  it('can be read by others while it is open', async () => {
    const file = newFile()
    const [writer, reader] = [openSqliteStore(file), openSqliteStore(file)]
    writer.execute([sql('CREATE TABLE t (n INTEGER)')])
    await writer.transaction(function* (): Work<void> {
      yield sql('INSERT INTO t VALUES (1)')
      // Not committed yet.
      expect(reader.rows('SELECT * FROM t')).toEqual([])
    })
    expect(reader.rows('SELECT * FROM t')).toEqual([{ n: 1 }])
    writer.close()
    reader.close()
  })

  it('refuses to keep ever new statements: values are not text', async () => {
    const store = openSqliteStore(newFile())
    const all = Array.from({ length: 501 }, (_, n) => () => query(store, `SELECT ${n} AS n`))
    for (const one of all.slice(0, 500)) await one()
    await expect(all[500]?.()).rejects.toThrow(/more than 500 different statements/)
    store.close()
  })
})
