/**
 * Delta debugging: from a list with a property to a shortest part that still has it (Andreas Zeller and Ralf Hildebrandt, "Simplifying
 * and Isolating Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2), 2002: the algorithm ddmin).
 */

/** Whether a part of the list still has the property. Undefined: nobody can say any more, so that it ends with what it has. */
export type StillShows<Item> = (items: readonly Item[]) => Promise<boolean | undefined>

/**
 * The result shows it and is 1-minimal: without any one of its items it does not. Where the property is monotone (a part that shows
 * it does so in any company) no part of the result shows it either. Keeps the order of the items.
 *
 * @param items a list that shows it; not tested again
 */
export async function ddmin<Item>(items: readonly Item[], shows: StillShows<Item>): Promise<readonly Item[]> {
  if (items.length === 0) return items
  const without = await shows([])
  if (without !== false) return without ? [] : items
  let rest = items
  let parts = 2
  while (rest.length > 1) {
    const next = await reduce(rest, parts, shows)
    if (next === undefined) return rest
    if (next) {
      rest = next.items
      parts = next.parts
    } else if (parts >= rest.length) return rest
    else parts = Math.min(rest.length, parts * 2)
  }
  return rest
}

interface Reduced<Item> {
  readonly items: readonly Item[]
  readonly parts: number
}

/** One of so many parts alone, or all but one. False: none of these shows it. Undefined: nobody can say. */
async function reduce<Item>(
  items: readonly Item[],
  parts: number,
  shows: StillShows<Item>,
): Promise<Reduced<Item> | false | undefined> {
  const bounds = Array.from({ length: parts + 1 }, (_, part) => Math.floor((part * items.length) / parts))
  const ranges = bounds.slice(1).map((to, part) => [bounds[part] ?? 0, to] as const)
  for (const [from, to] of ranges) {
    const part = items.slice(from, to)
    const shown = await shows(part)
    if (shown === undefined) return undefined
    if (shown) return { items: part, parts: 2 }
  }
  // Of two halves each is what is left without the other.
  if (parts === 2) return false
  for (const [from, to] of ranges) {
    const others = [...items.slice(0, from), ...items.slice(to)]
    const shown = await shows(others)
    if (shown === undefined) return undefined
    if (shown) return { items: others, parts: Math.max(2, parts - 1) }
  }
  return false
}
