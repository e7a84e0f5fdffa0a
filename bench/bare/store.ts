/** The bare services' store: the same tables and commits as ours, in as few words as possible. */

import { DatabaseSync, type StatementSync } from 'node:sqlite'

export type Body = Record<string, string | number>

let db: DatabaseSync
const prepared = new Map<string, StatementSync>()

/** A fresh store; the process stays warm. */
export function openStore(file: string): void {
  prepared.clear()
  db = new DatabaseSync(file)
  db.exec(TABLES)
  for (const account of ['widget', 'ann-usd', 'ben-eur', 'merchant-USD', 'merchant-EUR']) {
    run('INSERT INTO balances VALUES (?, ?)', account, 1_000_000_000_000)
  }
}

const TABLES = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE attempts (purchase TEXT, effect TEXT, count INTEGER, PRIMARY KEY (purchase, effect)) WITHOUT ROWID;
  CREATE TABLE claims (key TEXT PRIMARY KEY, state TEXT, answer TEXT) WITHOUT ROWID;
  CREATE TABLE balances (account TEXT PRIMARY KEY, balance INTEGER) WITHOUT ROWID;
  CREATE TABLE outbox (id INTEGER PRIMARY KEY, purchase TEXT, key TEXT, entry TEXT);
  CREATE TABLE orders (n INTEGER PRIMARY KEY, purchase TEXT, key TEXT UNIQUE, wanted TEXT, state TEXT, answer TEXT);
  CREATE TABLE ledger (seq INTEGER PRIMARY KEY, at_ms REAL, purchase TEXT, effect TEXT, kind TEXT, account TEXT,
    amount INTEGER, unit TEXT, key TEXT)`

export function run(text: string, ...values: (string | number)[]): Record<string, unknown>[] {
  let statement = prepared.get(text)
  if (!statement) {
    statement = db.prepare(text)
    prepared.set(text, statement)
  }
  return statement.all(...values)
}

export function commit<T>(work: () => T): T {
  run('BEGIN IMMEDIATE')
  const result = work()
  run('COMMIT')
  return result
}

export function countAttempt(purchase: string, effect: string): void {
  run(
    'INSERT INTO attempts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count',
    purchase,
    effect,
  )
}

export function addEntry(
  purchase: string,
  effect: string,
  kind: string,
  account: string,
  amount: number,
  key: string,
): void {
  run(
    'INSERT INTO ledger (at_ms, purchase, effect, kind, account, amount, unit, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    Date.now(),
    purchase,
    effect,
    kind,
    account,
    amount,
    'unit',
    key,
  )
}

export function move(
  purchase: string,
  effect: string,
  key: string,
  moves: readonly [string, number][],
  answer: Body,
): Body {
  return commit(() => {
    if (run("INSERT INTO claims VALUES (?, 'running', '{}') ON CONFLICT DO NOTHING RETURNING 1", key).length === 0) {
      return JSON.parse(String(run('SELECT answer FROM claims WHERE key = ?', key)[0]?.answer)) as Body
    }
    for (const [account, amount] of moves) {
      run(
        'UPDATE balances SET balance = balance + ? WHERE account = ? AND balance + ? >= 0 RETURNING account',
        amount,
        account,
        amount,
      )
      addEntry(purchase, effect, 'effect', account, amount, key)
    }
    run("UPDATE claims SET state = 'done', answer = ? WHERE key = ?", JSON.stringify(answer), key)
    return answer
  })
}
