/** A talk that runs by itself: captions and changes at their times, with choices that the seed makes. */

import type { Change } from './change.ts'

export interface TalkStep {
  /** After the traffic's start. */
  readonly atMs: number
  /** Shown until the next one; empty: nothing is shown any more. */
  readonly caption?: string
  readonly change?: Change
}

/** One of these lists of steps is played, chosen by the run's seed. */
export interface TalkChoice {
  readonly atMs: number
  readonly oneOf: readonly (readonly TalkStep[])[]
}

export interface Talk {
  /** Who is on stage; absent: as the scenario or the command says. */
  readonly variant?: string
  /** Who is shown beside it. */
  readonly versus?: string
  /** Instead of the scenario's own, so that there is traffic for as long as the talk takes. */
  readonly traffic?: { readonly orders: number; readonly ratePerSecond: number }
  /** In any order. */
  readonly steps: readonly (TalkStep | TalkChoice)[]
}

export function isChoice(step: TalkStep | TalkChoice): step is TalkChoice {
  return 'oneOf' in step
}
