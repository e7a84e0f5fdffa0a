import { z } from 'zod'
import { CallError, type CallErrorReason, type Reply, type Request } from '../../core/call.ts'
import type { Policy, PolicySite } from '../../core/pattern.ts'
import { createLastKnown, type LastKnown } from './last-known.ts'

const pending = z.strictObject({
  /** The step is put off: the order is kept, and a background worker asks again under the same key. */
  answer: z.literal('pending'),
})

const lastKnown = z.strictObject({
  /** The last positive answer to the same question stands in, marked as stale. */
  answer: z.literal('last-known'),
  /** Counted from the moment the answer came. */
  mostAgeMs: z.number().positive().default(60_000),
  /** What makes two questions the same: these fields of the body. None named: all of them. */
  fields: z.array(z.string().min(1)).default([]),
})

const options = z.discriminatedUnion('answer', [pending, lastKnown])

/** Only the steps of an order can be put off; only the order service has a worker that asks again. */
const STEPS_PUT_OFF: ReadonlySet<string> = new Set(['deduct', 'charge'])

/** A refusal is an answer, and an answer that is none today is none tomorrow. */
const NOT_PUT_OFF: ReadonlySet<CallErrorReason> = new Set(['refused', 'bad-answer'])

/** After the deadline nobody waits for an answer any more, a stale one included. */
const NOT_REPLACED: ReadonlySet<CallErrorReason> = new Set(['refused', 'deadline-passed'])

/** At most so many answers are kept on an edge; the one that was renewed longest ago is forgotten. */
const MOST_KEPT = 1_000

/**
 * Something stands in for an answer that did not come. Outermost on an edge, so that retry and breaker have had their say.
 *
 * `pending` answers 202: the order is accepted, the step put off. It stands in for `deduct` and `charge` of the order service only,
 * and where the outcome is unknown only if the same key can be sent again: otherwise asking again could do it twice. It never stands in
 * for an undo, a commit, an abort, a vote or an inquiry: nothing but the truth serves there.
 *
 * `last-known` answers queries and exchange rates with what was true a while ago. Most libraries hand the fallback the error and leave
 * it to the programmer what may be invented; here the two answers that keep an order sound are the only ones.
 */
export const fallback: Policy<z.output<typeof options>> = {
  name: 'fallback',
  summary: 'Puts a step off, or answers with the last known value, when there is no answer.',
  scope: 'edge',
  options,
  create(options, site) {
    const known = options.answer === 'last-known' ? createLastKnown(MOST_KEPT, options.fields) : undefined
    return (next, env) => async (request, signal) => {
      const { purchase, effect } = request
      signal.throwIfAborted()
      try {
        const reply = await next(request, signal)
        // What is stale already would be young again.
        const isNews = reply.body.stale !== true && canBeRepeated(request)
        if (known && isNews) known.keep(request, reply.body, env.clock.nowMs())
        return reply
      } catch (error) {
        if (!(error instanceof CallError) || signal.aborted) throw error
        const standIn =
          options.answer === 'pending'
            ? putOff(request, error, site)
            : repeat(request, error, known, options.mostAgeMs, env.clock.nowMs())
        if (!standIn) throw error
        const { reply, ageMs } = standIn
        const about = { edge: site.edge, detail: options.answer, purchase, effect }
        const amount = ageMs === undefined ? {} : { amount: ageMs }
        env.record({ type: 'policy', policy: 'fallback', what: 'fallback', ...about, ...amount })
        return reply
      }
    }
  },
}

interface StandIn {
  readonly reply: Reply
  readonly ageMs?: number
}

function putOff(request: Request, error: CallError, { edge, keyed }: PolicySite): StandIn | undefined {
  const ofAnOrder = edge.startsWith('order→') && request.operation === 'do' && STEPS_PUT_OFF.has(request.effect)
  if (!ofAnOrder || NOT_PUT_OFF.has(error.reason)) return undefined
  const canAskAgain = error.definite || (keyed && request.key !== undefined)
  return canAskAgain ? { reply: { status: 202, body: { pending: true, reason: error.reason } } } : undefined
}

/** A query, or a quote: a `do` that promises a rate and moves nothing. */
function canBeRepeated({ operation, effect }: Request): boolean {
  return operation === 'query' || (operation === 'do' && effect === 'quote')
}

function repeat(
  request: Request,
  error: CallError,
  known: LastKnown | undefined,
  mostAgeMs: number,
  nowMs: number,
): StandIn | undefined {
  if (NOT_REPLACED.has(error.reason) || !canBeRepeated(request)) return undefined
  const last = known?.recall(request)
  if (!last) return undefined
  const ageMs = Math.round(nowMs - last.atMs)
  if (ageMs > mostAgeMs) return undefined
  return { reply: { status: 200, body: { ...last.body, stale: true, ageMs } }, ageMs }
}
