import type { BreakerOutcome } from './breaker-outcome.ts'
import type { Trip } from './trip.ts'

interface BreakerRules {
  readonly newTrip: () => Trip
  readonly openMs: number
  readonly trials: number
  readonly mostHalfOpenMs: number
}

/** Told of each change of state, when it is made. */
type Tell = (what: 'opened' | 'half-opened' | 'closed', detail: string) => void

/** A call is let through in one generation, or refused until it may try again. */
type Admission = { readonly generation: number } | { readonly retryAfterMs: number }

interface BreakerStates {
  admit(nowMs: number, tell: Tell): Admission
  /** How a call ended that was let through. Dropped when the breaker has changed its state since. */
  complete(generation: number, outcome: BreakerOutcome, nowMs: number, tell: Tell): void
}

const TOLD = { closed: 'closed', open: 'opened', 'half-open': 'half-opened' } as const
type State = keyof typeof TOLD

/**
 * Closed, open, half-open, without a timer: time is looked at when a call comes or ends. Every change of state starts a new
 * generation, and what was begun in an earlier one has no say. The breaker closes when all trials have succeeded, and opens
 * again at the first one that failed, or when there is no verdict within `mostHalfOpenMs`: a trial that hangs cannot wedge it.
 */
export function createBreakerStates({ newTrip, openMs, trials, mostHalfOpenMs }: BreakerRules): BreakerStates {
  let state: State = 'closed'
  let generation = 0
  let sinceMs = 0
  let trip = newTrip()
  let admitted = 0
  let succeeded = 0

  function become(to: State, atMs: number, detail: string, tell: Tell): void {
    state = to
    generation += 1
    sinceMs = atMs
    trip = newTrip()
    admitted = 0
    succeeded = 0
    tell(TOLD[to], detail)
  }

  function endHalfOpenInTime(nowMs: number, tell: Tell): void {
    const endsMs = sinceMs + mostHalfOpenMs
    if (state === 'half-open' && nowMs >= endsMs) become('open', endsMs, `no verdict in ${mostHalfOpenMs} ms`, tell)
  }

  function completeTrial(outcome: BreakerOutcome, nowMs: number, tell: Tell): void {
    if (outcome === 'failure') become('open', nowMs, 'a trial failed', tell)
    // A neutral trial proved nothing: another call may take its place.
    else if (outcome === 'neutral') admitted -= 1
    else {
      succeeded += 1
      if (succeeded === trials) become('closed', nowMs, `${trials} trials succeeded`, tell)
    }
  }

  return {
    admit(nowMs, tell) {
      endHalfOpenInTime(nowMs, tell)
      if (state === 'open') {
        const retryAfterMs = sinceMs + openMs - nowMs
        if (retryAfterMs > 0) return { retryAfterMs }
        become('half-open', nowMs, `${trials} trials`, tell)
      }
      if (state === 'half-open') {
        if (admitted === trials) return { retryAfterMs: sinceMs + mostHalfOpenMs - nowMs }
        admitted += 1
      }
      return { generation }
    },
    complete(begun, outcome, nowMs, tell) {
      endHalfOpenInTime(nowMs, tell)
      if (begun !== generation) return
      if (state === 'half-open') completeTrial(outcome, nowMs, tell)
      else if (outcome !== 'neutral' && trip(outcome === 'failure')) become('open', nowMs, 'too many failures', tell)
    },
  }
}
