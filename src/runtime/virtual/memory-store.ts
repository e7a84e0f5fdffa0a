/** A node's store, in memory: it outlives the node's crash, as a file does. Or in a file, where there is more than memory should hold. */

import type { Work } from '../../core/env.ts'
import { Fenced } from '../life/fenced.ts'
import { openSqliteStore, type SqliteStore } from '../real/store.ts'
import { makeAttempts } from './plain/attempts.ts'

export interface MemoryStore {
  /** The store as one life of the node has it. Closing it ends that life's access, and keeps the rows. */
  open(): SqliteStore
  /** Writes all of it into a new file. */
  saveAs(file: string): void
  close(): void
}

export function makeMemoryStore(): MemoryStore {
  const kept = openSqliteStore(':memory:')
  // Every request counts one, and no transaction holds it: a map, until it is saved.
  const attempts = makeAttempts()
  return shareStore(kept, attempts.count, (file) => {
    kept.putAttempts([...attempts.all()])
    kept.saveAs(file)
  })
}

/** Rows beyond a few pages are on the disk, so that memory does not grow with them. It is saved where it is, and nowhere else. */
export function makeFileStore(file: string): MemoryStore {
  const kept = openSqliteStore(file)
  // Transactions are taken back, but never after a power cut.
  for (const pragma of ['journal_mode = MEMORY', 'synchronous = OFF']) kept.rows(`PRAGMA ${pragma}`)
  return shareStore(kept, kept.countAttempt, () => {})
}

function shareStore(
  kept: SqliteStore,
  countAttempt: SqliteStore['countAttempt'],
  saveAs: (file: string) => void,
): MemoryStore {
  return {
    open() {
      let closed = false
      const unlessClosed = (): SqliteStore => {
        if (closed) throw new Fenced()
        return kept
      }
      return {
        transaction: async <T>(work: () => Work<T>) =>
          unlessClosed().transaction(function* (): Work<T> {
            const result = yield* work()
            // A life that ends within a transaction takes it back.
            if (closed) throw new Fenced()
            return result
          }),
        execute: (statements) => unlessClosed().execute(statements),
        countAttempt(purchase, effect) {
          if (closed) throw new Fenced()
          return countAttempt(purchase, effect)
        },
        rows: (text, ...values) => unlessClosed().rows(text, ...values),
        close() {
          closed = true
        },
      }
    },
    saveAs,
    close: () => kept.close(),
  }
}
