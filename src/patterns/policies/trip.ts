import type { TripOptions } from './breaker-options.ts'
import { type CompletedCall, createCountWindow, createTimeWindow } from './call-window.ts'

/**
 * When a breaker trips. Told of each completed call of one closed period, in the order of completion, a success included. Neutral
 * calls are never told. A new one is made whenever the breaker closes, so that a closed period starts with clean statistics.
 */
export interface Trip {
  /** Why the breaker is to open now, in words; undefined: it is not. */
  complete(call: CompletedCall): string | undefined
  /** Whether this call, made as a trial, speaks against closing. */
  isBad(call: CompletedCall): boolean
}

const isFailed = ({ failed }: CompletedCall) => failed

/** Trips when `failures` completed calls in a row have failed. Reached is enough: the fifth failure trips at 5. */
function tripOnConsecutiveFailures(failures: number): Trip {
  let inARow = 0
  return {
    isBad: isFailed,
    complete({ failed }) {
      inARow = failed ? inARow + 1 : 0
      return inARow >= failures ? `${inARow} failures in a row` : undefined
    },
  }
}

/** Trips when at least `failureRatio` of the last `size` completed calls have failed. */
function tripOnCount({ size, failureRatio, minimumCalls }: Extract<TripOptions, { trip: 'count-window' }>): Trip {
  const window = createCountWindow(size)
  const enough = Math.min(minimumCalls, size)
  return {
    isBad: isFailed,
    complete(call) {
      window.add(call)
      const { calls, failed } = window.tally()
      // A quotient is rounded as the ratio was that somebody wrote: 3 of 10 calls are 0.3, no more and no less.
      return calls >= enough && failed / calls >= failureRatio
        ? `${failed} of the last ${calls} calls failed`
        : undefined
    },
  }
}

/** Trips when at least `failureRatio` of the completed calls of the last `windowMs` have failed. */
function tripOnTime({ windowMs, failureRatio, minimumCalls }: Extract<TripOptions, { trip: 'time-window' }>): Trip {
  const window = createTimeWindow(windowMs)
  return {
    isBad: isFailed,
    complete(call) {
      window.add(call)
      const { calls, failed } = window.tally(call.atMs)
      if (calls < minimumCalls || failed / calls < failureRatio) return undefined
      return `${failed} of ${calls} calls failed in ${windowMs} ms`
    },
  }
}

/** Trips when at least `slowRatio` of the calls of the last `windowMs` took `slowMs` or more; on failures, too, where asked. */
function tripOnSlowCalls(options: Extract<TripOptions, { trip: 'slow-calls' }>): Trip {
  const { slowMs, slowRatio, failureRatio = Number.POSITIVE_INFINITY, windowMs, minimumCalls } = options
  const window = createTimeWindow(windowMs, slowMs)
  return {
    isBad: ({ failed, tookMs }) => failed || tookMs >= slowMs,
    complete(call) {
      window.add(call)
      const { calls, failed, slow } = window.tally(call.atMs)
      if (calls < minimumCalls) return undefined
      if (slow / calls >= slowRatio) return `${slow} of ${calls} calls took ${slowMs} ms or more in ${windowMs} ms`
      return failed / calls >= failureRatio ? `${failed} of ${calls} calls failed in ${windowMs} ms` : undefined
    },
  }
}

export function createTrip(options: TripOptions): Trip {
  switch (options.trip) {
    case 'consecutive-failures':
      return tripOnConsecutiveFailures(options.failures)
    case 'count-window':
      return tripOnCount(options)
    case 'time-window':
      return tripOnTime(options)
    case 'slow-calls':
      return tripOnSlowCalls(options)
  }
}
