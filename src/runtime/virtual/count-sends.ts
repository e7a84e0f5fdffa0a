/** Beyond this many the oldest are forgotten: by then nobody asks for that purchase any more. */
const MOST_KEPT = 65_536

/** Counts how often the same thing was sent, so that every time has luck of its own. In bounded memory, however long a run is. */
export function countSends(mostKept = MOST_KEPT): (what: string) => number {
  const counts = new Map<string, number>()
  return (what) => {
    const count = (counts.get(what) ?? 0) + 1
    if (count === 1 && counts.size >= mostKept) counts.delete(counts.keys().next().value as string)
    counts.set(what, count)
    return count
  }
}
