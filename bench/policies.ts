/** What a call costs through the whole stack of policies, all of them closed, beside what opossum and cockatiel do of the same job. */

import { createRequire } from 'node:module'
import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel'
import type { Call, JsonObject, Reply, Request } from '../src/core/call.ts'
import { compose } from '../src/core/compose.ts'
import { keyedDraw } from '../src/core/draw.ts'
import type { Env } from '../src/core/env.ts'
import { POLICIES } from '../src/patterns/policies/catalogue.ts'
import { machineClock } from '../src/runtime/real/clock.ts'
import { againstItself, median, spread } from './statistics.ts'

/** `FAULTLINE_BENCH_ROUNDS=1` for a look at whether it works. */
const ROUNDS = Number(process.env.FAULTLINE_BENCH_ROUNDS ?? 15)
const WARM_ROUNDS = 3
const CALLS = 20_000
/** Under way at once in the second measure, well inside every limit. */
const AT_ONCE = 20

const LIMIT = 64
const TIMEOUT_MS = 1_000
const FAILURES = 5
const OPEN_MS = 30_000

const REPLY: Reply = { status: 200, body: { done: true } }
const REQUEST: Request = { operation: 'do', purchase: 'p-1', effect: 'deduct', attempt: 1, key: 'k-1', body: {} }

/** The work itself. An answer never comes in the same turn of the event loop as its question when it is over a wire. */
const work = async (): Promise<Reply> => REPLY

type Ask = () => Promise<unknown>

const STACK: readonly (readonly [string, JsonObject])[] = [
  ['retry', { maxAttempts: 4 }],
  ['breaker', { trip: 'consecutive-failures', failures: FAILURES, openMs: OPEN_MS }],
  ['timeout', { afterMs: TIMEOUT_MS }],
  ['bulkhead', { permits: LIMIT, queue: LIMIT }],
]

function ours(names: readonly string[]): Ask {
  const unused = () => {
    throw new Error('a closed stack does not need this')
  }
  const env: Env = {
    ...{ service: 'order', incarnation: 1, clock: machineClock(), draw: keyedDraw(42), record: unused },
    ...{ store: { transaction: unused }, call: unused, point: unused, attempt: unused, background: unused },
    ...{ crash: unused, listen: unused, reach: unused },
  }
  const layers = STACK.filter(([name]) => names.includes(name)).map(([name, options]) => {
    const policy = POLICIES[name]
    if (!policy) throw new Error(`there is no policy '${name}'`)
    const shelf = new Map<string, unknown>()
    function shared<T>(what: string, make: () => T): T {
      if (!shelf.has(what)) shelf.set(what, make())
      return shelf.get(what) as T
    }
    return policy.create(policy.options.parse(options), { edge: 'order→inventory', keyed: true, shared })
  })
  const call: Call = compose(layers, work, env)
  // As in the lab: one signal for a life, and a call may be aborted.
  const { signal } = new AbortController()
  return () => call(REQUEST, signal)
}

type Opossum = new (action: Ask, options: object) => { fire(): Promise<unknown>; shutdown(): void }

/** What a call needs to be given up with: opossum's timeout lets its caller go and the call run on, unless the action sees to it. */
const workWithSignal = (): Promise<Reply> => {
  const calling = new AbortController()
  return settleWith(calling.signal)
}
const settleWith = async ({ aborted }: AbortSignal): Promise<Reply> => (aborted ? Promise.reject(GONE) : REPLY)
const GONE = new Error('given up')

/** Breaker, timeout and a limit on calls at once; opossum does not retry. */
function opossum(work: Ask): { ask: Ask; stop(): void } {
  const Circuit = createRequire(import.meta.url)('opossum') as Opossum
  const circuit = new Circuit(work, {
    ...{ timeout: TIMEOUT_MS, resetTimeout: OPEN_MS, errorThresholdPercentage: 50, volumeThreshold: FAILURES },
    ...{ capacity: LIMIT, rollingPercentilesEnabled: false, enableSnapshots: false },
  })
  return { ask: () => circuit.fire(), stop: () => circuit.shutdown() }
}

