import { type BreakerState, type DependencyResult, MOST_BREAKER_CHANGES } from '../core/dependency.ts'
import type { PolicyWord } from '../core/event.ts'

const STATE_OF: Partial<Record<PolicyWord, BreakerState>> = {
  opened: 'open',
  'half-opened': 'half-open',
  closed: 'closed',
}
/** Longer explanations are cut: two hundred of them are kept. */
const LONGEST_DETAIL = 160

/** Differences of two clock readings have digits that mean nothing. */
const toMicros = (ms: number) => Math.round(ms * 1_000) / 1_000

type Breaker = NonNullable<DependencyResult['breaker']>

/** The states of one path's breaker over time. Times are after the traffic's start. */
export function followBreaker() {
  const changes: Breaker['changes'][number][] = []
  let state: BreakerState = 'closed'
  let sinceMs = 0
  let openMs = 0
  let openings = 0
  let spoke = false

  function countOpen(untilMs: number): void {
    if (state === 'open') openMs += Math.max(0, untilMs - sinceMs)
    sinceMs = untilMs
  }

  function become(next: BreakerState, atMs: number, detail: string): void {
    countOpen(atMs)
    state = next
    if (changes.length < MOST_BREAKER_CHANGES)
      changes.push({ atMs: toMicros(atMs), state, detail: detail.slice(0, LONGEST_DETAIL) })
  }

  return {
    hear(what: PolicyWord, atMs: number, detail: string): void {
      const next = STATE_OF[what]
      if (!next) return
      spoke = true
      if (next === 'open') openings++
      become(next, atMs, detail)
    },
    /** The service that holds it has ended: it is not open any longer than its service lives. */
    end: countOpen,
    /** A new life begins with a closed one. */
    begin(): void {
      if (state !== 'closed') become('closed', sinceMs, 'the service was restarted')
    },
    story: (): Breaker | null => (spoke ? { openings, openMs: toMicros(openMs), changes } : null),
  }
}
