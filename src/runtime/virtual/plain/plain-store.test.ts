import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testStore } from '../../../../test/support/store-suite.ts'
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts'
import type { Work } from '../../../core/env.ts'
import { query, sql } from '../../../core/statement.ts'
import { openSqliteStore } from '../../real/store.ts'
import { makePlainStore } from './plain-store.ts'

testStore('the plain store', () => {
  const memory = makePlainStore()
  return { open: () => memory.open(), remove: () => memory.close() }
})

const TABLES = [
  sql('CREATE TABLE t (n INTEGER PRIMARY KEY, name TEXT UNIQUE, at REAL)'),
  sql('CREATE TABLE pairs (one TEXT, other TEXT NOT NULL, n INTEGER, PRIMARY KEY (one, other)) WITHOUT ROWID'),
]

function openWithTables() {
  const memory = makePlainStore()
  const store = memory.open()
  store.execute(TABLES)
  return { memory, store }
}

it('is fenced life by life', async () => {
  const { memory, store: alive } = openWithTables()
  const dead = memory.open()
  dead.close()
  const put = function* (): Work<void> {
    yield sql('INSERT INTO t (name) VALUES (?)', 'a')
  }
  await expect(dead.transaction(put)).rejects.toMatchObject({ name: 'Fenced' })
  expect(() => dead.execute([sql('DELETE FROM t')])).toThrow('takes no more writes')
  expect(() => dead.rows('SELECT * FROM t')).toThrow('takes no more writes')
  expect(() => dead.countAttempt('p-1', 'do:charge')).toThrow('takes no more writes')
  await alive.transaction(put)
  expect(await query(alive, 'SELECT name FROM t')).toEqual([{ name: 'a' }])
})

it('takes back what a life wrote that ended within its transaction', async () => {
  const { memory, store: alive } = openWithTables()
  const dying = memory.open()
  const late = dying.transaction(function* (): Work<void> {
    yield sql('INSERT INTO t (name) VALUES (?)', 'a')
    dying.close()
    yield sql('INSERT INTO t (name) VALUES (?)', 'b')
  })
  await expect(late).rejects.toMatchObject({ name: 'Fenced' })
  expect(alive.rows('SELECT * FROM t')).toEqual([])
})

it('gives rows that later writes do not change', async () => {
  const { store } = openWithTables()
  store.execute([sql("INSERT INTO t VALUES (1, 'a', 0.5)")])
  const before = await query(store, 'SELECT * FROM t WHERE n = ?', 1)
  store.execute([sql("UPDATE t SET at = 7 WHERE name = 'a'")])
  expect(before).toEqual([{ n: 1, name: 'a', at: 0.5 }])
})

it('can be saved as a file that holds what it holds', () => {
  const { memory, store } = openWithTables()
  store.execute([
    sql("INSERT INTO t VALUES (7, 'a', NULL)"),
    sql("INSERT INTO pairs VALUES ('b', 'c', 2)"),
    sql('CREATE INDEX few ON pairs (n) WHERE n = 2'),
    sql('CREATE TABLE numbered (word TEXT)'),
    sql("INSERT INTO numbered VALUES ('one')"),
    sql("INSERT INTO numbered VALUES ('two')"),
    sql("DELETE FROM numbered WHERE word = 'one'"),
  ])
  store.countAttempt('p-1', 'do:charge')
  store.countAttempt('p-1', 'do:charge')
  const file = join(temporaryFolder('plain-store'), 'saved.db')
  memory.saveAs(file)
  expect(() => memory.saveAs(file)).toThrow('exists')
  const saved = openSqliteStore(file)
  expect(saved.rows('SELECT * FROM t')).toEqual([{ n: 7, name: 'a', at: null }])
  expect(saved.rows('SELECT * FROM pairs')).toEqual([{ one: 'b', other: 'c', n: 2 }])
  expect(saved.rows('SELECT rowid, word FROM numbered')).toEqual([{ rowid: 2, word: 'two' }])
  expect(saved.rows("SELECT name FROM sqlite_schema WHERE type = 'index' AND name = 'few'")).toHaveLength(1)
  expect(saved.countAttempt('p-1', 'do:charge')).toBe(3)
  saved.close()
})

