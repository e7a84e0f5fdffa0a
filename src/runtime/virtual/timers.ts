/** Timers of the world that turns, for libraries: as Node's are, in virtual time. */

import machineTimers from 'node:timers'
import { here } from './inside.ts'
import { type Alarm, MICROS_PER_MS } from './kernel.ts'

const LIBRARIES = 'libraries'
/** As Node has it: what is shorter, or no number, or longer than a timer bears, is this. */
const LEAST_MS = 1
const MOST_MS = 2 ** 31 - 1
/** What only timers of a world have. */
const STOP = Symbol('stop')

// As they are before any world turns.
const machine = { ...machineTimers }

type Callback = (...args: unknown[]) => void

/** What a library holds of a timer. */
interface Immediate {
  [STOP](): void
  ref(): this
  unref(): this
  hasRef(): boolean
  [Symbol.dispose](): void
}

export interface Timer extends Immediate {
  refresh(): this
  close(): this
}

export const virtualTimers = {
  setTimeout: (callback: Callback, delayMs?: unknown, ...args: unknown[]): Timer =>
    startTimer(microsOf(delayMs), false, callback, args),
  setInterval: (callback: Callback, delayMs?: unknown, ...args: unknown[]): Timer =>
    startTimer(microsOf(delayMs), true, callback, args),
  setImmediate: (callback: Callback, ...args: unknown[]): Immediate => startTimer(0, false, callback, args),
  clearTimeout: clearWith(machine.clearTimeout),
  clearInterval: clearWith(machine.clearInterval),
  clearImmediate: clearWith(machine.clearImmediate),
}

/** A library may have begun a timer before the world, and end it there. */
function clearWith(clear: (timer: never) => void) {
  return (timer: unknown): void => {
    const stop = (timer as Partial<Timer> | null | undefined)?.[STOP]
    if (stop) stop()
    else clear(timer as never)
  }
}

function microsOf(delayMs: unknown): number {
  const asked = Math.trunc(Number(delayMs ?? LEAST_MS))
  return (asked >= LEAST_MS && asked <= MOST_MS ? asked : LEAST_MS) * MICROS_PER_MS
}

function startTimer(micros: number, repeats: boolean, callback: Callback, args: readonly unknown[]): Timer {
  const kernel = here().kernel()
  // Node says what is wrong with it, and begins nothing.
  if (typeof callback !== 'function') machine.setTimeout(callback)
  let awaited = true
  let alarm: Alarm
  const stop = () => kernel.cancel(alarm)
  function begin(): void {
    alarm = kernel.after(micros, LIBRARIES, () => {
      if (repeats) begin()
      Reflect.apply(callback, timer, args)
    })
    kernel.waitFor(alarm, awaited)
  }
  function waitFor(wanted: boolean): Timer {
    awaited = wanted
    kernel.waitFor(alarm, awaited)
    return timer
  }
  const timer: Timer = {
    [STOP]: stop,
    ref: () => waitFor(true),
    unref: () => waitFor(false),
    hasRef: () => awaited,
    refresh() {
      stop()
      begin()
      return timer
    },
    close() {
      stop()
      return timer
    },
    [Symbol.dispose]: stop,
  }
  begin()
  return timer
}
