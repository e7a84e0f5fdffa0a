import { z } from 'zod'
import { CallError, type CallErrorReason, type Reply } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Policy } from '../../core/pattern.ts'

const options = z
  .strictObject({
    afterMs: z.number().positive(),
    /** Counted from the start of the call, like `afterMs`. */
    abandonAfterMs: z.number().positive().default(30_000),
  })
  .refine(({ afterMs, abandonAfterMs }) => abandonAfterMs >= afterMs, {
    path: ['abandonAfterMs'],
    message: 'must be at least afterMs',
  })

/** How a call ended. */
type Settled = { readonly reply: Reply } | { readonly error: unknown }

/** Reasons that stand for an answer of the other side; the rest say that there was none. */
const ANSWERS: ReadonlySet<CallErrorReason> = new Set([
  'refused',
  'too-many-requests',
  'in-progress',
  'server-error',
  'bad-answer',
])

/** What an answer said; undefined where none came. A bug is thrown. */
function answerOf(settled: Settled): string | undefined {
  if ('reply' in settled) return String(settled.reply.status)
  if (!(settled.error instanceof CallError)) throw settled.error
  return ANSWERS.has(settled.error.reason) ? settled.error.reason : undefined
}

/**
 * The caller waits `afterMs`, or until the request's deadline where that comes first, and then goes on with `timeout`: the outcome
 * is unknown. The call itself goes on until it settles or `abandonAfterMs` have passed; then its signal is aborted. An answer
 * that comes after the caller has gone is recorded. Past the deadline nothing is started (`deadline-passed`).
 *
 * Counts for each attempt where it stands inside `retry`, for all of them together where it stands outside. Many libraries abort
 * the call as soon as the caller gives up, and with it the knowledge of what became of it.
 */
export const timeout: Policy<z.output<typeof options>> = {
  name: 'timeout',
  summary: 'The caller waits only so long; the call itself goes on and its late answer is recorded.',
  scope: 'edge',
  options,
  create({ afterMs, abandonAfterMs }, { edge }) {
    return (next, env) => async (request, signal) => {
      signal.throwIfAborted()
      const untilDeadlineMs = (request.deadlineAtMs ?? Number.POSITIVE_INFINITY) - env.clock.nowMs()
      if (untilDeadlineMs <= 0) throw new CallError('deadline-passed', edge)
      const waitMs = Math.min(afterMs, untilDeadlineMs)

      const { purchase, effect } = request
      const tell = (what: PolicyWord, detail: string) =>
        env.record({ type: 'policy', policy: 'timeout', edge, what, detail, purchase, effect })

      const running = begin((calling) => next(request, calling), signal, env)
      const settled = await running.settledWithin(waitMs)
      if (settled === undefined) {
        const detail = `no answer in ${Math.round(waitMs)} ms`
        tell('timeout', detail)
        followWithoutCaller(running, abandonAfterMs - waitMs, tell, env)
        throw new CallError('timeout', `${edge}: ${detail}`)
      }
      if ('error' in settled) throw settled.error
      return settled.reply
    }
  },
}

/** A call with a clock beside it. */
interface Running {
  readonly settled: Promise<Settled>
  /** How the call ended, or undefined when it has not ended `delayMs` from now. Leaves no timer behind. */
  settledWithin(delayMs: number): Promise<Settled | undefined>
  abort(reason: CallError): void
}

/** Why a timer is stopped. Made once: `abort` without a reason makes a new one, which costs more than all the rest of a call. */
const ANSWERED = new Error('the call has settled')

function begin(call: (signal: AbortSignal) => Promise<Reply>, outer: AbortSignal, env: Env): Running {
  const calling = new AbortController()
  const passOn = () => calling.abort(outer.reason)
  outer.addEventListener('abort', passOn, { once: true })
  const settled: Promise<Settled> = call(calling.signal)
    .then(
      (reply) => ({ reply }),
      (error: unknown) => ({ error }),
    )
    .finally(() => outer.removeEventListener('abort', passOn))
  return {
    settled,
    async settledWithin(delayMs) {
      const timer = new AbortController()
      // `race` listens to both to the end, so the sleep that is cut short is not an unhandled rejection.
      const first = await Promise.race([settled, env.clock.sleep(delayMs, timer.signal)])
      timer.abort(ANSWERED)
      return first ?? undefined
    },
    abort: (reason) => calling.abort(reason),
  }
}

type TellTimeout = (what: PolicyWord, detail: string) => void

/** What happens to the call after its caller has gone. A bug in it still ends the run, by way of the background work. */
function followWithoutCaller(running: Running, leftMs: number, tell: TellTimeout, env: Env): void {
  async function follow(): Promise<void> {
    let settled = leftMs > 0 ? await running.settledWithin(leftMs) : undefined
    if (settled === undefined) {
      tell('abandoned', 'the call was aborted')
      running.abort(new CallError('timeout', 'abandoned'))
      settled = await running.settled
    }
    const answer = answerOf(settled)
    if (answer !== undefined) tell('late-answer', answer)
  }
  follow().catch((error: unknown) => env.background('late-answer', () => Promise.reject(error)))
}
