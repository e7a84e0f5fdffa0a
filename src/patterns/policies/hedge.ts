import { z } from 'zod'
import { CallError, type Reply } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Policy } from '../../core/pattern.ts'
import { createLatencies } from './latencies.ts'
import { NOT_NEEDED } from './not-needed.ts'

const options = z
  .strictObject({
    /** A second request follows when the first takes longer than this share of the calls before it. */
    percentile: z.number().min(0.5).max(0.999).default(0.95),
    leastMs: z.number().min(0).default(5),
    mostMs: z.number().positive().default(5_000),
    /** So many calls are measured before the first second request. */
    minimumCalls: z.int().min(1).max(200).default(20),
    /** Second requests as a share of all calls. */
    mostShare: z.number().min(0).max(1).default(0.1),
  })
  .refine(({ leastMs, mostMs }) => mostMs >= leastMs, { path: ['mostMs'], message: 'must be at least leastMs' })

/** The last so many calls are the measure. */
const SAMPLE = 200

/** Second requests that a quiet time may save up. */
const MOST_SAVED = 10

/** How one of the two requests ended. */
type Settled = { readonly reply: Reply } | { readonly error: unknown }

/**
 * Sends the request a second time when the first has no answer after the 95th percentile of this edge's latencies, and takes the
 * first positive answer (Jeffrey Dean and Luiz André Barroso, "The Tail at Scale", Communications of the ACM 56(2), 2013). Only what may
 * be done twice: a query, or a request whose key travels, which makes two requests one effect.
 *
 * The other request is aborted; its outcome is nobody's business any more, because of the key. A business refusal is an answer and
 * ends the wait, as in gRPC's hedging; after any other error the other request is waited for. Where both fail, "perhaps" wins over
 * "certainly not", as in `retry`. A first request that fails early is not hedged: that is `retry`'s part.
 */
export const hedge: Policy<z.output<typeof options>> = {
  name: 'hedge',
  summary: 'Sends a slow request a second time, and takes the first answer.',
  scope: 'edge',
  options,
  create({ percentile, leastMs, mostMs, minimumCalls, mostShare }, { edge, keyed }) {
    const latencies = createLatencies(SAMPLE)
    let saved = 0

    function delayMs(): number | undefined {
      if (latencies.count() < minimumCalls) return undefined
      return Math.min(mostMs, Math.max(leastMs, latencies.quantile(percentile)))
    }

    /** Every call saves up its share of a second request, so there are never more than `mostShare` of them. */
    function spend(): boolean {
      if (saved < 1) return false
      saved -= 1
      return true
    }

    return (next, env) => async (request, signal) => {
      signal.throwIfAborted()
      const { operation, purchase, effect, key, deadlineAtMs = Number.POSITIVE_INFINITY } = request
      if (operation !== 'query' && !(keyed && key !== undefined)) return next(request, signal)
      const tell = (what: PolicyWord, detail: string, amount: { amount?: number } = {}) =>
        env.record({ type: 'policy', policy: 'hedge', edge, what, detail, purchase, effect, ...amount })

      const startMs = env.clock.nowMs()
      saved = Math.min(MOST_SAVED, saved + mostShare)
      const waitMs = delayMs()
      const first = begin((calling) => next(request, calling), signal)
      const early = await settledWithin(first, waitMs, env)
      const nowMs = env.clock.nowMs()
      const hedged = early === undefined && !signal.aborted && nowMs < deadlineAtMs && spend()
      if (!hedged) return answerOf(early ?? (await first.settled), () => latencies.add(env.clock.nowMs() - startMs))

      const waitedMs = Math.round(nowMs - startMs)
      tell('hedged', `no answer in ${waitedMs} ms`, { amount: waitedMs })
      const second = begin((calling) => next({ ...request, attempt: request.attempt + 1 }, calling), signal)
      const settled = await firstAnswer(first, second, env)
      if (settled.by === second && 'reply' in settled.how) tell('hedge-won', 'the second request was answered first')
      return answerOf(settled.how, () => latencies.add(env.clock.nowMs() - startMs))
    }
  },
}

function answerOf(settled: Settled, measure: () => void): Reply {
  if ('error' in settled) throw settled.error
  measure()
  return settled.reply
}

/** One of the two requests. */
interface Running {
  readonly settled: Promise<Settled>
  abort(): void
}

function begin(call: (signal: AbortSignal) => Promise<Reply>, outer: AbortSignal): Running {
  const calling = new AbortController()
  const passOn = () => calling.abort(outer.reason)
  outer.addEventListener('abort', passOn, { once: true })
  const settled: Promise<Settled> = call(calling.signal)
    .then(
      (reply) => ({ reply }),
      (error: unknown) => ({ error }),
    )
    .finally(() => outer.removeEventListener('abort', passOn))
  return { settled, abort: () => calling.abort(NOT_NEEDED) }
}

/** Why a timer is stopped. Made once: `abort` without a reason makes a new one, which costs more than all the rest of a call. */
const ANSWERED = new Error('the call has settled')

/** Undefined: not settled in time. Without a time it is waited for to the end. Leaves no timer behind. */
async function settledWithin(running: Running, delayMs: number | undefined, env: Env): Promise<Settled | undefined> {
  if (delayMs === undefined) return running.settled
  const timer = new AbortController()
  // `race` listens to both to the end, so the sleep that is cut short is not an unhandled rejection.
  const first = await Promise.race([running.settled, env.clock.sleep(delayMs, timer.signal)])
  timer.abort(ANSWERED)
  return first ?? undefined
}

/** The first request that ends the wait, or the verdict over both. */
async function firstAnswer(first: Running, second: Running, env: Env): Promise<{ by: Running; how: Settled }> {
  const of = async (by: Running) => ({ by, how: await by.settled })
  const earlier = await Promise.race([of(first), of(second)])
  const other = earlier.by === first ? second : first
  if (endsTheWait(earlier.how)) {
    other.abort()
    followLoser(other, env)
    return earlier
  }
  const later = await of(other)
  if (endsTheWait(later.how)) return later
  const [one, two] = earlier.by === first ? [earlier, later] : [later, earlier]
  return isDefinite(one.how) && !isDefinite(two.how) ? two : one
}

/** A positive answer, a business refusal, or a bug. */
function endsTheWait(settled: Settled): boolean {
  return 'reply' in settled || !(settled.error instanceof CallError) || settled.error.reason === 'refused'
}

function isDefinite(settled: Settled): boolean {
  return 'error' in settled && settled.error instanceof CallError && settled.error.definite
}

/** Nobody waits for it; a bug in it still ends the run, by way of the background work. */
function followLoser(loser: Running, env: Env): void {
  async function follow(): Promise<void> {
    const settled = await loser.settled
    if ('error' in settled && !(settled.error instanceof CallError)) throw settled.error
  }
  follow().catch((error: unknown) => env.background('hedge', () => Promise.reject(error)))
}
