/** Beyond this many the oldest are forgotten: by then nobody asks for that purchase any more. */
const MOST_KEPT = 65_536

/** What is sent: kinds are few, and each has its purchases. */
type Counts = Map<string, Map<string, number>>

/**
 * Counts how often the same thing was sent for a purchase, so that every time has luck of its own. In bounded memory, however long a
 * run is: counts are kept in two halves, and when the newer one is full the older is forgotten as a whole (taking single entries off
 * the front of a `Map` gets slower with each one that was).
 */
export function countSends(mostKept = MOST_KEPT): (kind: string, purchase: string) => number {
  let newer: Counts = new Map()
  let older: Counts = new Map()
  let kept = 0
  return (kind, purchase) => {
    const before = newer.get(kind)?.get(purchase)
    const count = (before ?? older.get(kind)?.get(purchase) ?? 0) + 1
    if (before === undefined && kept >= mostKept / 2) {
      older = newer
      newer = new Map()
      kept = 0
    }
    if (before === undefined) kept += 1
    mapIn(newer, kind).set(purchase, count)
    return count
  }
}

function mapIn(counts: Counts, kind: string): Map<string, number> {
  let ofKind = counts.get(kind)
  if (!ofKind) {
    ofKind = new Map()
    counts.set(kind, ofKind)
  }
  return ofKind
}
