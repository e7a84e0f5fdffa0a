/** Calls that have begun and not ended. Two calls about the same thing are told apart by their order only. */

/** As many as a node takes at once; of more than these only the number is known, and it stays there. */
const MOST_OPEN = 50_000

export function followCalls() {
  const open = new Map<string, number[]>()
  let size = 0
  return {
    begin(about: string, atMs: number): void {
      if (size >= MOST_OPEN) return
      const others = open.get(about)
      if (others) others.push(atMs)
      else open.set(about, [atMs])
      size++
    },
    /** @returns when it had begun; undefined: nobody knows */
    end(about: string): number | undefined {
      const begun = open.get(about)
      const first = begun?.shift()
      if (first === undefined) return undefined
      size--
      if (begun?.length === 0) open.delete(about)
      return first
    },
    size: (): number => size,
    /** Looks at all of them. Infinite where there are none. */
    oldestAtMs(): number {
      let oldest = Number.POSITIVE_INFINITY
      for (const [first = oldest] of open.values()) if (first < oldest) oldest = first
      return oldest
    },
    clear(): void {
      open.clear()
      size = 0
    },
  }
}
