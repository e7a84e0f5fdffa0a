import type { OpenGrowth } from './breaker-options.ts'

/**
 * How long a breaker is open. `opening` is 0 for the first one since it was closed. With jitter, callers that met the same outage
 * do not send their trials at the same moment.
 *
 * @param luck in [0, 1); asked only where there is jitter
 */
export function openPeriodMs(
  openMs: number,
  growth: OpenGrowth | undefined,
  opening: number,
  luck: (opening: number) => number,
): number {
  if (!growth) return openMs
  const { factor, mostMs, jitter } = growth
  const wholeMs = Math.min(mostMs, openMs * factor ** opening)
  return jitter === 'none' ? wholeMs : Math.max(1, Math.ceil(wholeMs * luck(opening)))
}
