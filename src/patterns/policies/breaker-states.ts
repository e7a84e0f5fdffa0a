import type { BreakerBoard, OpenPeriod, TellState } from './breaker-board.ts'
import type { BreakerOutcome } from './breaker-outcome.ts'
import type { Trip } from './trip.ts'

interface BreakerRules {
  readonly newTrip: () => Trip
  /** `opening` is 0 for the first one since the breaker was closed. */
  readonly openPeriodMs: (opening: number) => number
  readonly trials: number
  readonly mostHalfOpenMs: number
  readonly board: BreakerBoard
}

/** A call that was let through, in one generation. */
interface Admitted {
  readonly generation: number
  readonly atMs: number
}

/** A call is let through, or refused until it may try again. */
type Admission = Admitted | { readonly retryAfterMs: number }

interface BreakerStates {
  admit(nowMs: number, tell: TellState): Admission
  /** How a call ended that was let through. Dropped when the breaker has changed its state since. */
  complete(call: Admitted, outcome: BreakerOutcome, nowMs: number, tell: TellState): void
}

type State = 'closed' | 'open' | 'half-open'

/** What whoever watches may do, until the period is over. */
function onlyWhileOpen(isOpen: () => boolean, period: Omit<OpenPeriod, 'isOpen'>): OpenPeriod {
  return {
    ...period,
    isOpen,
    holdUntil: (atMs) => isOpen() && period.holdUntil(atMs),
    halfOpen: (atMs, detail, tell) => isOpen() && period.halfOpen(atMs, detail, tell),
  }
}

/**
 * Closed, open, half-open, without a timer: time is looked at when a call comes or ends. Every change of state starts a new
 * generation, and what was begun in an earlier one has no say. The breaker closes when all trials have succeeded, and opens
 * again at the first one that failed, or when there is no verdict within `mostHalfOpenMs`: a trial that hangs cannot wedge it.
 */
export function createBreakerStates(rules: BreakerRules): BreakerStates {
  const { newTrip, trials, mostHalfOpenMs, board } = rules
  let state: State = 'closed'
  let generation = 0
  let sinceMs = 0
  let trip = newTrip()
  let openings = 0
  let openForMs = 0
  let heldUntilMs = 0
  let admitted = 0
  let succeeded = 0

  function enter(to: State, atMs: number): void {
    state = to
    generation += 1
    sinceMs = atMs
    trip = newTrip()
    admitted = succeeded = 0
  }

  function open(atMs: number, detail: string, tell: TellState): void {
    enter('open', atMs)
    openForMs = rules.openPeriodMs(openings)
    openings += 1
    heldUntilMs = 0
    tell('opened', detail, openForMs)
    const own = generation
    const isOpen = () => generation === own
    const hold = (untilMs: number) => {
      heldUntilMs = untilMs
    }
    board.opened?.(onlyWhileOpen(isOpen, { sinceMs, untilMs: sinceMs + openForMs, holdUntil: hold, halfOpen }))
  }

  function halfOpen(atMs: number, detail: string, tell: TellState): void {
    enter('half-open', atMs)
    tell('half-opened', detail)
  }

  function endHalfOpenInTime(nowMs: number, tell: TellState): void {
    const endsMs = sinceMs + mostHalfOpenMs
    if (state === 'half-open' && nowMs >= endsMs) open(endsMs, `no verdict in ${mostHalfOpenMs} ms`, tell)
  }

  return {
    admit(nowMs, tell) {
      endHalfOpenInTime(nowMs, tell)
      if (state === 'open') {
        const retryAfterMs = Math.max(sinceMs + openForMs, heldUntilMs) - nowMs
        if (retryAfterMs > 0) return { retryAfterMs }
        halfOpen(nowMs, `${trials} trials`, tell)
      }
      if (state === 'half-open') {
        if (admitted === trials) return { retryAfterMs: sinceMs + mostHalfOpenMs - nowMs }
        admitted += 1
      }
      return { generation, atMs: nowMs }
    },
    complete(begun, outcome, nowMs, tell) {
      endHalfOpenInTime(nowMs, tell)
      if (begun.generation !== generation) return
      if (outcome === 'neutral') {
        // It proved nothing: another call may take its place.
        if (state === 'half-open') admitted -= 1
        return
      }
      const call = { atMs: nowMs, tookMs: nowMs - begun.atMs, failed: outcome === 'failure' }
      if (state === 'half-open') {
        if (trip.isBad(call)) return open(nowMs, call.failed ? 'a trial failed' : 'a trial was slow', tell)
        succeeded += 1
        if (succeeded < trials) return
        openings = 0
        enter('closed', nowMs)
        return tell('closed', `${trials} trials succeeded`)
      }
      const why = trip.complete(call)
      if (why !== undefined) open(nowMs, why, tell)
    },
  }
}
