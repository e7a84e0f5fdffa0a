/** Names become ids of a page: safe in a link, and never two things under one id. */

/** Gives the same id for the same parts, and another one for others, also where only punctuation tells them apart. */
export type Anchors = (...parts: readonly string[]) => string

/** Of one page. Links may be asked for before what they lead to. */
export function createAnchors(): Anchors {
  const known = new Map<string, string>()
  const taken = new Set<string>()
  return (...parts) => {
    const key = JSON.stringify(parts)
    const before = known.get(key)
    if (before !== undefined) return before
    const plain = parts.join('-').replace(/[^\w+.-]+/g, '-')
    let id = plain
    for (let copy = 2; taken.has(id); copy += 1) id = `${plain}-${copy}`
    taken.add(id)
    known.set(key, id)
    return id
  }
}
