/** Payment as the bank's coordinator: what it tells a bank that holds money for a payment and has not heard of it since. */

import type { Reply, Request } from '../core/call.ts'
import type { Env, Work } from '../core/env.ts'
import type { Decision } from '../core/pattern.ts'
import { claimOf, keyOf, tombstone } from './claims.ts'

/** Presumed abort: of a payment that payment knows nothing of nothing can come any more, and before it says so, it sees to it. */
export async function answerInquiry(env: Env, request: Request): Promise<Reply> {
  const decision = await env.store.transaction(() => decide(env, request))
  env.record({ type: 'committed', purchase: request.purchase, effect: request.effect, operation: 'inquire' })
  await env.point('after-commit', request)
  return { status: 200, body: { decision } }
}

function* decide(env: Env, request: Request): Work<Decision> {
  const below = keyOf(request)
  const suffix = `/${request.effect}`
  // All keys that payment sends end like this: whatever is held under another one was not asked for here.
  if (!below.endsWith(suffix)) return 'abort'
  const key = below.slice(0, -suffix.length)
  const claim = yield* claimOf(key)
  switch (claim?.state) {
    case undefined:
      yield* tombstone(env, request, key)
      return 'abort'
    // Being worked on, or left open by an earlier incarnation: then the recovery carries it on to a vote.
    case 'running':
    case 'prepared':
      return 'undecided'
    case 'done':
      return 'commit'
    case 'undone':
    case 'refused':
      return 'abort'
  }
}