it('finds rows by an index that was made after them', () => {
  const { store } = openWithTables()
  for (const [name, at] of [
    ['a', 2],
    ['b', 1],
    ['c', 2],
  ] as const) {
    store.execute([sql('INSERT INTO t (name, at) VALUES (?, ?)', name, at)])
  }
  const found = () => store.rows('SELECT name FROM t WHERE at = ? ORDER BY name DESC', 2).map(({ name }) => name)
  expect(found()).toEqual(['c', 'a'])
  store.execute([sql('CREATE INDEX by_time ON t (at)')])
  expect(found()).toEqual(['c', 'a'])
  store.execute([sql("UPDATE t SET at = 2 WHERE name = 'b'"), sql("DELETE FROM t WHERE name = 'c'")])
  expect(found()).toEqual(['b', 'a'])
})

describe('what it does not know', () => {
  it.each([
    'SELECT DISTINCT name FROM t',
    'SELECT name FROM t GROUP BY name',
    'SELECT name FROM t WHERE name LIKE ?',
    'SELECT name FROM t WHERE n IN (1, 2)',
    'SELECT length(name) FROM t',
    'SELECT n, MAX(n) FROM t',
    'SELECT SUM(n) FROM t',
    'SELECT n * 2 AS more FROM t',
    'SELECT name FROM t WHERE name = 1',
    'INSERT INTO t VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = 1',
    'SELECT t.name FROM t, pairs',
    'SELECT name FROM t LIMIT 1 OFFSET 2',
    'SELECT nothing FROM t',
    'SELECT n FROM nowhere',
    'SELECT "name" FROM t',
    'SELECT name FROM t; DELETE FROM t',
    "UPDATE t SET name = 'x'",
    'UPDATE pairs SET one = other',
    'INSERT INTO t VALUES (1)',
    'INSERT INTO t SELECT * FROM t',
    'INSERT INTO t VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING',
    'INSERT OR IGNORE INTO t VALUES (?, ?, ?)',
    'CREATE TABLE t (n INTEGER)',
    'CREATE TABLE u (n BLOB)',
    'CREATE TABLE u (n INTEGER DEFAULT 1)',
    'CREATE TABLE u (n INTEGER CHECK (n > 0))',
    'CREATE UNIQUE INDEX u ON t (at)',
    'DROP TABLE t',
    'PRAGMA synchronous = OFF',
  ])('%s', (text) => {
    const { store } = openWithTables()
    expect(() => store.rows(text)).toThrow(`in: ${text}`)
  })

  it('includes values that SQLite would write in a way of its own', () => {
    const { store } = openWithTables()
    const text = 'INSERT INTO t (name) VALUES (?)'
    expect(() => store.rows(text, 1e300)).toThrow(`1e+300 as a text, in: ${text}`)
    expect(() => store.rows('INSERT INTO t (n) VALUES (?)', 2 ** 53)).toThrow('too large')
    expect(() => store.rows(text, 'a', 'b')).toThrow(`2 values in place of 1 for: ${text}`)
    expect(store.rows('SELECT * FROM t')).toEqual([])
  })

  it('includes tables within transactions, and transactions within transactions', async () => {
    const { store } = openWithTables()
    await expect(query(store, 'CREATE TABLE u (n INTEGER)')).rejects.toThrow('outside of transactions')
    const nested = store.transaction(function* (): Work<void> {
      store.rows('DELETE FROM t')
      yield sql('DELETE FROM t')
    })
    await expect(nested).rejects.toThrow('within a transaction')
  })

  it('is SQL that was built from data', () => {
    const { store } = openWithTables()
    const all = Array.from({ length: 501 }, (_, n) => () => store.rows(`SELECT ${n} AS n`))
    expect(() => {
      for (const each of all) each()
    }).toThrow('more than 500 different statements')
  })
})
