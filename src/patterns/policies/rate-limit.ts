import { z } from 'zod'
import { CallError, type JsonObject } from '../../core/call.ts'
import type { Policy } from '../../core/pattern.ts'
import { createLimiter } from './gcra.ts'

const options = z.strictObject({
  ratePerSecond: z.number().positive().max(1_000_000),
  /** Requests that a client who was quiet may make at once. */
  burst: z.int().min(1).max(1_000_000),
  /** Who has a limit: each account for itself, or all together. */
  per: z.enum(['account', 'everybody']).default('account'),
})

const MOST_NAME_LENGTH = 100

/** Whose request it is. What names nobody, or by a name that no account has, is nobody's. */
function accountOf({ account }: JsonObject): string {
  return typeof account === 'string' && account.length <= MOST_NAME_LENGTH ? account : 'nobody'
}

/**
 * So many requests a second for each client, and `burst` at once (GCRA, ITU-T I.371). Whatever is over the limit is refused at once
 * with 429 and the time after which to try again; nothing is delayed in silence, as leaky buckets do. A refused request costs its
 * client nothing. Memory is bounded: see `gcra.ts`.
 */
export const rateLimit: Policy<z.output<typeof options>> = {
  name: 'rate-limit',
  summary: 'Refuses at once what a client asks beyond its rate, and says when to come again.',
  scope: 'edge',
  options,
  create({ ratePerSecond, burst, per }, { edge }) {
    const limiter = createLimiter(ratePerSecond, burst)
    return (next, env) => async (request, signal) => {
      signal.throwIfAborted()
      const client = per === 'account' ? accountOf(request.body) : 'everybody'
      const retryAfterMs = limiter.admit(client, env.clock.nowMs())
      if (retryAfterMs === 0) return next(request, signal)
      const { purchase, effect } = request
      const detail = `${client}: over the limit`
      const amount = retryAfterMs
      env.record({ type: 'policy', policy: 'rate-limit', edge, what: 'refused', detail, amount, purchase, effect })
      throw new CallError('too-many-requests', detail, { status: 429, retryAfterMs })
    }
  },
}