/** The same four in the same order. */
function cockatiel(): Ask {
  const policy = wrap(
    retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: OPEN_MS, breaker: new ConsecutiveBreaker(FAILURES) }),
    timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive),
    bulkhead(LIMIT, LIMIT),
  )
  return () => policy.execute(work)
}

/** Nanoseconds of one call, with so many under way at once. */
async function measure(ask: Ask, atOnce: number): Promise<number> {
  // Whatever the neighbour left to the event loop is done before.
  await new Promise((resolve) => setImmediate(resolve))
  const startNs = process.hrtime.bigint()
  let left = CALLS
  async function oneAfterTheOther(): Promise<void> {
    while (left > 0) {
      left -= 1
      await ask()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther))
  return Number(process.hrtime.bigint() - startNs) / CALLS
}

async function compare(contenders: Readonly<Record<string, Ask>>, atOnce: number): Promise<Map<string, number[]>> {
  const names = Object.keys(contenders)
  const measured = new Map<string, number[]>(names.map((name) => [name, []]))
  for (let round = -WARM_ROUNDS; round < ROUNDS; round++) {
    // Nobody is always first, or always after the same neighbour.
    const turned = names.map((_, index) => names[(index + Math.abs(round)) % names.length] as string)
    const order = round % 2 === 0 ? turned : turned.reverse()
    for (const name of order) {
      const perCallNs = await measure(contenders[name] as Ask, atOnce)
      if (round >= 0) measured.get(name)?.push(perCallNs)
    }
  }
  return measured
}

const ALL = 'ours: retry, breaker, timeout, bulkhead'
const SAME_AS_OPOSSUM = 'ours: breaker, timeout, bulkhead'
const OPOSSUM = 'opossum: breaker, timeout, capacity'
const OPOSSUM_WITH_SIGNAL = 'opossum, with a signal for each call'
const COCKATIEL = 'cockatiel: retry, breaker, timeout, bulkhead'

export async function benchPolicies(): Promise<string[]> {
  const circuit = opossum(work)
  const signalling = opossum(workWithSignal)
  const contenders = {
    'the bare call': work,
    [ALL]: ours(['retry', 'breaker', 'timeout', 'bulkhead']),
    [SAME_AS_OPOSSUM]: ours(['breaker', 'timeout', 'bulkhead']),
    [OPOSSUM]: circuit.ask,
    [OPOSSUM_WITH_SIGNAL]: signalling.ask,
    [COCKATIEL]: cockatiel(),
  }
  const lines: string[] = []
  try {
    for (const atOnce of [1, AT_ONCE]) {
      lines.push(`${CALLS} calls, ${atOnce} at once, ${ROUNDS} rounds; ns a call: median (least to greatest)`)
      lines.push(...linesOf(await compare(contenders, atOnce)))
    }
  } finally {
    circuit.stop()
    signalling.stop()
  }
  return lines
}

function linesOf(measured: ReadonlyMap<string, readonly number[]>): string[] {
  const of = (name: string) => measured.get(name) ?? []
  const ratio = (one: string, other: string) =>
    spread(of(one).map((ns, round) => ns / (of(other)[round] ?? Number.NaN)))
  const cheapest = median(of(OPOSSUM)) < median(of(COCKATIEL)) ? OPOSSUM : COCKATIEL
  return [
    ...[...measured].map(([name, ns]) => `  ${name}: ${spread(ns, 0)}`),
    `  all of ours over opossum: ${ratio(ALL, OPOSSUM)}`,
    `  the same job, ours over opossum: ${ratio(SAME_AS_OPOSSUM, OPOSSUM)}`,
    `  the same job, ours over opossum with a signal: ${ratio(SAME_AS_OPOSSUM, OPOSSUM_WITH_SIGNAL)}`,
    `  all of ours over cockatiel: ${ratio(ALL, COCKATIEL)}`,
    `  all of ours over the cheapest (${cheapest}): ${ratio(ALL, cheapest)}`,
    `  all of ours against itself: ${spread(againstItself(of(ALL)))}`,
  ]
}
