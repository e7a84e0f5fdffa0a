/** Luck of a swarm: keyed draws, so that one setting's luck does not depend on which others there are. */

import { keyedDraw } from '../core/draw.ts'

export interface Range {
  readonly from: number
  readonly to: number
}

export interface SwarmLuck {
  /** A number in [0, 1). */
  share(purpose: string, about?: string): number
  coin(purpose: string, about?: string): boolean
  between(range: Range, purpose: string, about?: string): number
  /** Small and large orders of magnitude are equally likely. Both ends of the range are above 0. */
  magnitude(range: Range, purpose: string, about?: string): number
  /** A whole number, both ends included. */
  whole(range: Range, purpose: string, about?: string): number
  pick<T>(items: readonly T[], purpose: string, about?: string): T
  /** So many of the items, in their order. */
  some<T>(items: readonly T[], count: number, purpose: string, about?: string): T[]
}

export function swarmLuck(seed: number): SwarmLuck {
  const draw = keyedDraw(seed)
  const share: SwarmLuck['share'] = (purpose, about = '') => draw(`swarm:${purpose}`, 'swarm', '', about, 1)
  const between: SwarmLuck['between'] = ({ from, to }, ...key) => from + share(...key) * (to - from)
  const whole: SwarmLuck['whole'] = ({ from, to }, ...key) => from + Math.floor(share(...key) * (to - from + 1))
  return {
    share,
    between,
    whole,
    coin: (...key) => share(...key) < 0.5,
    magnitude: ({ from, to }, ...key) => from * (to / from) ** share(...key),
    pick: (items, ...key) => items[whole({ from: 0, to: items.length - 1 }, ...key)] as (typeof items)[number],
    some(items, count, purpose, about = '') {
      const order = items.map((_, index) => ({ index, luck: share(purpose, `${about}#${index}`) }))
      const chosen = order.sort((a, b) => a.luck - b.luck).slice(0, count)
      return chosen.sort((a, b) => a.index - b.index).map(({ index }) => items[index] as (typeof items)[number])
    },
  }
}
