import type { DatabaseSync } from 'node:sqlite'

/** What SQLite says to whoever wants a file alone that somebody else reads. */
const BUSY = 5

/**
 * Folds the write-ahead log into the file and closes it. Unless somebody reads it at that moment it is a plain file then: who reads it
 * later leaves nothing beside it, and can read it where nobody may write.
 */
export function closeDatabase(db: DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)')
  try {
    db.exec('PRAGMA journal_mode = DELETE')
  } catch (error) {
    if ((error as { readonly errcode?: number }).errcode !== BUSY) throw error
  }
  db.close()
}
