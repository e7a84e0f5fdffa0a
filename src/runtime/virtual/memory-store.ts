/** A node's store, in memory: it outlives the node's crash, as a file does. */

import type { Work } from '../../core/env.ts'
import { Fenced } from '../life/fenced.ts'
import { openSqliteStore, type SqliteStore } from '../real/store.ts'

export interface MemoryStore {
  /** The store as one life of the node has it. Closing it ends that life's access, and keeps the rows. */
  open(): SqliteStore
  /** Writes all of it into a new file. */
  saveAs(file: string): void
  close(): void
}

export function makeMemoryStore(): MemoryStore {
  const kept = openSqliteStore(':memory:')
  // Of the file that is saved: nobody waits for a disk, and a run that outlives a power cut is none.
  kept.rows('PRAGMA synchronous = OFF')
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
        countAttempt: (purchase, effect) => unlessClosed().countAttempt(purchase, effect),
        rows: (text, ...values) => unlessClosed().rows(text, ...values),
        close() {
          closed = true
        },
      }
    },
    saveAs(file) {
      kept.rows('VACUUM INTO ?', file)
    },
    close: () => kept.close(),
  }
}
