/** How often each gremlin tossed its coin, and how often it struck. */

import type { JournalLine } from '../core/event.ts'
import type { GremlinView } from '../core/live.ts'
import type { Moment } from './moment.ts'

/** Names come from a scenario or by hand; of more than these the others are not counted. */
const MOST_NAMES = 1_000

type Coin = Extract<JournalLine, { readonly type: 'toss' | 'strike' }>

export function countCoins() {
  const coins = new Map<string, { tosses: number; strikes: number }>()
  return {
    line({ type, gremlin }: Coin): void {
      const coin = coins.get(gremlin) ?? { tosses: 0, strikes: 0 }
      if (coins.size < MOST_NAMES) coins.set(gremlin, coin)
      if (type === 'toss') coin.tosses++
      else coin.strikes++
    },
    view: (gremlins: Moment['gremlins']): GremlinView[] =>
      gremlins.map((gremlin) => ({ ...gremlin, ...(coins.get(gremlin.name) ?? { tosses: 0, strikes: 0 }) })),
  }
}
