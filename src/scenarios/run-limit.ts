/** What cuts a run short: whoever called it, or its time limit. */

import { startTimer } from '../runtime/real/clock.ts'

export interface Limits {
  readonly signal: AbortSignal
  /** Null: no limit. */
  readonly timeoutMs: number | null
}

/** Why a run was cut short, in words. */
export function reasonOf(signal: AbortSignal): string {
  return typeof signal.reason === 'string' ? signal.reason : 'cut short'
}

/** The caller's signal and the time limit as one. */
export function limitOf({ signal, timeoutMs }: Limits): { signal: AbortSignal; end(): void } {
  const limit = new AbortController()
  const cut = () => limit.abort(signal.reason)
  if (signal.aborted) cut()
  signal.addEventListener('abort', cut, { once: true })
  const timer =
    timeoutMs === null
      ? undefined
      : startTimer(timeoutMs, () => limit.abort(`cut short after ${timeoutMs} ms (--timeout)`))
  return {
    signal: limit.signal,
    end() {
      timer?.stop()
      signal.removeEventListener('abort', cut)
    },
  }
}
