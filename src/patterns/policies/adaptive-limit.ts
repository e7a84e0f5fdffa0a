import { z } from 'zod'
import { CallError, type CallErrorReason } from '../../core/call.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Policy } from '../../core/pattern.ts'
import { NOT_NEEDED } from './not-needed.ts'
import { createVegas, type Lesson } from './vegas.ts'

const options = z
  .strictObject({
    initial: z.int().min(1).default(20),
    least: z.int().min(1).default(1),
    most: z.int().min(1).default(200),
    /** Calls in the dependency's queue, as far as latency tells: with fewer the limit grows. */
    leastQueued: z.number().min(1).default(3),
    /** With more it shrinks. */
    mostQueued: z.number().min(1).default(6),
    /** What is left of the limit after a timeout or a server error. */
    backOff: z.number().min(0.1).max(0.95).default(0.7),
    /** How long the shortest latency is believed to be what the dependency can do. */
    baselineMs: z.number().positive().default(30_000),
  })
  .refine(({ initial, least, most }) => least <= initial && initial <= most, {
    path: ['initial'],
    message: 'must be between least and most',
  })
  .refine(({ leastQueued, mostQueued }) => leastQueued <= mostQueued, {
    path: ['mostQueued'],
    message: 'must be at least leastQueued',
  })

/** Errors that say "too much". The others are refusals, ours and theirs, or say that nobody is there. */
const OVERLOADED: ReadonlySet<CallErrorReason> = new Set(['timeout', 'reset', 'server-error', 'too-many-requests'])

/** The journal hears of a limit that moves, but not of each step. */
const TELL_EVERY_MS = 1_000

/**
 * The slower request of a hedge says no more than how long it ran at least. Any other aborted call was given up by `timeout`, which
 * stands outside, long after its caller had gone.
 */
function lessonOf(error: unknown, { aborted, reason }: AbortSignal): Lesson {
  if (!(error instanceof CallError)) return 'nothing'
  if (aborted) return reason === NOT_NEEDED ? 'cut-off' : 'overloaded'
  return OVERLOADED.has(error.reason) ? 'overloaded' : 'nothing'
}

/**
 * At most so many calls at once, and how many follows from measured latency: as long as calls take no longer than the shortest, the
 * limit grows; when they begin to queue at the dependency, it shrinks (Lawrence Brakmo and Larry Peterson, "TCP Vegas", IEEE
 * Journal on Selected Areas in Communications 13(8), 1995; for calls, Netflix's concurrency-limits, 2018). Timeouts and server errors
 * shrink it by a factor, once for all calls that were under way together. Our own refusals teach it nothing.
 *
 * Netflix measures all calls of a client against one shortest latency; here each operation and effect has its own, since a look at the
 * stock is faster than a sale.
 */
export const adaptiveLimit: Policy<z.output<typeof options>> = {
  name: 'adaptive-limit',
  summary: 'Lets through only as many calls at once as measured latency says the dependency can bear.',
  scope: 'edge',
  options,
  create(rules, { edge }) {
    const vegas = createVegas(rules)
    let inFlight = 0
    let told = { limit: rules.initial, atMs: Number.NEGATIVE_INFINITY }
    return (next, env) => async (request, signal) => {
      signal.throwIfAborted()
      const { operation, purchase, effect } = request
      const tell = (what: PolicyWord, detail: string, amount: { amount?: number } = {}) =>
        env.record({ type: 'policy', policy: 'adaptive-limit', edge, what, detail, purchase, effect, ...amount })

      if (inFlight >= vegas.limit()) {
        tell('refused', `${inFlight} calls at once`)
        throw new CallError('limit-reached', edge)
      }
      const startMs = env.clock.nowMs()
      inFlight += 1
      let lesson: Lesson = 'nothing'
      try {
        const reply = await next(request, signal)
        lesson = 'answered'
        return reply
      } catch (error) {
        lesson = lessonOf(error, signal)
        throw error
      } finally {
        const nowMs = env.clock.nowMs()
        vegas.ended({ lesson, question: `${operation} ${effect}`, startMs, nowMs, inFlight })
        inFlight -= 1
        const limit = vegas.limit()
        if (limit !== told.limit && nowMs - told.atMs >= TELL_EVERY_MS) {
          tell('limit', `${told.limit} to ${limit} calls at once`, { amount: limit })
          told = { limit, atMs: nowMs }
        }
      }
    }
  },
}
