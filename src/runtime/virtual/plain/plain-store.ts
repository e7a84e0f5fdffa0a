/**
 * A store that keeps its rows in plain JavaScript, for speed. It takes the statements that services and workflows use, each
 * compiled once, and does with them what SQLite does; any other statement is an error that names it.
 */

import type { Row, Statement, Value, Work } from '../../../core/env.ts'
import { Fenced } from '../../life/fenced.ts'
import type { SqliteStore } from '../../real/store.ts'
import type { MemoryStore } from '../memory-store.ts'
import { type Attempts, makeAttempts } from './attempts.ts'
import type { Run } from './change.ts'
import { saveTables } from './save.ts'
import { EMPTY_SCHEMA, unknown } from './schema.ts'
import { makeTable, type Table } from './table.ts'
import { makeUndo } from './undo.ts'
import { Unlike } from './values.ts'

/** Distinct statement texts are few; beyond this many somebody is building SQL from data. */
const MOST_STATEMENTS = 500

interface Prepared {
  readonly parameters: number
  readonly run: Run
}

/** The rows, whoever's life it is. */
interface Kept {
  transact<T>(work: () => Work<T>, isOver: () => boolean): T
  /** One statement by itself. */
  alone(text: string, values: readonly Value[]): Row[]
  readonly attempts: Attempts
  saveAs(file: string): void
  close(): void
}

export function makePlainStore(): MemoryStore {
  const kept = keep()
  return { open: () => openFor(kept), saveAs: kept.saveAs, close: kept.close }
}

/** The store as one life of the node has it. */
function openFor(kept: Kept): SqliteStore {
  let closed = false
  const isOver = () => closed
  return {
    async transaction(work) {
      if (closed) throw new Fenced()
      return kept.transact(work, isOver)
    },
    execute(statements: readonly Statement[]) {
      if (closed) throw new Fenced()
      for (const { sql, values } of statements) kept.alone(sql, values)
    },
    countAttempt(purchase, effect) {
      if (closed) throw new Fenced()
      return kept.attempts.count(purchase, effect)
    },
    rows(text, ...values) {
      if (closed) throw new Fenced()
      return kept.alone(text, values)
    },
    close() {
      closed = true
    },
  }
}

function keep(): Kept {
  const tables = new Map<string, Table>()
  const prepared = new Map<string, Prepared>()
  const undo = makeUndo()
  const attempts = makeAttempts()
  let schema = EMPTY_SCHEMA
  let working = false
  /** The statement at work, or the last one. */
  let current = ''

  /** Undefined: it makes a table or an index. */
  function prepare(text: string): Prepared | undefined {
    const known = prepared.get(text)
    if (known) return known
    if (prepared.size >= MOST_STATEMENTS)
      throw new Error(`more than ${MOST_STATEMENTS} different statements, such as: ${text}`)
    const compiled = schema.compile(text)
    if (!compiled) return undefined
    const made = { parameters: compiled.parameters, run: compiled.plan(tables) }
    prepared.set(text, made)
    return made
  }

  function define(text: string): void {
    schema = schema.after(text)
    prepared.clear()
    for (const [name, shape] of schema.shapes) {
      const before = tables.get(name)
      if (before?.shape === shape) continue
      const table = makeTable(shape)
      for (const row of before?.all() ?? []) table.add(row)
      tables.set(name, table)
    }
  }

  function run(text: string, values: readonly Value[]): Row[] {
    const statement = prepare(text)
    if (!statement) throw new Error(`tables are made outside of transactions: ${text}`)
    if (values.length !== statement.parameters) {
      throw new Error(`${values.length} values in place of ${statement.parameters} for: ${text}`)
    }
    current = text
    return statement.run(values, undo)
  }

  /** All of it or nothing. */
  function whole<T>(work: () => T): T {
    if (working) throw new Error('cannot start a transaction within a transaction')
    working = true
    try {
      const result = work()
      undo.forget()
      return result
    } catch (error) {
      undo.takeBack()
      throw error instanceof Unlike ? unknown(error, current) : error
    } finally {
      working = false
    }
  }

  return {
    attempts,
    transact: (work, isOver) =>
      whole(() => {
        const body = work()
        let step = body.next()
        while (!step.done) step = body.next(run(step.value.sql, step.value.values))
        // A life that ends within a transaction takes it back.
        if (isOver()) throw new Fenced()
        return step.value
      }),
    alone(text, values) {
      if (prepare(text)) return whole(() => run(text, values))
      define(text)
      return []
    },
    saveAs: (file) => saveTables(file, schema.made, tables.values(), attempts),
    close() {
      tables.clear()
      prepared.clear()
    },
  }
}
