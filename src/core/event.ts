/** What a journal holds: one JSON object a line, in the order in which one incarnation saw it. */

import type { Operation, PurchaseId } from './call.ts'
import type { Point } from './point.ts'

/** A call that a crash takes along, or that was on its way. */
export interface CallInFlight {
  readonly purchase: PurchaseId
  readonly effect: string
}

/** Fields that every line carries; added by the journal. */
export interface EventStamp {
  /** Milliseconds since the epoch, with fractions, on the machine's (or the virtual) clock. */
  readonly atMs: number
  /** Service, or `traffic`. */
  readonly node: string
  readonly incarnation: number
}

interface About {
  readonly purchase: PurchaseId
  readonly effect: string
}

export type WorkflowStep =
  | 'decided'
  | 'delivered'
  | 'compensated'
  | 'raised'
  | 'forgotten'
  | 'recovered'
  | 'answered'
  | 'heuristic'

/** What a policy may say of itself, and what its `amount` then is. */
export const POLICY_WORDS = {
  retry: 'another attempt follows; the pause in ms',
  budget: 'a retry was taken out of the budget; how many are left in it',
  'budget-exhausted': 'a retry was due, and the budget had none left',
  timeout: 'the caller goes on without an answer',
  'late-answer': 'it came after the caller had gone',
  abandoned: 'the call was aborted',
  opened: 'the breaker refuses from now on; for how many ms',
  'half-opened': 'the breaker lets trials through',
  closed: 'the breaker lets everything through',
  refused: 'the call was not made; retry after so many ms',
  queued: 'the call waits in line; how many are waiting now',
  waited: 'the call left the line; after so many ms',
  fallback: 'something stood in for the answer; its age in ms, where it has one',
  hedged: 'a second request was sent; after so many ms',
  'hedge-won': 'the second request was answered first',
  limit: 'the concurrency limit has moved; to so many calls',
  probed: 'the dependency was asked how it is; 1: well, 0: not',
  switched: 'the policy was switched; 1: on, 0: off',
} as const
export type PolicyWord = keyof typeof POLICY_WORDS

export type Event =
  | { readonly type: 'started' | 'stopped' }
  /** A coin was tossed. `struck` says how it fell. */
  | (About & {
      readonly type: 'toss'
      readonly gremlin: string
      readonly operation: Operation
      readonly attempt: number
      readonly struck: boolean
      /** The named moment, for a gremlin that waits at some. */
      readonly at?: Point
    })
  /** A gremlin struck; written before it does its damage. `takes` lists the other calls in flight, for a crash. */
  | (About & {
      readonly type: 'strike'
      readonly gremlin: string
      readonly kind: string
      readonly operation: Operation
      readonly attempt: number
      readonly fatal: boolean
      readonly takes: readonly CallInFlight[]
      readonly at?: Point
    })
  /** A request arrived, with the attempt counted here. */
  | (About & {
      readonly type: 'received'
      readonly operation: Operation
      readonly attempt: number
      readonly key: string | null
    })
  /** The work of a request was committed. */
  | (About & { readonly type: 'committed'; readonly operation: Operation })
  /** The answer given to a request. `status` 0: the connection was ended without one. */
  | (About & {
      readonly type: 'answered'
      readonly operation: Operation
      readonly status: number
      readonly reason: string | null
    })
  | (About & {
      readonly type: 'sent'
      readonly to: string
      readonly operation: Operation
      readonly attempt: number
      readonly key: string | null
    })
  /** What the caller heard: a status, or the reason of a `CallError`. */
  | (About & {
      readonly type: 'heard'
      readonly from: string
      readonly operation: Operation
      readonly attempt: number
      readonly status: number
      readonly reason: string | null
      readonly definite: boolean
      readonly afterMs: number
    })
  /** A policy did something worth telling. `amount` is a figure that belongs to `what`; see `POLICY_WORDS`. */
  | (About & {
      readonly type: 'policy'
      readonly policy: string
      readonly edge: string
      readonly what: PolicyWord
      readonly detail: string
      readonly amount?: number
    })
  | (About & { readonly type: 'order'; readonly order: string; readonly state: string; readonly reason: string | null })
  /**
   * A step of the coordinator's own: `decided` (commit or abort is durable), `delivered` (a commit that could not be told at first),
   * `compensated`, `raised` (a compensation that cannot be done, or an order that was given up, for operations),
   * `forgotten` (the same, and nobody is told), `recovered` (an order that an earlier
   * incarnation left open has its end, or is pending), `answered` (an inquiry). Of a participant: `heuristic` (it aborted by itself).
   */
  | (About & { readonly type: 'workflow'; readonly what: WorkflowStep; readonly detail: string })
  | {
      readonly type: 'background'
      readonly name: string
      readonly state: 'begun' | 'ended' | 'failed'
      readonly detail: string
    }
  /** A change was made while the traffic goes on, written by whom it concerns: a gremlin's name, `workflow` or `traffic`. */
  | { readonly type: 'changed'; readonly what: string; readonly detail: string }
  /** Buyers, written by the traffic. */
  | (About & { readonly type: 'asked'; readonly attempt: number; readonly key: string | null })
  | (About & {
      readonly type: 'told'
      readonly attempt: number
      readonly status: string
      readonly reason: string | null
    })
  | (About & { readonly type: 'left'; readonly attempt: number })

/** What the journals of a variant's services add up to. */
export interface JournalCounts {
  /** Requests sent between services, and answers that came back. */
  readonly messages: number
  /** Steps of workflows: `compensated`, `recovered` and `heuristic`. */
  readonly compensations: number
  readonly recoveries: number
  readonly heuristics: number
}

export type JournalLine = EventStamp & Event
