import type { PolicySite } from '../../core/pattern.ts'

/** How a change of state comes into the journal. `amount` is the open period in ms. */
export type TellState = (what: 'opened' | 'half-opened' | 'closed', detail: string, amount?: number) => void

/** One time for which a breaker is open, as the health check of its edge sees it. */
export interface OpenPeriod {
  readonly sinceMs: number
  /** When trials begin unless somebody holds it. */
  readonly untilMs: number
  /** False for good once the breaker has left this period. */
  isOpen(): boolean
  /** No trial before then. The last word counts, also an earlier one. */
  holdUntil(atMs: number): void
  /** Trials from now on. Does nothing when the period is over. */
  halfOpen(atMs: number, detail: string, tell: TellState): void
}

/** What the breaker of an edge and the health check behind it have in common. */
export interface BreakerBoard {
  /** Told of each opening. Set by the health check, where there is one. */
  opened: ((period: OpenPeriod) => void) | undefined
}

export function boardOf(site: Pick<PolicySite, 'shared'>): BreakerBoard {
  return site.shared<BreakerBoard>('breaker', () => ({ opened: undefined }))
}
