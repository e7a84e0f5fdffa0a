/** Where a purchase stands in the traffic, by its name alone: what a ledger says of it comes before the traffic's record does. */

/** From 0: `p-3` is the third. Undefined for a name that no traffic gives. */
export function placeOf(purchase: string): number | undefined {
  const number = /^p-([1-9]\d{0,14})$/.exec(purchase)?.[1]
  return number === undefined ? undefined : Number(number) - 1
}

/** In traffic order; names that no traffic gives come last, by their text. */
export function byPlace(one: string, other: string): number {
  const difference = (placeOf(one) ?? Number.MAX_VALUE) - (placeOf(other) ?? Number.MAX_VALUE)
  if (difference !== 0) return difference
  if (one === other) return 0
  return one < other ? -1 : 1
}
