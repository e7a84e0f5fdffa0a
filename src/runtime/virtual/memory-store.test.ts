import { join } from 'node:path'
import { expect, it } from 'vitest'
import { testStore } from '../../../test/support/store-suite.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { Work } from '../../core/env.ts'
import { query, sql } from '../../core/statement.ts'
import { openSqliteStore } from '../real/store.ts'
import { makeFileStore, makeMemoryStore } from './memory-store.ts'

testStore('SQLite in memory', () => {
  const memory = makeMemoryStore()
  return { open: () => memory.open(), remove: () => memory.close() }
})

testStore('SQLite in a file that nobody else reads', () => {
  const kept = makeFileStore(join(temporaryFolder('file-store'), 'kept.db'))
  return { open: () => kept.open(), remove: () => kept.close() }
})

it('is fenced life by life', async () => {
  const memory = makeMemoryStore()
  const [dead, alive] = [memory.open(), memory.open()]
  alive.execute([sql('CREATE TABLE t (n INTEGER)')])
  dead.close()
  const put = function* (): Work<void> {
    yield sql('INSERT INTO t VALUES (1)')
  }
  await expect(dead.transaction(put)).rejects.toMatchObject({ name: 'Fenced' })
  expect(() => dead.execute([sql('DELETE FROM t')])).toThrow('takes no more writes')
  expect(() => dead.countAttempt('p-1', 'do:charge')).toThrow('takes no more writes')
  await alive.transaction(put)
  expect(await query(alive, 'SELECT * FROM t')).toEqual([{ n: 1 }])
})

it('can be saved as a file that holds what it holds', async () => {
  const memory = makeMemoryStore()
  const store = memory.open()
  store.execute([sql('CREATE TABLE t (n INTEGER)'), sql('INSERT INTO t VALUES (7)')])
  const counted = ['p-2', 'p-1', 'p-2'].map((purchase) => store.countAttempt(purchase, "do:charge's"))
  expect(counted).toEqual([1, 1, 2])
  const file = join(temporaryFolder('memory-store'), 'saved.db')
  memory.saveAs(file)
  memory.close()
  const saved = openSqliteStore(file)
  expect(saved.rows('SELECT * FROM t')).toEqual([{ n: 7 }])
  expect(saved.rows('SELECT * FROM attempts')).toEqual([
    { purchase: 'p-1', effect: "do:charge's", count: 1 },
    { purchase: 'p-2', effect: "do:charge's", count: 2 },
  ])
  expect(saved.countAttempt('p-2', "do:charge's")).toBe(3)
  saved.close()
})
