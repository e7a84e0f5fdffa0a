/** An `Env` for unit tests: a clock that is turned by hand, keyed luck, and a memory of everything that was recorded. */

import type { Call, Reply, Request } from '../../src/core/call.ts'
import { keyedDraw } from '../../src/core/draw.ts'
import type { Clock, Env } from '../../src/core/env.ts'
import type { Event } from '../../src/core/event.ts'
import type { PolicySite } from '../../src/core/pattern.ts'
import type { ServiceName } from '../../src/core/topology.ts'

/** What `crash()` throws, since a test must not die. */
export class Crashed extends Error {
  constructor() {
    super('crashed')
    this.name = 'Crashed'
  }
}

/** A clock that a test turns. */
export interface TurnedClock extends Clock {
  /** Lets time pass, and everything happen that happens meanwhile. */
  advance(ms: number): Promise<void>
  /** Sleeps and alarms that lie ahead. */
  timers(): number
}

export interface FakeEnvOptions {
  /** Instead of one of its own, which stands still until it is turned. */
  readonly clock?: TurnedClock
  readonly service?: ServiceName
  readonly incarnation?: number
  readonly seed?: number | string
  readonly nowMs?: number
  readonly store?: Env['store']
  readonly call?: Env['call']
  readonly point?: Env['point']
}

export interface FakeEnv extends Env {
  /** Every recorded event, in order. */
  readonly records: Event[]
  /** The argument of every `listen` call, in order. */
  readonly listening: boolean[]
  /** The argument of every `reach` call, in order. */
  readonly reaching: boolean[]
  /** What background work threw, in order. */
  readonly failures: unknown[]
  /** Names of the background work that was begun, in order. */
  readonly backgrounds: string[]
  /** How often `crash` was called. */
  crashes(): number
  /** Sleeps that neither ended nor were aborted. */
  timers(): number
  /** Turns the clock, firing sleeps in the order of their time; all microtasks run before, between and after. */
  advance(ms: number): Promise<void>
  /** The recorded events of one type. */
  recorded<T extends Event['type']>(type: T): Extract<Event, { type: T }>[]
}

interface Timer {
  readonly atMs: number
  readonly fire: () => void
}

/** Lets everything that only waits for promises run. */
export function drain(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function turnedClock(startMs: number): TurnedClock {
  let nowMs = startMs
  const timers = new Set<Timer>()

  function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (!Number.isFinite(delayMs)) return Promise.reject(new RangeError(`cannot sleep ${delayMs} ms`))
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const stop = () => {
        timers.delete(timer)
        reject(signal?.reason)
      }
      const timer: Timer = {
        atMs: nowMs + Math.max(0, delayMs),
        fire() {
          timers.delete(timer)
          signal?.removeEventListener('abort', stop)
          resolve()
        },
      }
      timers.add(timer)
      signal?.addEventListener('abort', stop, { once: true })
    })
  }

  function alarm(delayMs: number, ring: () => void): () => void {
    const timer: Timer = {
      atMs: nowMs + Math.max(0, delayMs),
      fire() {
        timers.delete(timer)
        ring()
      },
    }
    timers.add(timer)
    return () => void timers.delete(timer)
  }

  function earliest(): Timer | undefined {
    let first: Timer | undefined
    // A Set keeps the order of insertion, so that ties fall to the sleep that began first.
    for (const timer of timers) if (!first || timer.atMs < first.atMs) first = timer
    return first
  }

  async function advance(ms: number): Promise<void> {
    const untilMs = nowMs + ms
    await drain()
    for (let next = earliest(); next && next.atMs <= untilMs; next = earliest()) {
      nowMs = next.atMs
      next.fire()
      await drain()
    }
    nowMs = untilMs
  }

  return { nowMs: () => nowMs, sleep, alarm, advance, timers: () => timers.size }
}

function unavailable(what: string): () => Promise<never> {
  return () => Promise.reject(new Error(`this fake has no ${what}`))
}

/** A fake node. Its clock stands still until `advance`. */
export function fakeEnv(options: FakeEnvOptions = {}): FakeEnv {
  const clock = options.clock ?? turnedClock(options.nowMs ?? 0)
  const records: Event[] = []
  const listening: boolean[] = []
  const reaching: boolean[] = []
  const failures: unknown[] = []
  const backgrounds: string[] = []
  const attempts = new Map<string, number>()
  let crashes = 0
  return {
    service: options.service ?? 'inventory',
    incarnation: options.incarnation ?? 1,
    clock,
    draw: keyedDraw(options.seed ?? 42),
    store: options.store ?? { transaction: unavailable('store') },
    call: options.call ?? unavailable('wire'),
    point: options.point ?? (() => Promise.resolve()),
    attempt(purchase, effect) {
      const key = `${purchase} ${effect}`
      const attempt = (attempts.get(key) ?? 0) + 1
      attempts.set(key, attempt)
      return attempt
    },
    background(name, run) {
      backgrounds.push(name)
      run().catch((error: unknown) => failures.push(error))
    },
    record: (event) => void records.push(event),
    async crash() {
      crashes += 1
      throw new Crashed()
    },
    async listen(on) {
      listening.push(on)
    },
    reach: (on) => void reaching.push(on),
    records,
    listening,
    reaching,
    failures,
    backgrounds,
    crashes: () => crashes,
    timers: clock.timers,
    advance: clock.advance,
    recorded: <T extends Event['type']>(type: T) =>
      records.filter((event): event is Extract<Event, { type: T }> => event.type === type),
  }
}

/** A request as a participant sees it. */
export function aRequest(about: Partial<Request> = {}): Request {
  return { operation: 'do', purchase: 'p-1', effect: 'deduct', attempt: 1, body: {}, ...about }
}

export const OK: Reply = { status: 200, body: { done: true } }

export interface FakeCallee {
  readonly call: Call
  readonly requests: Request[]
  readonly signals: AbortSignal[]
}

/** A callee that remembers what it was asked. `answer` is given the request and how many came before it. */
export function fakeCallee(
  answer: (request: Request, index: number, signal: AbortSignal) => Reply | Promise<Reply> = () => OK,
): FakeCallee {
  const requests: Request[] = []
  const signals: AbortSignal[] = []
  return {
    requests,
    signals,
    async call(request, signal) {
      requests.push(request)
      signals.push(signal)
      return answer(request, requests.length - 1, signal)
    },
  }
}

/** A signal that never aborts. */
export function aSignal(): AbortSignal {
  return new AbortController().signal
}

/** A place for a policy, with a shelf of its own. */
export function aSite(edge: PolicySite['edge'] = 'order→payment', keyed = true): PolicySite {
  const shelf = new Map<string, unknown>()
  return {
    edge,
    keyed,
    shared<T>(name: string, make: () => T): T {
      if (!shelf.has(name)) shelf.set(name, make())
      return shelf.get(name) as T
    },
  }
}
