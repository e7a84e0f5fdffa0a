/**
 * Waits of one length, shared. As all are equally long they end in the order in which they began, so one list and one timer
 * serve any number of buyers, and a wait that is called off costs nothing more.
 */

import type { Clock } from '../core/env.ts'

/** One wait; a link of the list. Opaque to those who hold it. */
export interface Wait {
  readonly dueMs: number
  readonly end: () => void
  before: Wait | null
  after: Wait | null
  over: boolean
}

/** Waits that all take the same time. */
export interface Waits {
  readonly lengthMs: number
  /** Calls `end` once `lengthMs` have passed: never early, seldom more than a timer's lateness late. */
  begin(end: () => void): Wait
  /** `end` will not be called. Nothing when it already was. */
  callOff(wait: Wait): void
  /** Ends all waits now, and the timer. */
  endAll(): void
}

/** Timers are not finer than this; also keeps a rush of endings to one wake a millisecond. */
const LEAST_SLEEP_MS = 1

/** @param lengthMs how long every one of these waits takes */
export function shareWaits(clock: Clock, lengthMs: number): Waits {
  let first: Wait | null = null
  let last: Wait | null = null
  let timer: AbortController | null = null

  function unlink(wait: Wait): void {
    if (wait.before) wait.before.after = wait.after
    else first = wait.after
    if (wait.after) wait.after.before = wait.before
    else last = wait.before
    wait.before = wait.after = null
    wait.over = true
  }

  function endUntil(nowMs: number): void {
    while (first && first.dueMs <= nowMs) {
      const wait = first
      unlink(wait)
      wait.end()
    }
  }

  /** Sleeps from one ending to the next, while anybody waits. */
  async function keepTime(stop: AbortController): Promise<void> {
    while (first && timer === stop) {
      try {
        await clock.sleep(Math.max(LEAST_SLEEP_MS, first.dueMs - clock.nowMs()), stop.signal)
      } catch (error) {
        if (stop.signal.aborted) return
        throw error
      }
      if (timer === stop) endUntil(clock.nowMs())
    }
    if (timer === stop) timer = null
  }

  return {
    lengthMs,
    begin(end) {
      const wait: Wait = { dueMs: clock.nowMs() + lengthMs, end, before: last, after: null, over: false }
      if (last) last.after = wait
      else first = wait
      last = wait
      if (!timer) {
        timer = new AbortController()
        void keepTime(timer)
      }
      return wait
    },
    callOff(wait) {
      if (!wait.over) unlink(wait)
    },
    endAll() {
      timer?.abort()
      timer = null
      endUntil(Infinity)
    },
  }
}
