/**
 * The plain store against SQLite: whatever services and workflows say to a store, in any order and with any values, both give the
 * same rows, refuse the same, and hold the same afterwards.
 */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Row, Statement, Value, Work } from '../src/core/env.ts'
import { DECISION_TABLES } from '../src/patterns/workflows/decision-log.ts'
import { SAGA_TABLES } from '../src/patterns/workflows/saga-log.ts'
import { type MemoryStore, makeMemoryStore } from '../src/runtime/virtual/memory-store.ts'
import { makePlainStore } from '../src/runtime/virtual/plain/plain-store.ts'
import { runTrial, type TrialPlan } from '../src/scenarios/trial.ts'
import { BOOK_TABLES } from '../src/services/books.ts'
import { CLAIM_TABLES } from '../src/services/claims.ts'
import { ORDER_TABLES } from '../src/services/order-book.ts'
import { PENDING_TABLES } from '../src/services/order-pending.ts'
import { OPEN_TABLES } from '../src/services/payment-charge.ts'
import { HISTORY_TABLES } from '../src/services/payment-history.ts'
import { TAUGHT_KEY_TABLES } from '../src/services/taught-keys.ts'
import { loadText, SHIPPED_TEXT, shippedScenario } from './support/shipped-scenarios.ts'

const ROOT = path.dirname(import.meta.dirname)

/** Outboxes are among payment's history. */
const TABLES: readonly Statement[] = [
  ...BOOK_TABLES,
  ...CLAIM_TABLES,
  ...ORDER_TABLES,
  ...PENDING_TABLES,
  ...OPEN_TABLES,
  ...HISTORY_TABLES,
  ...TAUGHT_KEY_TABLES,
  ...DECISION_TABLES,
  ...SAGA_TABLES,
]

/**
 * Every statement, with a letter for each value: `k` a key, `t` a text, `n` a number for arithmetic, `N` any number, `s` a state, `l` a
 * limit. But for arithmetic, numbers come where texts are meant and texts where numbers are.
 */
