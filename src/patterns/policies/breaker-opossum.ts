import { createRequire } from 'node:module'
import { type Call, CallError, type Reply, type Request } from '../../core/call.ts'
import type { Env } from '../../core/env.ts'
import type { PolicyWord } from '../../core/event.ts'
import type { Layer } from '../../core/layer.ts'
import type { PolicySite } from '../../core/pattern.ts'
import type { OpossumOptions } from './breaker-options.ts'
import { outcomeOfError } from './breaker-outcome.ts'
import { openPeriodMs } from './open-period.ts'

/** One call on its way through opossum. */
interface Fired {
  readonly request: Request
  /** Aborts the call itself; opossum's own controller would be one for all calls. */
  readonly calling: AbortController
}

/** What of opossum is used here. */
interface Circuit {
  readonly options: { resetTimeout: number }
  readonly status: Status
  readonly opened: boolean
  on(event: 'open' | 'halfOpen' | 'close', heard: () => void): void
  fire(fired: Fired): Promise<Reply>
}
/** Its counts, aged by a timer that calls `rotateBucket`. */
interface Status {
  readonly rotateBucket: () => void
  shutdown(): void
}

type CircuitClass = new (action: (fired: Fired) => Promise<Reply>, options: object) => Circuit

const CODES = { open: 'EOPENBREAKER', timeout: 'ETIMEDOUT' } as const

const require = createRequire(import.meta.url)
/** opossum counts by a timer that only `shutdown` stops, and nobody tells a policy that its life is over. */
const abandoned = new FinalizationRegistry<WeakRef<Status>>((status) => status.deref()?.shutdown())

/**
 * opossum in the place of our breaker, with the same words in the journal. It keeps its own time: the machine's. What it is given
 * is what its pitfalls ask for: a name, a fresh options literal, a timeout, no capacity, an AbortController for each call, neither
 * percentiles nor snapshots.
 *
 * Neutral errors are filtered, which opossum takes for successes: while half-open, a business refusal closes it.
 */
export function guardWithOpossum(options: OpossumOptions, { edge }: PolicySite): Layer {
  const { timeoutMs } = options
  return (next, env) => {
    /** Whose end is being judged; opossum's events of state do not say. */
    let judged: Request | undefined
    const tellAbout = (about: Request | undefined, what: PolicyWord, detail: string, amount?: number) =>
      about &&
      env.record({
        ...{ type: 'policy', policy: 'breaker', edge, what, detail, purchase: about.purchase, effect: about.effect },
        ...(amount === undefined ? {} : { amount }),
      })
    const circuit = createCircuit(options, edge, next, env, (request) => {
      judged = request
    })
    const times = followPeriods(circuit, options, edge, env, (what, detail, amount) =>
      tellAbout(judged, what, detail, amount),
    )

    return async (request, signal) => {
      signal.throwIfAborted()
      const calling = new AbortController()
      const abort = () => calling.abort(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      times.beforeCall((what, detail) => tellAbout(request, what, detail))
      try {
        return await circuit.fire({ request, calling })
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined
        if (code === CODES.open) {
          const retryAfterMs = times.retryAfterMs()
          tellAbout(request, 'refused', `try again in ${Math.ceil(retryAfterMs)} ms`, Math.ceil(retryAfterMs))
          throw new CallError('breaker-open', edge, { retryAfterMs })
        }
        if (code !== CODES.timeout) throw error
        const timeout = new CallError('timeout', `${edge}: no answer in ${timeoutMs} ms`)
        tellAbout(request, 'timeout', timeout.detail)
        calling.abort(timeout)
        throw timeout
      } finally {
        signal.removeEventListener('abort', abort)
      }
    }
  }
}

function createCircuit(
  { failureRatio, windowMs, buckets, minimumCalls, openMs, timeoutMs }: OpossumOptions,
  edge: PolicySite['edge'],
  next: Call,
  env: Env,
  judging: (request: Request) => void,
): Circuit {
  const Opossum = require('opossum') as CircuitClass
  const action = async ({ request, calling }: Fired) => {
    const reply = await next(request, calling.signal)
    judging(request)
    return reply
  }
  // opossum writes into its options: each breaker needs an object of its own.
  const circuit = new Opossum(action, {
    name: `${env.service} ${edge}`,
    timeout: timeoutMs,
    resetTimeout: openMs,
    errorThresholdPercentage: failureRatio * 100,
    volumeThreshold: minimumCalls,
    rollingCountTimeout: windowMs,
    rollingCountBuckets: buckets,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    errorFilter(error: unknown, { request, calling }: Fired) {
      judging(request)
      return !isOwnTimeout(error) && outcomeOfError(error, calling.signal) === 'neutral'
    },
  })
  // Held by what the timer calls, so as long as the timer runs. The registry would hold it for ever where the timer, too, is an object
  // of the world that is over: a virtual one knows its world, and that the circuit.
  Object.assign(circuit.status.rotateBucket, { status: circuit.status })
  abandoned.register(circuit, new WeakRef(circuit.status))
  return circuit
}

function isOwnTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === CODES.timeout
}

type Tell = (what: PolicyWord, detail: string, amount?: number) => void

/** Tells changes of state, lets open periods grow, and knows when a refused caller may come again. */
function followPeriods(
  circuit: Circuit,
  { openMs, openGrowth, timeoutMs }: OpossumOptions,
  edge: PolicySite['edge'],
  env: Env,
  tell: Tell,
) {
  const luck = (opening: number) => env.draw(`breaker:${edge}`, env.service, '', 'open', opening)
  const periodMs = (opening: number) => openPeriodMs(openMs, openGrowth, opening, luck)
  let openings = 0
  let openUntilMs = 0
  let trialUntilMs = 0
  let untold = false

  // The first period. opossum reads the option when it opens, before it tells us.
  circuit.options.resetTimeout = periodMs(0)
  circuit.on('open', () => {
    const forMs = circuit.options.resetTimeout
    openUntilMs = env.clock.nowMs() + forMs
    openings += 1
    untold = false
    tell('opened', 'opossum opened', forMs)
  })
  circuit.on('halfOpen', () => {
    // Told when a trial comes: opossum's timer may fire when the life that would tell is over.
    untold = true
    circuit.options.resetTimeout = periodMs(openings)
  })
  circuit.on('close', () => {
    openings = 0
    circuit.options.resetTimeout = periodMs(0)
    tell('closed', 'a trial succeeded')
  })

  return {
    beforeCall(tellOf: Tell): void {
      if (!untold) return
      untold = false
      trialUntilMs = env.clock.nowMs() + timeoutMs
      tellOf('half-opened', '1 trial')
    },
    retryAfterMs: () => Math.max(1, (circuit.opened ? openUntilMs : trialUntilMs) - env.clock.nowMs()),
  }
}
