/** Loaded before a service's code (`--import`): counts the commits that wrote something, for `npm run bench -- workflows`. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

const SAVE_EVERY_MS = 100
const { prepare } = DatabaseSync.prototype
/** Rows that a connection had changed when it was looked at last: a commit that changed none was only a look. */
const changed = new WeakMap<DatabaseSync, number>()
let commits = 0

DatabaseSync.prototype.prepare = function prepareCounted(this: DatabaseSync, text: string) {
  const statement = prepare.call(this, text)
  if (text === 'COMMIT') count(this, statement, 'run')
  // Outside a transaction a statement that writes is a commit of its own.
  else if (text.startsWith('INSERT INTO attempts')) count(this, statement, 'get')
  return statement
}

function count(db: DatabaseSync, statement: StatementSync, method: 'run' | 'get'): void {
  const total = prepare.call(db, 'SELECT total_changes() AS n')
  const original = statement[method].bind(statement) as (...values: SQLInputValue[]) => unknown
  const counted = (...values: SQLInputValue[]): unknown => {
    const answer = original(...values)
    const n = Number(total.get()?.n)
    if (n !== changed.get(db)) commits += 1
    changed.set(db, n)
    return answer
  }
  Object.assign(statement, { [method]: counted })
}

const folder = process.env.FAULTLINE_COMMITS
if (folder) setInterval(() => writeFileSync(join(folder, `${process.pid}`), String(commits)), SAVE_EVERY_MS).unref()
