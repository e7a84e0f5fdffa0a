import { CallError, type CallErrorReason } from '../../core/call.ts'
import { NOT_NEEDED } from './not-needed.ts'

/** What a call's end says about the health of the dependency. */
export type BreakerOutcome = 'success' | 'failure' | 'neutral'

/**
 * Errors in which the dependency was ill, or not there. The others are neutral: a refusal is an answer of a healthy service (to
 * this request, not about the next), and our own refusals say nothing about it at all.
 */
const FAILURES: ReadonlySet<CallErrorReason> = new Set([
  'connection-refused',
  'timeout',
  'reset',
  'server-error',
  'bad-answer',
])

/**
 * A bug of ours is neutral, too, and so is the slower request of a hedge, which ends as if it had timed out.
 * @param signal the call's own
 */
export function outcomeOfError(error: unknown, { aborted, reason }: AbortSignal): BreakerOutcome {
  if (aborted && reason === NOT_NEEDED) return 'neutral'
  return error instanceof CallError && FAILURES.has(error.reason) ? 'failure' : 'neutral'
}
