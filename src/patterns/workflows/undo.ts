/** Undoing a step: tried again and again, within a limit. */

import { CallError } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { Order } from '../../core/pattern.ts'
import { ask, failureOf, isStandIn, type Step } from './steps.ts'

/** A compensation is tried so often; one try takes at most so long, the tries of its policies included. */
const MOST_TRIES = 8
const TRY_MS = 600
const FIRST_PAUSE_MS = 50
const MOST_PAUSE_MS = 800

/** Idempotent, and a success also where nothing was done. Gives what the last try failed of; undefined: it is undone. */
export async function undo(env: Env, order: Order, step: Step): Promise<CallError | undefined> {
  let last: CallError | undefined
  for (let tried = 0; tried < MOST_TRIES; tried++) {
    if (tried > 0) await env.clock.sleep(Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tried - 1)))
    last = await failureOf(askOnce(env, order, step))
    if (!last) return undefined
  }
  return last
}

async function askOnce(env: Env, order: Order, step: Step): Promise<void> {
  const reply = await ask(env, step, 'undo', order, env.clock.nowMs() + TRY_MS)
  // Nobody has heard of the undo yet.
  if (isStandIn(reply)) throw new CallError('timeout', 'a fallback answered in its place')
}
