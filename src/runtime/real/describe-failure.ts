/** SQLite's "database or disk is full" (sqlite.org/rescode.html). */
const SQLITE_FULL = 13

/** A failure for people: in one line where they can mend it; anything else is a bug, and comes with its stack. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number }
  if (code === 'ENOSPC' || errcode === SQLITE_FULL) return "no space is left on the disk that holds the run's folder"
  return error.stack ?? error.message
}
