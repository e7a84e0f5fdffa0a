/** Undoing a step: tried again and again, within a limit. */

import { CallError, type CallErrorReason } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { Order } from '../../core/pattern.ts'
import { ask, failureOf, isStandIn, type Step } from './steps.ts'

/** A compensation is asked for so often; one try takes at most so long, the tries of its policies included. */
const MOST_TRIES = 8
/** What our own breaker or compartment refused was never asked for, and says nothing of the participant: it is waited out. */
const OWN_REFUSALS: ReadonlySet<CallErrorReason> = new Set(['breaker-open', 'bulkhead-full', 'limit-reached'])
const MOST_WAIT_MS = 30_000
const TRY_MS = 600
const FIRST_PAUSE_MS = 50
const MOST_PAUSE_MS = 800

/** Idempotent, and a success also where nothing was done. Gives what the last try failed of; undefined: it is undone. */
export async function undo(env: Env, order: Order, step: Step): Promise<CallError | undefined> {
  const giveUpAtMs = env.clock.nowMs() + MOST_WAIT_MS
  for (let asked = 0, failures = 0; ; failures++) {
    const failed = await failureOf(askOnce(env, order, step))
    if (!failed) return undefined
    if (!OWN_REFUSALS.has(failed.reason)) asked += 1
    if (asked === MOST_TRIES || env.clock.nowMs() >= giveUpAtMs) return failed
    await env.clock.sleep(Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures))
  }
}

async function askOnce(env: Env, order: Order, step: Step): Promise<void> {
  const reply = await ask(env, step, 'undo', order, env.clock.nowMs() + TRY_MS)
  // Nobody has heard of the undo yet.
  if (isStandIn(reply)) throw new CallError('timeout', 'a fallback answered in its place')
}
