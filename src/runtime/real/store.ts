import { writeFileSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Row, Statement, Store, Value, Work } from '../../core/env.ts'
import { Fenced } from '../life/fenced.ts'
import { closeDatabase } from './close-database.ts'

/** Distinct statement texts are few; beyond this many somebody is building SQL from data. */
const MOST_STATEMENTS = 500

/** Nobody else writes here; but somebody may look at a ledger with a tool of theirs while the run goes on. */
const BUSY_MS = 1_000

export interface SqliteStore extends Store {
  /** Runs statements outside a transaction's protocol, for set-up. */
  execute(statements: readonly Statement[]): void
  /** Counts an attempt; gives the new count. Durable when it returns. */
  countAttempt(purchase: string, effect: string): number
  rows(text: string, ...values: Value[]): Row[]
  /** Folds the write-ahead log into the file, which is a plain one then, and closes it. Idempotent. */
  close(): void
}

export interface SavableStore extends SqliteStore {
  /** Of a store whose attempts were counted elsewhere: takes those counts over, in place of its own. */
  putAttempts(counted: readonly (readonly [purchase: string, effect: string, count: number])[]): void
  /** Writes all of it into a new file. */
  saveAs(file: string): void
}

/**
 * One SQLite file. WAL with `synchronous=NORMAL`: a killed process loses nothing that was committed. Nothing is awaited
 * between BEGIN and COMMIT, so nobody else's write can slip in.
 */
export function openSqliteStore(file: string): SavableStore {
  const db = new DatabaseSync(file, { timeout: BUSY_MS })
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  db.exec(
    'CREATE TABLE IF NOT EXISTS attempts (purchase TEXT, effect TEXT, count INTEGER, PRIMARY KEY (purchase, effect)) WITHOUT ROWID',
  )
  const prepared = new Map<string, StatementSync>()
  let closed = false

  function prepare(text: string): StatementSync {
    const known = prepared.get(text)
    if (known) return known
    if (prepared.size >= MOST_STATEMENTS)
      throw new Error(`more than ${MOST_STATEMENTS} different statements, such as: ${text}`)
    const statement = db.prepare(text)
    prepared.set(text, statement)
    return statement
  }

  function run<T>(work: () => Work<T>): T {
    const body = work()
    let step = body.next()
    while (!step.done) {
      const { sql, values } = step.value
      step = body.next(prepare(sql).all(...values) as Row[])
    }
    return step.value
  }

  const begin = db.prepare('BEGIN IMMEDIATE')
  const commit = db.prepare('COMMIT')
  const rollback = db.prepare('ROLLBACK')
  const count = db.prepare(
    'INSERT INTO attempts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count',
  )
  const putAttempts = db.prepare(
    `INSERT OR REPLACE INTO attempts
      SELECT value ->> 0 AS purchase, value ->> 1 AS effect, value ->> 2 FROM json_each(?) ORDER BY purchase, effect`,
  )

  return {
    async transaction(work) {
      if (closed) throw new Fenced()
      begin.run()
      try {
        const result = run(work)
        commit.run()
        return result
      } catch (error) {
        // COMMIT itself may have failed and rolled back already (a full disk): then there is nothing left to roll back.
        if (db.isTransaction) rollback.run()
        throw error
      }
    },
    execute(statements) {
      for (const { sql, values } of statements) db.prepare(sql).run(...values)
    },
    countAttempt(purchase, effect) {
      if (closed) throw new Fenced()
      return Number((count.get(purchase, effect) as Row).count)
    },
    putAttempts(counted) {
      putAttempts.run(JSON.stringify(counted))
    },
    rows: (text, ...values) => prepare(text).all(...values) as Row[],
    saveAs: (file) => saveAs(db, file),
    close() {
      if (closed) return
      closed = true
      closeDatabase(db)
    },
  }
}

/** In one write where this Node can do that. Nobody waits for the disk: a run that outlives a power cut is none. */
function saveAs(db: DatabaseSync, file: string): void {
  if (typeof db.serialize === 'function') writeFileSync(file, db.serialize())
  else {
    db.exec('PRAGMA synchronous = OFF')
    db.prepare('VACUUM INTO ?').run(file)
  }
}
