/** `node:timers/promises` and `AbortSignal.timeout` in the world that turns. */

import machine from 'node:timers/promises'
import { virtualTimers } from './timers.ts'

const MOST_SIGNAL_MS = 2 ** 32 - 1

interface Options {
  readonly ref?: boolean
  readonly signal?: AbortSignal
}

// As they are before any world turns. Given what they do not take, they say so, and begin nothing.
const { setTimeout: machineTimeout, setImmediate: machineImmediate, setInterval: machineInterval } = machine
const machineSignal = AbortSignal.timeout
const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval } = virtualTimers

export function promisedTimeout<T>(delayMs?: number, value?: T, options: Options = {}): Promise<T | undefined> {
  if (isWrong(delayMs, options)) return machineTimeout(delayMs, value, options)
  return promise((ring) => setTimeout(ring, delayMs), value, options)
}

export function promisedImmediate<T>(value?: T, options: Options = {}): Promise<T | undefined> {
  if (isWrong(undefined, options)) return machineImmediate(value, options)
  return promise(setImmediate, value, options)
}

/** What rings while nobody asks is counted, and handed over as soon as somebody does. */
export async function* promisedInterval<T>(
  delayMs?: number,
  value?: T,
  options: Options = {},
): AsyncGenerator<T | undefined> {
  if (isWrong(delayMs, options)) return yield* machineInterval(delayMs, value, options)
  const { signal, ref = true } = options
  if (signal?.aborted) throw abortError(signal)
  let rung = 0
  let wake = () => {}
  const timer = setInterval(() => {
    rung += 1
    wake()
  }, delayMs)
  if (!ref) timer.unref()
  const abort = () => {
    clearInterval(timer)
    wake()
  }
  signal?.addEventListener('abort', abort, { once: true })
  try {
    while (!signal?.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      for (; rung > 0; rung--) yield value
    }
    throw abortError(signal)
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', abort)
  }
}

export function wait(delayMs?: number, options?: Options): Promise<undefined> {
  return promisedTimeout(delayMs, undefined, options)
}

export function yieldTurn(): Promise<undefined> {
  return promisedImmediate()
}

/** As with Node's, nobody waits for its time: what is quiet but for it is quiet. */
export function signalAfter(delayMs: number): AbortSignal {
  if (!(Number.isInteger(delayMs) && delayMs >= 0 && delayMs <= MOST_SIGNAL_MS)) return machineSignal(delayMs)
  const controller = new AbortController()
  const reason = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError')
  setTimeout(() => controller.abort(reason()), delayMs).unref()
  return controller.signal
}

function promise<T>(
  start: (ring: () => void) => { unref(): unknown },
  value: T | undefined,
  { signal, ref = true }: Options,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal))
    const timer = start(() => {
      signal?.removeEventListener('abort', abort)
      resolve(value)
    })
    const abort = () => {
      clearTimeout(timer)
      reject(abortError(signal))
    }
    if (!ref) timer.unref()
    signal?.addEventListener('abort', abort, { once: true })
  })
}

/** What Node refuses. */
function isWrong(delayMs: unknown, options: unknown): boolean {
  if (delayMs !== undefined && typeof delayMs !== 'number') return true
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return true
  const { signal, ref } = options as { readonly signal?: unknown; readonly ref?: unknown }
  if (ref !== undefined && typeof ref !== 'boolean') return true
  return signal !== undefined && (typeof signal !== 'object' || signal === null || !('aborted' in signal))
}

/** As Node's, which it does not give away. */
function abortError(signal: AbortSignal | undefined): Error {
  const error = new Error('The operation was aborted', { cause: signal?.reason })
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' })
}
