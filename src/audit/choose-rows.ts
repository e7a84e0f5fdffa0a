/** Which purchases are shown side by side where there are too many for all. */

import { MOST_ROWS } from '../core/outcomes.ts'
import { compareAt, type OutcomeNotes } from './outcomes.ts'

/** Of those that differ or broke something at least so many are shown, where there are so many. */
const FEWEST_DIFFERING = 1_500

export interface ChosenRows {
  /** Purchases that arrived anywhere. */
  readonly total: number
  readonly differing: number
  /** How they were chosen, in a sentence. */
  readonly rule: string
  /** Places in the traffic, rising. */
  readonly places: readonly number[]
}

/** Always the same ones of the same run. */
export function chooseRows(
  all: readonly OutcomeNotes[],
  mostRows = MOST_ROWS,
  fewestDiffering = FEWEST_DIFFERING,
): ChosenRows {
  const length = Math.max(0, ...all.map(({ ends }) => ends.length))
  const counts = { absent: 0, alike: 0, differing: 0 }
  for (let place = 0; place < length; place++) counts[compareAt(all, place)]++
  const { alike, differing } = counts
  const shownDiffering = Math.min(differing, Math.max(fewestDiffering, mostRows - alike))
  const shownAlike = Math.min(alike, mostRows - shownDiffering)
  const takeDiffering = evenly(shownDiffering, differing)
  const takeAlike = evenly(shownAlike, alike)
  const places: number[] = []
  for (let place = 0; place < length; place++) {
    const how = compareAt(all, place)
    if (how !== 'absent' && (how === 'differing' ? takeDiffering() : takeAlike())) places.push(place)
  }
  const total = alike + differing
  const rule = ruleOf({ total, differing, alike, shownDiffering, shownAlike })
  return { total, differing, rule, places }
}

/** Says of each of `all` in turn whether it is one of `some`, which are evenly spaced. */
function evenly(some: number, all: number): () => boolean {
  let met = 0
  let taken = 0
  return () => {
    met++
    if (Math.floor((met * some) / all) === taken) return false
    taken++
    return true
  }
}

interface Counted {
  readonly total: number
  readonly differing: number
  readonly alike: number
  readonly shownDiffering: number
  readonly shownAlike: number
}

function ruleOf({ total, differing, alike, shownDiffering, shownAlike }: Counted): string {
  if (total === 0) return 'No purchase arrived.'
  if (shownDiffering + shownAlike === total)
    return total === 1 ? 'The only purchase is shown.' : `All ${figure(total)} purchases are shown.`
  const some = (shown: number, of: number) =>
    shown === of ? `all ${figure(of)}` : `${figure(shown)} of the ${figure(of)}`
  const first = `${some(shownDiffering, differing)} that broke something in some variant or did not end alike in all`
  return `Of ${figure(total)} purchases, ${first} and ${some(shownAlike, alike)} others are shown, evenly spaced in the order of the traffic.`
}

const figure = (count: number) => count.toLocaleString('en-US')
