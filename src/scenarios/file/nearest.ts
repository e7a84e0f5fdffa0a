/** "Did you mean …?": the valid name that is nearest to a mistyped one. */

/** Names longer than this are no typing mistakes, and would make the comparison slow. */
const MOST_CHARACTERS = 64

/**
 * Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours (Damerau 1964, restricted
 * so that no part is edited twice).
 */
function distance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) least = Math.min(least, (before[j - 2] ?? 0) + 1)
      row.push(least)
    }
    before = last
    last = row
  }
  return last[b.length] ?? 0
}

/** The candidate nearest to `name`, if it is near enough to be meant: a third of its length, or one begins with the other. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase()
  if (wanted === '' || wanted.length > MOST_CHARACTERS) return undefined
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const other = candidate.toLowerCase()
    if (other.length > MOST_CHARACTERS) continue
    const begins = Math.min(wanted.length, other.length) >= 3 && (other.startsWith(wanted) || wanted.startsWith(other))
    const far = distance(wanted, other)
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, other.length) / 3))
    if (far > limit && !begins) continue
    if (far < least) {
      least = far
      best = candidate
    }
  }
  return best
}

/** `unknown service 'inventry'; did you mean 'inventory'?`, or all valid names where none is near. */
export function unknownName(what: string, name: string, candidates: Iterable<string>): string {
  const all = [...candidates]
  const near = nearest(name, all)
  const said = `unknown ${what} '${name}'`
  if (near !== undefined) return `${said}; did you mean '${near}'?`
  if (all.length === 0) return `${said}; there is none to choose from`
  return `${said}; choose one of ${all.join(', ')}`
}
