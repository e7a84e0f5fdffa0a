/** Conditions, orders and keys that nobody needs yet, as random as they can be: what is compiled means what it means to SQLite. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Statement, Value, Work } from '../../../core/env.ts'
import { sql } from '../../../core/statement.ts'
import { type MemoryStore, makeMemoryStore } from '../memory-store.ts'
import { makePlainStore } from './plain-store.ts'

const TABLES = [
  sql('CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n INTEGER, r REAL NOT NULL)'),
  sql('CREATE INDEX a_few ON a (r, name) WHERE n = 1'),
  sql('CREATE INDEX a_by_n ON a (n, r)'),
  sql('CREATE TABLE b (one TEXT, other INTEGER, word TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID'),
  sql('CREATE TABLE c (name TEXT PRIMARY KEY, n INTEGER)'),
  sql('CREATE TABLE d (id INTEGER PRIMARY KEY, more INTEGER)'),
]
/** With all of each one's columns, the numbers among them, and an order in which no two rows are equal. */
const COLUMNS = {
  a: { all: ['id', 'name', 'n', 'r'], free: ['n', 'r'], order: 'id' },
  b: { all: ['one', 'other', 'word'], free: ['word'], order: 'one, other' },
  c: { all: ['name', 'n'], free: ['n'], order: 'name, n' },
  d: { all: ['id', 'more'], free: ['more'], order: 'id' },
} as const
type TableName = keyof typeof COLUMNS
const TEXTS: readonly string[] = ['name', 'one', 'word']

const values = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Value>(1, 2, 'a') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Value>(
      null,
      0,
      3,
      -1,
      0.5,
      7,
      'b',
      'B',
      '',
      '1',
      ' 2',
      '2.5',
      'x1',
      '\u{1f600}',
      '\uffee',
    ),
  },
)
const tables = fc.constantFrom<TableName>('a', 'a', 'a', 'b', 'b', 'c', 'd')

const literal = (value: Value) => (typeof value === 'string' ? `'${value}'` : String(value ?? 'NULL'))
const joined = (parts: readonly Statement[], between: string): Statement =>
  sql(parts.map((part) => part.sql).join(between), ...parts.flatMap((part) => part.values))
const around = (before: string, inner: Statement, after = ''): Statement =>
  sql(`${before}${inner.sql}${after}`, ...inner.values)

const given = values.map((value) => sql('?', value))

/** A number, or nothing. */
const amount = (table: TableName) => {
  const columns = COLUMNS[table].all.filter((name) => !TEXTS.includes(name))
  const one = fc.oneof(
    given,
    fc.constantFrom(...columns, ...columns, '1', '2').map((name) => sql(name)),
  )
  return fc.oneof(
    one,
    fc.tuple(one, one, fc.constantFrom(' + ', ' - ')).map(([left, right, sign]) => joined([left, right], sign)),
  )
}

const comparison = (table: TableName): fc.Arbitrary<Statement> => {
  const sign = fc.constantFrom(' = ', ' = ', ' = ', ' <> ', ' < ', ' <= ', ' > ', ' >= ')
  const column = fc.constantFrom(...COLUMNS[table].all)
  // A column of text and a number that is written out is one of the things that are not known.
  const beside = fc
    .tuple(column, values)
    .map(([name, value]) =>
      typeof value === 'number' && TEXTS.includes(name)
        ? [sql(name), sql('?', value)]
        : [sql(name), sql(literal(value))],
    )
  const pair = fc.oneof(
    fc.tuple(
      column.map((name) => sql(name)),
      given,
    ),
    beside,
    fc.tuple(amount(table), amount(table)),
    fc.tuple(
      column.map((name) => sql(name)),
      column.map((name) => sql(name)),
    ),
  )
  const tuple = fc
    .tuple(column, column, given, given, fc.constantFrom(' = ', ' < ', ' <= ', ' > ', ' >= '))
    .map(([one, other, left, right, between]) =>
      around(`(${one}, ${other})${between}(`, joined([left, right], ', '), ')'),
    )
  return fc.oneof(
    { weight: 6, arbitrary: fc.tuple(pair, sign).map(([sides, between]) => joined(sides, between)) },
    { weight: 1, arbitrary: tuple },
    {
      weight: 1,
      arbitrary: fc.tuple(column, fc.constantFrom(' IS NULL', ' IS NOT NULL')).map(([name, is]) => sql(name + is)),
    },
    { weight: 2, arbitrary: fc.constant(sql(table === 'a' ? 'n = 1' : '1 = 1')) },
  )
}

