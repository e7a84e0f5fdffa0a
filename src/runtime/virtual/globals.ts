/**
 * Virtual time for libraries that know no `Env`: while the world turns, the global timers, `Date`, `performance.now` and
 * `Math.random` are its own. Outside, in the rest of the process, they are what they always were.
 */

import { keyedDraw } from '../../core/draw.ts'
import { EPOCH_MS } from './clock.ts'
import { type Alarm, type Kernel, MICROS_PER_MS } from './kernel.ts'

const LIBRARIES = 'libraries'
/** As Node has it: what is shorter, or no number, or longer than a timer bears, is this. */
const LEAST_MS = 1
const MOST_MS = 2 ** 31 - 1

type Callback = (...args: unknown[]) => void

export interface HeldTime {
  enter(): void
  leave(): void
}

/** @param kernelOf asked while the world turns, and not before */
export function holdTime(kernelOf: () => Kernel): HeldTime {
  const nowMs = () => EPOCH_MS + kernelOf().nowMicros() / MICROS_PER_MS
  const swaps = [
    ...Object.entries(makeTimers(kernelOf)).map(([name, value]) => swap(globalThis, name, value)),
    swap(globalThis, 'Date', makeDate(nowMs)),
    swap(globalThis.performance, 'now', () => kernelOf().nowMicros() / MICROS_PER_MS),
    swap(globalThis.Math, 'random', makeRandom()),
  ]
  return {
    enter() {
      for (const each of swaps) each.enter()
    },
    leave() {
      for (const each of swaps) each.leave()
    },
  }
}

/** One property of something global, exchanged and put back as it was. */
function swap(owner: object, name: string, value: unknown): HeldTime {
  let before: PropertyDescriptor | undefined
  return {
    enter() {
      before = Object.getOwnPropertyDescriptor(owner, name)
      Object.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: true })
    },
    leave() {
      if (before) Object.defineProperty(owner, name, before)
      else Reflect.deleteProperty(owner, name)
    },
  }
}

/** What a library holds of a timer. */
interface Timer {
  stop(): void
  ref(): Timer
  unref(): Timer
  hasRef(): boolean
  refresh(): Timer
}

function makeTimers(kernelOf: () => Kernel) {
  function start(callback: Callback, delayMs: unknown, args: readonly unknown[], repeats: boolean): Timer {
    const asked = Math.trunc(Number(delayMs ?? LEAST_MS))
    const micros = (asked >= LEAST_MS && asked <= MOST_MS ? asked : LEAST_MS) * MICROS_PER_MS
    return startTimer(kernelOf(), micros, repeats, () => callback(...args))
  }
  const clear = (timer: Partial<Timer> | undefined) => timer?.stop?.()
  return {
    setTimeout: (callback: Callback, delayMs?: unknown, ...args: unknown[]) => start(callback, delayMs, args, false),
    setInterval: (callback: Callback, delayMs?: unknown, ...args: unknown[]) => start(callback, delayMs, args, true),
    setImmediate: (callback: Callback, ...args: unknown[]) => startTimer(kernelOf(), 0, false, () => callback(...args)),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  }
}

function startTimer(kernel: Kernel, micros: number, repeats: boolean, ring: () => void): Timer {
  let awaited = true
  let alarm: Alarm
  function begin(): void {
    alarm = kernel.after(micros, LIBRARIES, () => {
      if (repeats) begin()
      ring()
    })
    kernel.waitFor(alarm, awaited)
  }
  function waitFor(wanted: boolean): Timer {
    awaited = wanted
    kernel.waitFor(alarm, awaited)
    return timer
  }
  const timer: Timer = {
    stop: () => kernel.cancel(alarm),
    ref: () => waitFor(true),
    unref: () => waitFor(false),
    hasRef: () => awaited,
    refresh() {
      kernel.cancel(alarm)
      begin()
      return timer
    },
  }
  begin()
  return timer
}

function makeDate(nowMs: () => number): DateConstructor {
  const now = () => Math.floor(nowMs())
  return new Proxy(Date, {
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
    apply: (target) => new target(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
}

/** For what does not matter: ids that libraries make. Whoever needs luck draws it. */
function makeRandom(): () => number {
  const draw = keyedDraw('libraries')
  let drawn = 0
  return () => {
    drawn += 1
    return draw('random', LIBRARIES, '', '', drawn)
  }
}
