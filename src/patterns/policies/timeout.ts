import { z } from 'zod'
import { CallError, type CallErrorReason, type Reply } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Policy } from '../../core/pattern.ts'
import { type LinkedAbort, linkAborts } from './linked-abort.ts'

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
    const link = linkAborts()
    // Not `async`: a promise that is returned from such a function costs three more turns.
    return (next, env) => (request, signal) => {
      if (signal.aborted) return Promise.reject(signal.reason)
      const { deadlineAtMs } = request
      const untilDeadlineMs = deadlineAtMs === undefined ? Number.POSITIVE_INFINITY : deadlineAtMs - env.clock.nowMs()
      if (untilDeadlineMs <= 0) return Promise.reject(new CallError('deadline-passed', edge))
      const waitMs = Math.min(afterMs, untilDeadlineMs)

      const { purchase, effect } = request
      const tell = (what: PolicyWord, detail: string) =>
        env.record({ type: 'policy', policy: 'timeout', edge, what, detail, purchase, effect })

      return new Promise<Reply>((resolve, reject) => {
        const calling = link(signal)
        const call = next(request, calling.signal)
        /** Undefined until the caller has gone; then what is to be done when the call settles. */
        let afterwards: ((settled: Settled) => void) | undefined
        const stop = env.clock.alarm(waitMs, () => {
          const detail = `no answer in ${Math.round(waitMs)} ms`
          tell('timeout', detail)
          afterwards = followWithoutCaller(calling, abandonAfterMs - waitMs, tell, env)
          reject(new CallError('timeout', `${edge}: ${detail}`))
        })
        function end(settled: Settled): void {
          calling.unlink()
          stop()
          if (afterwards) afterwards(settled)
          else if ('error' in settled) reject(settled.error)
          else resolve(settled.reply)
        }
        call.then(
          (reply) => end({ reply }),
          (error: unknown) => end({ error }),
        )
      })
    }
  },
}

type TellTimeout = (what: PolicyWord, detail: string) => void

/**
 * What happens to the call after its caller has gone: it is aborted in the end, and its late answer is told.
 * @returns to be called when it settles. A bug in it still ends the run, by way of the background work.
 */
function followWithoutCaller(
  calling: LinkedAbort,
  leftMs: number,
  tell: TellTimeout,
  env: Env,
): (settled: Settled) => void {
  function abandon(): void {
    tell('abandoned', 'the call was aborted')
    calling.abort(new CallError('timeout', 'abandoned'))
  }
  const stop = leftMs > 0 ? env.clock.alarm(leftMs, abandon) : undefined
  if (!stop) abandon()
  return (settled) => {
    stop?.()
    try {
      const answer = answerOf(settled)
      if (answer !== undefined) tell('late-answer', answer)
    } catch (bug) {
      env.background('late-answer', () => Promise.reject(bug))
    }
  }
}