const STATEMENTS: readonly (readonly [text: string, values: string])[] = [
  ['INSERT INTO balances VALUES (?, ?, ?, ?, 0)', 'ktNN'],
  [
    'INSERT INTO ledger (at_ms, purchase, effect, kind, account, amount, unit, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    'Nktttntk',
  ],
  ['UPDATE balances SET balance = balance + ? WHERE account = ? RETURNING account', 'nk'],
  ['UPDATE balances SET balance = balance + ? WHERE account = ? AND balance - held + ? >= ? RETURNING account', 'nknn'],
  ['UPDATE balances SET held = held - ? WHERE account = ? AND balance - held + ? >= ? RETURNING account', 'nknN'],
  ['UPDATE balances SET held = held - ? WHERE account = ? AND balance + ? >= ? RETURNING account', 'nknN'],
  ['UPDATE balances SET held = held + ? WHERE account = ?', 'nk'],
  ['SELECT balance FROM balances WHERE account = ?', 'k'],
  ['SELECT balance, held FROM balances WHERE account = ?', 'k'],
  ['SELECT unit, balance, held FROM balances WHERE account = ?', 'k'],
  ["INSERT INTO claims VALUES (?, ?, ?, ?, ?, 0, '{}', '[]', ?) ON CONFLICT DO NOTHING RETURNING 1", 'kkttsN'],
  ["INSERT INTO claims VALUES (?, ?, ?, '', 'undone', ?, ?, '[]', ?)", 'kktNtN'],
  ['SELECT * FROM claims WHERE key = ?', 'k'],
  [
    `SELECT key, purchase, effect, at_ms FROM claims WHERE state = 'prepared' AND (at_ms, key) > (?, ?)
    ORDER BY at_ms, key LIMIT ?`,
    'Nkl',
  ],
  ['UPDATE claims SET state = ?, status = ?, answer = ?, movements = ?, at_ms = ? WHERE key = ?', 'sNttNk'],
  ['DELETE FROM claims WHERE key = ?', 'k'],
  ["SELECT key, purchase, effect FROM claims WHERE state = 'prepared'", ''],
  [
    `INSERT INTO orders (purchase, key, fingerprint, wanted, state, status, answer)
     VALUES (?, ?, ?, ?, 'accepted', 0, '{}') ON CONFLICT DO NOTHING RETURNING *`,
    'kktt',
  ],
  ['SELECT * FROM orders WHERE key = ?', 'k'],
  ['UPDATE orders SET state = ?, status = ?, answer = ? WHERE n = ?', 'sNtN'],
  ["SELECT * FROM orders WHERE state = 'accepted' ORDER BY n", ''],
  ['SELECT * FROM orders WHERE key = ? OR (key IS NULL AND n = ?)', 'kN'],
  ['UPDATE pending SET next_at_ms = ? WHERE next_at_ms IS NULL', 'N'],
  ['UPDATE pending SET next_at_ms = ? WHERE n = ?', 'NN'],
  ['SELECT MIN(next_at_ms) AS at FROM pending', ''],
  ['INSERT INTO pending VALUES (?, 0, ?)', 'NN'],
  [
    `SELECT pending.tries, orders.* FROM pending JOIN orders USING (n)
     WHERE next_at_ms <= ? ORDER BY next_at_ms, n LIMIT ?`,
    'Nl',
  ],
  ['UPDATE pending SET tries = tries + 1, next_at_ms = NULL WHERE n = ?', 'N'],
  ['DELETE FROM pending WHERE n = ?', 'N'],
  ['INSERT INTO outbox (purchase, key, body) VALUES (?, ?, ?)', 'kkt'],
  ['SELECT * FROM outbox ORDER BY id LIMIT ?', 'l'],
  ['SELECT * FROM outbox', ''],
  ['DELETE FROM outbox WHERE id = ?', 'N'],
  ['INSERT INTO open_payments VALUES (?, ?, ?, ?, ?, NULL)', 'kskkt'],
  ['UPDATE open_payments SET stale_rate_micro = ? WHERE key = ?', 'Nk'],
  ['SELECT stale_rate_micro FROM open_payments WHERE key = ?', 'k'],
  ["SELECT body FROM open_payments WHERE key = ? AND operation = 'do'", 'k'],
  ['SELECT * FROM open_payments WHERE key = ?', 'k'],
  ['SELECT key FROM open_payments', ''],
  ['DELETE FROM open_payments WHERE key = ?', 'k'],
  ['INSERT INTO open_undos VALUES (?, ?, ?) ON CONFLICT DO NOTHING', 'kkt'],
  ['SELECT 1 FROM open_undos WHERE key = ?', 'k'],
  ['SELECT purchase, effect FROM open_undos WHERE key = ?', 'k'],
  ['SELECT key FROM open_undos', ''],
  ['DELETE FROM open_undos WHERE key = ?', 'k'],
  ['INSERT INTO paid VALUES (?, ?)', 'kt'],
  ['SELECT entry FROM paid WHERE key = ?', 'k'],
  ['SELECT status, answer FROM taught_keys WHERE key = ?', 'k'],
  ['SELECT answer FROM taught_keys WHERE key = ?', 'k'],
  ['INSERT OR REPLACE INTO taught_keys VALUES (?, ?, ?)', 'kNt'],
  ['INSERT INTO decisions VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', 'kstN'],
  ["INSERT INTO decisions VALUES (?, 'commit', '{}', 1)", 'k'],
  ['UPDATE decisions SET delivered = 1 WHERE order_id = ?', 'k'],
  ['SELECT decision FROM decisions WHERE order_id = ?', 'k'],
  ['SELECT placed FROM decisions WHERE delivered = 0', ''],
  ['INSERT OR REPLACE INTO saga_steps VALUES (?, ?, ?)', 'kks'],
  ['SELECT effect, state FROM saga_steps WHERE order_id = ?', 'k'],
  ["SELECT 1 FROM saga_steps WHERE order_id = ? AND effect = 'charge' AND state = 'begun'", 'k'],
  ["UPDATE claims SET state = 'undone' WHERE key = ? AND state = 'prepared' RETURNING key", 'k'],
  ['SELECT * FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?', 'Nl'],
  ['SELECT account FROM balances WHERE account = ? AND balance + ? >= ?', 'knn'],
  ['SELECT * FROM balances ORDER BY account', ''],
  ['SELECT * FROM ledger ORDER BY seq', ''],
  ['SELECT * FROM ledger ORDER BY purchase, seq', ''],
]