const condition = (table: TableName) => {
  const deeper = (inner: fc.Arbitrary<Statement>) =>
    fc.oneof(
      { weight: 3, arbitrary: inner },
      {
        weight: 3,
        arbitrary: fc
          .tuple(inner, inner, fc.constantFrom(' AND ', ' AND ', ' OR '))
          .map(([left, right, between]) => around('(', joined([left, right], between), ')')),
      },
      { weight: 1, arbitrary: inner.map((one) => around('NOT (', one, ')')) },
    )
  const some = deeper(deeper(comparison(table))).map((one) => around(' WHERE ', one))
  return fc.oneof({ weight: 5, arbitrary: some }, { weight: 1, arbitrary: fc.constant(sql('')) })
}

const select = (table: TableName) => {
  const { all, order } = COLUMNS[table]
  const first = fc.constantFrom(...all).chain((name) => fc.constantFrom('', `${name}, `, `${name} DESC, `))
  const limit = fc.constantFrom('', '', ' LIMIT 2', ' LIMIT 0')
  const rows = fc
    .tuple(fc.constantFrom('*', all.join(', '), `${all[1]} AS x`), condition(table), first, limit)
    .map(([items, where, by, most]) => around(`SELECT ${items} FROM ${table}`, where, ` ORDER BY ${by}${order}${most}`))
  const counted = fc
    .tuple(fc.constantFrom(...all), condition(table))
    .map(([name, where]) =>
      around(`SELECT COUNT(*), COUNT(${name}), MIN(${name}), MAX(${name}) AS m FROM ${table}`, where),
    )
  return fc.oneof({ weight: 3, arbitrary: rows }, { weight: 1, arbitrary: counted })
}

/** What RETURNING gives of several rows has no order, so that only their number is looked at. */
const change = (table: TableName) => {
  const { all, free } = COLUMNS[table]
  const row = fc.tuple(...all.map(() => given)).map((each) => joined(each, ', '))
  const after = fc.constantFrom('', ' RETURNING *', ' RETURNING 1')
  const insert = fc
    .tuple(fc.constantFrom('INSERT INTO', 'INSERT INTO', 'INSERT OR REPLACE INTO'), row, fc.boolean(), after)
    .map(([verb, some, again, returning]) => {
      const doNothing = again && verb === 'INSERT INTO' ? ' ON CONFLICT DO NOTHING' : ''
      return around(`${verb} ${table} (${all.join(', ')}) VALUES (`, some, `)${doNothing}${returning}`)
    })
  const to = (name: string) => (TEXTS.includes(name) ? given : amount(table))
  const update = fc
    .constantFrom(...free)
    .chain((name) => fc.tuple(fc.constant(name), to(name), condition(table)))
    .map(([name, value, where]) => joined([around(`UPDATE ${table} SET ${name} = `, value), where], ''))
  const remove = condition(table).map((where) => around(`DELETE FROM ${table}`, where))
  return fc.oneof({ weight: 6, arbitrary: insert }, { weight: 2, arbitrary: update }, { weight: 1, arbitrary: remove })
}

const JOIN = sql(
  'SELECT d.more, a.* FROM d JOIN a USING (id) WHERE more >= ? OR n IS NULL ORDER BY more, id LIMIT 3',
  1,
)
const statements = fc.oneof(
  { weight: 6, arbitrary: tables.chain(change) },
  { weight: 6, arbitrary: tables.chain(select) },
  { weight: 1, arbitrary: fc.constant(JOIN) },
)

const GIVEN_UP = 'internal query planner error'

class Oops extends Error {}

/** What each statement gave, and how the transaction ended. */
async function run(store: MemoryStore, all: readonly Statement[], fails: boolean): Promise<unknown[]> {
  const found: unknown[] = []
  const work = function* (): Work<void> {
    for (const statement of all) found.push((yield statement).map((row) => ({ ...row })))
    if (fails) throw new Oops('no')
  }
  await store
    .open()
    .transaction(work)
    .catch((error: Error) => found.push(error.message))
  return found
}

const transactions = fc.record({
  all: fc.array(statements, { minLength: 1, maxLength: 4 }),
  fails: fc.nat(3).map((luck) => luck === 0),
})

it('means what it means to SQLite', async () => {
  await fc.assert(
    fc.asyncProperty(fc.noBias(fc.array(transactions, { minLength: 10, maxLength: 40 })), async (history) => {
      const [sqlite, plain] = [makeMemoryStore(), makePlainStore()]
      for (const store of [sqlite, plain]) store.open().execute(TABLES)
      for (const { all, fails } of history) {
        const expected = await run(sqlite, all, fails)
        // SQLite has faults of its own: 3.53 gives up some conditions with OR over a partial index.
        if (expected.includes(GIVEN_UP)) break
        const texts = all.map((statement) => statement.sql).join('; ')
        expect(await run(plain, all, fails), texts).toEqual(expected)
      }
      for (const store of [sqlite, plain]) store.close()
    }),
    { numRuns: 150 },
  )
})
