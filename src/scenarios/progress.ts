/** What a run tells whoever watches it; at most a few times a second. */

export const PHASES = ['starting', 'warming-up', 'traffic', 'waiting-for-quiet', 'auditing'] as const
export type Phase = (typeof PHASES)[number]

export interface Progress {
  readonly phase: Phase
  /** Null before the first variant. */
  readonly variant: string | null
  readonly ordersDone: number
  readonly orders: number
  readonly strikes: number
}