/** Looked at in the end, and on the way. */
const WHOLE = [
  'ledger ORDER BY purchase DESC, seq',
  'balances ORDER BY balance, account',
  'claims',
  'orders',
  'pending ORDER BY next_at_ms DESC, n',
  'open_payments',
  'outbox',
  'paid',
  'taught_keys',
  'decisions',
  'saga_steps ORDER BY effect DESC, order_id',
].map((rest) => `SELECT * FROM ${rest}`)

const keys = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('a', 'b', 'o-1', 'charge') },
  // SQLite orders text by its bytes; UTF-16 would put these two in the other order.
  { weight: 2, arbitrary: fc.constantFrom('\u{1f600}', '\uff5e', '', 'a\u0000', 'A', '12', ' 7 ') },
  { weight: 1, arbitrary: fc.constantFrom(null, 3, 2.5, '\ud800lone') },
)
const texts = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('{}', 'x', 'naïve "✓"\n', '17', '1e2') },
  { weight: 1, arbitrary: fc.constantFrom(null, 0, 12, 0.25, -3) },
)
const states = fc.constantFrom('accepted', 'prepared', 'prepared', 'prepared', 'done', 'begun', 'do', 'commit')
const numbers = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -2, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, 0.5, 1e12, 2 ** 40, Number.NaN, Number.POSITIVE_INFINITY) },
)
const anyNumbers = fc.oneof(
  { weight: 12, arbitrary: numbers },
  { weight: 1, arbitrary: fc.constantFrom('1', ' 2 ', '3.0', 'x', '', '1x', '.5e1') },
)
const limits = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -1, max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, 1.5, '2', 'x') },
)
const VALUES: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  k: keys,
  t: texts,
  s: states,
  n: numbers,
  N: anyNumbers,
  l: limits,
}

function withValues([sql, kinds]: (typeof STATEMENTS)[number]): fc.Arbitrary<Statement> {
  return fc.tuple(...[...kinds].map((kind) => VALUES[kind]!)).map((values) => ({ sql, values }))
}

interface Transaction {
  readonly all: readonly Statement[]
  readonly fails: boolean
}
const tableOf = (text: string) => /(?:INTO|UPDATE|FROM) (\w+)/.exec(text)?.[1] ?? ''
const ALL_TABLES = [...new Set(STATEMENTS.map(([text]) => tableOf(text)))]

/** About one table or two at a time, so that statements meet each other's rows. */
const histories: fc.Arbitrary<Transaction[]> = fc
  .subarray(ALL_TABLES, { minLength: 1, maxLength: 2 })
  .map((some) => STATEMENTS.filter(([text]) => some.includes(tableOf(text))))
  .map((some) => fc.oneof(...some.map(withValues)))
  .chain((statements) =>
    fc.array(
      fc.record({
        all: fc.array(statements, { minLength: 1, maxLength: 4 }),
        fails: fc.nat(3).map((luck) => luck === 0),
      }),
      { minLength: 20, maxLength: 40 },
    ),
  )

class Oops extends Error {}

