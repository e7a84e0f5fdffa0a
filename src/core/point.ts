/** The named moments of the work. */

import type { Operation, PurchaseId } from './call.ts'

/** Named moments at which a gremlin may strike. The first two are passed by every request at every service. */
export const POINTS = [
  'before-work',
  'after-commit',
  /** The coordinator has heard a vote, and has done nothing about it yet. */
  'after-vote',
  /** Everybody has answered, and nothing of the outcome is durable yet. */
  'before-decision',
  /** The decision is durable, and nobody has heard of it yet. */
  'after-decision',
  /** One participant has committed, the next has not been told. */
  'between-commits',
  /** A step has answered, the next has not begun. */
  'between-steps',
  /** A compensation has answered, and is not on record yet. */
  'while-compensating',
  /** A node takes up what an earlier incarnation of it left open, or asks what has become of it. */
  'while-recovering',
] as const
export type Point = (typeof POINTS)[number]

/** Whose work passes a point. Without an `attempt` the runtime counts one, durably, where a gremlin waits there. */
export interface PointPassed {
  readonly operation: Operation
  readonly purchase: PurchaseId
  readonly effect: string
  readonly attempt?: number
}
