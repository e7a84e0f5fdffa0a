/** How often an effect of a purchase was attempted. */

export interface Attempts {
  /** Counts another one; gives the new count. */
  count(purchase: string, effect: string): number
  all(): Iterable<readonly [purchase: string, effect: string, count: number]>
}

export function makeAttempts(): Attempts {
  // Effects are few and purchases many, so that nothing is made for a purchase but its number.
  const counts = new Map<string, Map<string, number>>()
  return {
    count(purchase, effect) {
      let ofEffect = counts.get(effect)
      if (!ofEffect) {
        ofEffect = new Map()
        counts.set(effect, ofEffect)
      }
      const count = (ofEffect.get(purchase) ?? 0) + 1
      ofEffect.set(purchase, count)
      return count
    },
    *all() {
      for (const [effect, ofEffect] of counts) for (const [purchase, count] of ofEffect) yield [purchase, effect, count]
    },
  }
}