/** What each statement gave, and how the transaction ended. */
async function run(store: MemoryStore, { all, fails }: Transaction): Promise<{ rows: Row[][]; ended: string }> {
  const rows: Row[][] = []
  const work = function* (): Work<void> {
    for (const statement of all) rows.push(yield statement)
    if (fails) throw new Oops('no')
  }
  const ended = await store
    .open()
    .transaction(work)
    .then(
      () => 'done',
      (error: Error) => error.message,
    )
  return { rows: rows.map((each) => each.map((row) => ({ ...row }))), ended }
}

function bothStores(): readonly [MemoryStore, MemoryStore] {
  const both = [makeMemoryStore(), makePlainStore()] as const
  for (const store of both) store.open().execute(TABLES)
  return both
}

function wholeOf(store: MemoryStore): Row[][] {
  const open = store.open()
  return WHOLE.map((text) => open.rows(text).map((row) => ({ ...row })))
}

/** The statements that services, workflows and what both worlds have in common say. */
function statementsInSources(): string[] {
  const folders = ['src/services', 'src/patterns/workflows', 'src/runtime/life', 'src/runtime/virtual', 'test/planted']
  const files = folders.flatMap((folder) => readdirSync(path.join(ROOT, folder)).map((file) => path.join(folder, file)))
  const texts = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
  const quoted = /(['"`])((?:INSERT|UPDATE|DELETE|SELECT|CREATE)\s[^'"`]*(?:(?!\1)['"`][^'"`]*)*)\1/g
  return texts.flatMap((text) => [...text.matchAll(quoted)].map(([, , statement = '']) => statement))
}

const words = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

describe('the plain store and SQLite', () => {
  it('are shown every statement that there is', () => {
    const shown = new Set([...STATEMENTS.map(([text]) => text), ...TABLES.map(({ sql }) => sql)].map(words))
    const parts = /^(UPDATE \w+( SET \w+)?|INSERT INTO (\w+|\$\{\w+\})|SELECT \* FROM \w+)$/
    const missing = statementsInSources()
      .map(words)
      .flatMap((text) => ['balance - held', 'balance'].map((what) => text.replace('${available}', what)))
      // Planted bugs look at how a statement begins.
      .filter((text) => !shown.has(text) && !parts.test(text))
    expect([...new Set(missing)]).toEqual([])
    expect(statementsInSources().length).toBeGreaterThan(60)
  })

  it('give the same rows, refuse the same, and hold the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.noBias(histories), async (all) => {
        const [sqlite, plain] = bothStores()
        for (const transaction of all) expect(await run(plain, transaction)).toEqual(await run(sqlite, transaction))
        expect(wholeOf(plain)).toEqual(wholeOf(sqlite))
        for (const store of [sqlite, plain]) store.close()
      }),
      { numRuns: 200 },
    )
  })
})

/** Everything that a trial finds, of the whole and of every purchase. */
async function foundBy(plan: TrialPlan, makeStore: () => MemoryStore) {
  const purchases: unknown[] = []
  const { outcome, strikes } = await runTrial(plan, { makeStore, onPurchase: (record) => purchases.push(record) })
  return { outcome, strikes, purchases }
}

describe('a trial on either store', () => {
  const { short } = loadText(SHIPPED_TEXT)

  // Claims, decisions, saga logs, outboxes, taught keys and pending orders, through crashes and recoveries.
  it.each([
    ['coordinator-crash', '2pc'],
    ['coordinator-crash', 'saga'],
    ['double-deduction', 'retry+key-as-taught'],
    ['compensation-fails', 'saga-as-taught'],
    ['payment-gateway', 'breaker+fallback'],
  ])('finds the same: %s, %s', async (name, variant) => {
    const plan = { scenario: short.get(name) ?? shippedScenario(name), variant, seed: 11 }
    const found = await foundBy(plan, makePlainStore)
    expect(found).toEqual(await foundBy(plan, makeMemoryStore))
    expect(found.purchases.length).toBeGreaterThan(10)
  })
})
