/** Where orders stand, by what the order service and the buyers say. What counts at the end is the audit, not this. */

import type { JournalLine } from '../core/event.ts'
import type { OrdersView } from '../core/live.ts'
import type { Buyers } from '../core/scenario.ts'

/** Purchases whose standing is remembered. The oldest of more than these keeps the place it had, whatever is heard of it later. */
const MOST_PURCHASES = 50_000

/** The better end wins, as in the audit: a naive refresh makes several orders of one purchase. */
const ENDS = ['refused', 'cancelled', 'failed', 'confirmed'] as const
type End = (typeof ENDS)[number]
type Place = End | 'open' | 'pending'

const isEnd = (word: string): word is End => (ENDS as readonly string[]).includes(word)

/** Lines of two nodes come in any order, so what each says is kept apart from what the other does. */
interface Standing {
  /** Orders that were accepted and have not ended. */
  underWay: number
  accepted: number
  pending: boolean
  end: End | null
  /** The last word to the buyer, where it is one. */
  told: End | 'pending' | null
  /** Times that the buyer heard nothing. */
  lost: number
}

const newcomer = (): Standing => ({
  underWay: 0,
  accepted: 0,
  pending: false,
  end: null,
  told: null,
  lost: 0,
})

function placeOf({ underWay, accepted, pending, end, told, lost }: Standing, { refreshes }: Buyers): Place {
  if (end === 'confirmed') return end
  if (underWay > 0) return pending || told === 'pending' ? 'pending' : 'open'
  if (end) return end
  if (told) return told
  // Nobody has taken the order, and its buyer has gone.
  return accepted === 0 && lost > refreshes ? 'refused' : 'open'
}

type OrderLine = Extract<JournalLine, { readonly type: 'order' }>
type BuyerLine = Extract<JournalLine, { readonly type: 'asked' | 'told' | 'left' }>

function hearOrder(standing: Standing, { state }: OrderLine): void {
  if (state === 'accepted') {
    standing.accepted++
    standing.underWay++
  } else if (isEnd(state)) {
    standing.underWay = Math.max(0, standing.underWay - 1)
    const best = standing.end === null || ENDS.indexOf(state) > ENDS.indexOf(standing.end)
    if (best) standing.end = state
  } else if (state === 'pending') standing.pending = true
}

function hearBuyer(standing: Standing, line: BuyerLine): void {
  if (line.type === 'asked') return
  if (line.type === 'left' || line.status === 'no-answer') standing.lost++
  else if (isEnd(line.status)) standing.told = line.status
  else if (line.status === 'pending' || line.status === 'degraded') standing.told = 'pending'
}

export function followOrders(buyers: Buyers) {
  const standings = new Map<string, Standing>()
  const counts: Record<Place, number> = { open: 0, pending: 0, confirmed: 0, cancelled: 0, refused: 0, failed: 0 }
  let arrived = 0

  function standingOf(purchase: string): Standing {
    const known = standings.get(purchase)
    if (known) return known
    const [oldest] = standings.keys()
    if (oldest !== undefined && standings.size >= MOST_PURCHASES) standings.delete(oldest)
    const made = newcomer()
    standings.set(purchase, made)
    // In `up` buyers are somebody else's, and the order service is the only one to say that they are there.
    arrived++
    counts.open++
    return made
  }

  return {
    line(line: OrderLine | BuyerLine): void {
      // Who comes for something else is no order.
      if (line.effect !== 'order') return
      const standing = standingOf(line.purchase)
      const before = placeOf(standing, buyers)
      if (line.type === 'order') hearOrder(standing, line)
      else hearBuyer(standing, line)
      counts[before]--
      counts[placeOf(standing, buyers)]++
    },
    view: (planned: number): OrdersView => ({ planned, arrived, ...counts }),
  }
}
