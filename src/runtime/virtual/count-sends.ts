/** Beyond this many the oldest are forgotten: by then nobody asks for that purchase any more. */
const MOST_KEPT = 65_536

/**
 * Counts how often the same thing was sent, so that every time has luck of its own. In bounded memory, however long a run is: counts
 * are kept in two halves, and when the newer one is full the older is forgotten as a whole (taking single entries off the front of a
 * `Map` gets slower with each one that was).
 */
export function countSends(mostKept = MOST_KEPT): (what: string) => number {
  let newer = new Map<string, number>()
  let older = new Map<string, number>()
  return (what) => {
    const count = (newer.get(what) ?? older.get(what) ?? 0) + 1
    if (newer.size >= mostKept / 2 && !newer.has(what)) {
      older = newer
      newer = new Map()
    }
    newer.set(what, count)
    return count
  }
}
