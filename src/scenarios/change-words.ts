/** What a variant has, as a clause of the sentence that says what it would take to prevent a violation. */

import type { BuyerOptions, ParticipantOptions } from '../core/pattern.ts'

export const WORKFLOW_PHRASES: Readonly<Record<string, string>> = {
  sequential: 'it takes one step after the other without undo',
  'sequential-with-pending': 'it keeps an order that cannot be ended now and tries again later',
  '2pc': 'it is a two-phase commit (the decision is logged, and whoever is in doubt asks for it)',
  '2pc-as-taught': 'it is a two-phase commit without a log',
  saga: 'it is a saga (steps are logged before they are asked for, and undone until they are undone)',
  'saga-as-taught': 'it is a saga that registers what to undo once a step has answered',
}

export const POLICY_PHRASES: Readonly<Record<string, string>> = {
  timeout: 'it waits only so long for an answer',
  retry: 'it tries again after an error that may pass',
  'idempotency-key': 'it sends an idempotency key with each request',
  breaker: 'a breaker refuses calls while a dependency keeps failing',
  'breaker-as-taught': 'a breaker as taught refuses calls after so many failures',
  'health-check': 'it asks an ill dependency how it is before it calls again',
  bulkhead: 'a bulkhead lets only so many calls to a dependency run at once',
  'shared-pool': 'all its calls share one pool of permits',
  'rate-limit': 'a rate limit refuses what a client asks too often',
  fallback: 'a fallback stands in for an answer that does not come',
  hedge: 'it sends a slow request a second time',
  'adaptive-limit': 'a limit lets through only as many calls at once as the latency allows',
}

export const PARTICIPANT_WORDS: {
  readonly keys: Readonly<Record<ParticipantOptions['keys'], string>>
  readonly history: Readonly<Record<ParticipantOptions['history'], string>>
  readonly holds: Readonly<Record<ParticipantOptions['holds'], string>>
} = {
  keys: {
    ignored: 'participants ignore keys',
    'as-taught': 'participants look a key up before they do the work',
    required: 'participants claim the key before the work',
  },
  history: {
    inline: 'messages to others are sent once and forgotten',
    outbox: 'messages to others are kept with the commit and sent until they are heard',
  },
  holds: {
    counted: 'a vote counts what others hold',
    ignored: 'a vote ignores what others hold',
  },
}

export const BUYER_WORDS: Readonly<Record<BuyerOptions['key'], string>> = {
  none: 'the buyer sends no key',
  'per-attempt': 'the buyer sends a new key with each refresh',
  'per-purchase': 'the buyer sends the same key with each refresh',
}
